import { t } from '@/i18n'
import type { Ticket, TicketRow } from '../ticket/types'

/** What was due before the hand-over and had not come. */
export type Missed = 'acknowledge' | 'contact' | 'resolve' | 'joint_answer'

/** What a party keeps of a ticket that went to the next one, as it stood in that moment. */
interface HandedOver<Part> {
  id: number
  at: string
  to_party_name: string
  missed: Missed[]
  /** The office's reason, where one took the matter away. */
  why?: string
  ticket: Part
}

export type HandedOverRow = HandedOver<TicketRow>
export type HandedOverView = HandedOver<Ticket>

export interface HandedOverPage {
  items: HandedOverRow[]
  next?: string
}

export function missedWords(missed: Missed[]): string {
  return missed.map((name) => t(`desk.handed_missed_${name}`)).join(t('desk.handed_join'))
}
