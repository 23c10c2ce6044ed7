import { t } from '@/i18n'
import type { Ticket } from './types'
import { isPressing } from './raising'

/** The reader is one whom the party complained of must not come to know. */
export function staysHidden(ticket: Ticket): boolean {
  return ticket.protected && (ticket.you === 'reporter' || ticket.you === 'filer')
}

/** Who sees what of the one who reported: said on every ticket. */
export function seenWords(ticket: Ticket): string {
  const party = ticket.handling_party.name
  switch (ticket.you) {
    case 'reporter':
      if (ticket.protected) return t(isPressing(ticket.urgency) ? 'ticket.seen_protected_urgent' : 'ticket.seen_protected', { party })
      return t(ticket.contact_shared ? 'ticket.seen_shared' : 'ticket.seen_hidden', { party })
    case 'filer':
      if (ticket.next_step === 'confirm' && !ticket.actions.includes('send_back')) return t('ticket.seen_filer_other')
      return t(ticket.protected ? 'ticket.seen_filer_protected' : 'ticket.seen_filer')
    case 'handler':
      if (ticket.protected) return t('ticket.seen_handler_protected')
      return t(ticket.contact_shared ? 'ticket.seen_handler_shared' : 'ticket.seen_handler_hidden')
    case 'steward':
      return t('ticket.seen_steward')
    default:
      return t(ticket.reporter ? 'ticket.seen_officer' : 'ticket.seen_officer_blind')
  }
}
