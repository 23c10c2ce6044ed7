import { t, tMaybe, type Key } from '@/i18n'
import type { Ticket, TicketAction } from './types'

/** A button of the ticket's page; a neighbour's number is not mine, nor is what he says of the result. */
export function actionWords(action: TicketAction, ticket: Ticket): string {
  return (ticket.you !== 'reporter' && tMaybe(`ticket.do_${action}_behalf`)) || t(`ticket.do_${action}` as Key)
}
