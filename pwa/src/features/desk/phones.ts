import { computed } from 'vue'
import { sendJson } from '@/api/http'
import { useResource } from '@/app/resource'

interface PartyRow {
  id: number
  kind: string
  name: string
  phone24: string
}

/** The numbers of the parties. A row of a list only names its party, so a name that two parties share has no number. */
export function usePhones() {
  const parties = useResource((signal) => sendJson<{ items: PartyRow[] }>('/api/v1/handling-parties', { signal }), 'parties/phones')

  const byName = computed(() => {
    const found = new Map<string, string>()
    for (const party of parties.data.value?.items ?? []) found.set(party.name, found.has(party.name) ? '' : party.phone24)
    return found
  })
  const byId = computed(() => new Map(parties.data.value?.items.map((party) => [party.id, party.phone24])))

  return {
    phoneOf: (name: string) => byName.value.get(name) ?? '',
    nameOfParty: (id: number) => parties.data.value?.items.find((party) => party.id === id)?.name ?? '',
    phoneOfParty: (id: number) => byId.value.get(id) ?? '',
  }
}
