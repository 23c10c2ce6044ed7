import { account, home } from '@/app/session'
import { ownOf, type Own } from './hiding'
import type { Ticket } from './types'

/** What in a text about this ticket would point at the one who reported it; nothing where nobody is judged. */
export function ownOfTicket(ticket: Ticket): Own | undefined {
  if (!ticket.protected) return undefined
  return ownOf([account.value?.name], [home.value, ticket], [ticket.handling_party.phone24])
}
