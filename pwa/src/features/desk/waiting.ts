import { computed } from 'vue'
import type { components } from '@/api/schema'
import type { Role } from '@/api/types'
import { sendJson } from '@/api/http'
import { useResource } from '@/app/resource'
import { currentRole } from '@/app/session'
import { t } from '@/i18n'

export type Waiting = components['schemas']['Waiting']

/** Whom the server tells how much besides tickets waits. */
const OFFICERS: Role[] = ['station_staff', 'town_officer', 'center_officer', 'leading_group_office']

const NOTHING: Waiting = { phones: 0, callbacks: 0, requests: 0 }

/** How much besides tickets waits for this office; asked once by the page that says it. Without an answer it says nothing. */
export function useWaiting() {
  const resource = useResource(async (signal) => (OFFICERS.includes(currentRole.value) ? sendJson<Waiting>('/api/v1/waiting', { signal }) : NOTHING))
  const waiting = computed(() => resource.data.value ?? NOTHING)
  /** In words, what cannot wait long first: a phone is to be called within the hour. */
  const words = computed(() => ({
    '/phones': waiting.value.phones ? t('people.manage_phones_n', { n: waiting.value.phones }) : '',
    '/callbacks': waiting.value.callbacks ? t('people.manage_callbacks_n', { n: waiting.value.callbacks }) : '',
    '/requests': waiting.value.requests ? t('people.manage_requests_n', { n: waiting.value.requests }) : '',
  }))
  return { words, refresh: resource.refresh }
}
