import { t, type Key } from '@/i18n'
import type { Ticket, TicketState, TimelineItem } from './types'
import { stepWords } from './words'

/** How many households, as coarse as anybody may know. */
export type Band = 'few' | 'some' | 'many'

/** A similar open ticket, as it is offered to who is about to file the same. */
export interface Offer {
  ticket_id: number
  category: string
  estate_name: string
  building_name?: string
  filed_on: string
  state: TicketState
  handling_party_name: string
  supporters?: Band
  joint: boolean
  /** Of one's own support, where there is one. */
  client_id?: string
}

/** What everybody on a joint ticket reads of that. */
export interface JointMatter {
  on: string
  why: 'households' | 'office'
  note?: string
  answer_due: string
  answered_on?: string
  accepted?: boolean
  answer?: string
  late: boolean
}

export interface SupportedRow extends Offer {
  resolve_on: string
  overdue: boolean
  supported_on: string
  /** False while no residence is approved. */
  counts: boolean
  withdrawn: boolean
}

export interface Supported extends SupportedRow {
  community_name: string
  handling_party: { id: number; kind: string; name: string; phone24: string }
  joint_matter?: JointMatter
  done_result?: string
  timeline: TimelineItem[]
}

export function bandWords(band?: Band): string {
  return band ? t(`joint.band_${band}` as Key) : ''
}

export function placeOf(row: Offer): string {
  const { estate_name: estate, building_name: building } = row
  return building && building !== estate ? estate + building : estate
}

/** The same for who supports a neighbour's ticket: nobody but the party is named. */
export function supporterStepWords(item: TimelineItem, party: string): string {
  const asOther = { you: 'observer', on_behalf: false, handling_party: { name: party } } as Ticket
  return stepWords(item.action === 'file' ? { ...item, actor_role: 'resident' } : item, asOther)
}

/** How many homes stand behind it, as exactly as the reader may know; nothing where nobody but the reporter does. */
export function supportWords(ticket: Ticket): string {
  if (ticket.households !== undefined) return ticket.households > 1 ? t('joint.households', { n: ticket.households }) : ''
  const band = ticket.supporters
  return band === 'few' ? '' : bandWords(band)
}
