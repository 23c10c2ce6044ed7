import type { Ticket } from './types'

/** The reporter let the party before see the number; the one of today may not until he says so again. */
export function sharingEnded(ticket: Ticket): boolean {
  return ticket.actions.includes('contact_share') && ticket.timeline.some((item) => item.params?.sharing_ended === true)
}
