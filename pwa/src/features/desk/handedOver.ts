import type { Ticket, TicketRow } from '../ticket/types'

/** What a party keeps of a ticket that went to the next one with its estate, as it stood in that moment. */
interface HandedOver<Part> {
  id: number
  at: string
  to_party_name: string
  missed: ('acknowledge' | 'contact' | 'resolve')[]
  ticket: Part
}

export type HandedOverRow = HandedOver<TicketRow>
export type HandedOverView = HandedOver<Ticket>

export interface HandedOverPage {
  items: HandedOverRow[]
  next?: string
}
