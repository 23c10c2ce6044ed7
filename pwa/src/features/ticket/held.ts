import { say, t } from '@/i18n'
import type { Ticket } from './types'
import type { NextWords } from './words'

/** What is said of a ticket that waits for its batch, and why it does. */
export function heldWords(ticket: Ticket): NextWords & { why: string } | undefined {
  if (!ticket.held_until) return undefined
  const own = ticket.you === 'reporter' || ticket.you === 'filer'
  return {
    what: t(own ? 'ticket.next_held' : 'ticket.next_held_other', { party: ticket.handling_party.name }),
    when: t('ticket.next_held_when', { when: say.deadline(ticket.held_until) }),
    why: t('ticket.next_held_why'),
    tone: 'busy',
  }
}
