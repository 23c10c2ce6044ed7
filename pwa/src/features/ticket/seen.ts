import { t } from '@/i18n'
import { HOTLINE } from '@/ui/tel'
import type { ContactCard } from '../score/types'
import type { Ticket } from './types'
import { isPressing } from './raising'

/** A ticket and its reader, or a form before it is sent. */
type Matter = Pick<Ticket, 'you' | 'kind' | 'protected' | 'contact_shared'>

/**
 * The reader is one whom the party must not come to know: of complaints and reports, of a repair whose reporter does not share
 * his number (ReporterHidden in models/ticket); who supports a neighbour always is. A call shows the caller's number: wherever this
 * is so, no call to the party is offered.
 */
export function staysHidden(matter: Matter): boolean {
  return (matter.you === 'reporter' || matter.you === 'filer') && (matter.protected || (matter.kind === 'repair' && !matter.contact_shared))
}

export interface Callee {
  name: string
  phone: string
}

/** Whom who stays hidden calls instead: the station, where that is not the party itself, and the hotline. */
export function othersThan(party: { name: string; phone24: string }, contact?: ContactCard): Callee[] {
  const hotline = { name: t('ticket.home_hotline'), phone: contact?.hotline || HOTLINE }
  const station = contact?.station_phone && contact.station_name !== party.name && contact.station_phone !== party.phone24
  return station ? [{ name: contact.station_name, phone: contact.station_phone }, hotline] : [hotline]
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
