import { account, home } from '@/app/session'
import type { Own } from './hiding'
import type { Ticket } from './types'

/** What a person who reports knows of himself: his account, his home, and the place that he reports about. */
export function ownOf(names: (string | undefined)[], homes: (OwnPlace | undefined)[], phones: (string | undefined)[] = []): Own {
  const own: Own = { names: names.filter((name) => name !== undefined), homes: [], public: phones.filter((phone) => phone !== undefined) }
  for (const home of homes) {
    if (home?.unit_name) own.homes.push({ building: home.building_name ?? '', entrance: home.entrance_name ?? '', unit: home.unit_name })
  }
  return own
}

interface OwnPlace {
  building_name?: string
  entrance_name?: string
  unit_name?: string
}

/** What in a text about this ticket would point at the one who reported it; nothing where nobody is judged. */
export function ownOfTicket(ticket: Ticket): Own | undefined {
  if (!ticket.protected) return undefined
  return ownOf([account.value?.name], [home.value, ticket], [ticket.handling_party.phone24])
}
