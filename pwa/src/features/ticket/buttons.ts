import { t, tMaybe, type Key } from '@/i18n'
import { waitsForReader } from './delay'
import type { Ticket, TicketAction } from './types'

/** What the ticket's page says to its reporter; whoever passes a neighbour's words on reads of the neighbour. */
export function wordsFor(name: string, ticket: Ticket): string {
  return (ticket.you !== 'reporter' && tMaybe(`ticket.${name}_behalf`)) || t(`ticket.${name}` as Key)
}

export function actionWords(action: TicketAction, ticket: Ticket): string {
  if (action === 'resume' && waitsForReader(ticket)) return tMaybe('ticket.do_resume_here') ?? t('ticket.do_resume')
  return wordsFor(`do_${action}`, ticket)
}
