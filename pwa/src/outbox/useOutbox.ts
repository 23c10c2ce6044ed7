import { computed, ref, shallowRef } from 'vue'
import { Problem } from '@/api/problem'
import { drain, startOutbox, stopOutbox } from './engine'
import { onOutboxChange } from './signal'
import { copyToDraft, countOfOthers, discardItem, itemsOf, putIntoOutbox, type Submission } from './store'
import type { OutboxItem } from './types'

const account = ref<number | null>(null)
const items = shallowRef<OutboxItem[]>([])
const others = ref(0)
let reading = 0

async function reread(): Promise<void> {
  const turn = ++reading
  const owner = account.value
  const own = owner === null ? [] : await itemsOf(owner)
  const foreign = await countOfOthers(owner)
  if (turn !== reading) return // a later reading is on its way
  items.value = own
  others.value = foreign
}

onOutboxChange(() => void reread())

/** Called by the session: whose outbox this is from now on. */
export function openOutboxFor(accountId: number | null): void {
  account.value = accountId
  void reread()
  if (accountId === null) {
    stopOutbox()
    return
  }
  startOutbox(accountId)
}

const waiting = computed(() => items.value.filter((item) => item.state !== 'sent'))
const toFix = computed(() => items.value.filter((item) => item.state === 'needs_fix'))
const sent = computed(() => items.value.filter((item) => item.state === 'sent').reverse())

/**
 * Keeps it safely on the phone, then starts sending. Throws StorageFull when the phone has no room, and refuses
 * what somebody else wrote.
 */
export async function submit(owner: number, submission: Omit<Submission, 'accountId'>): Promise<OutboxItem> {
  if (account.value !== owner) throw new Problem(401, { code: 'session.other_account' })
  const item = await putIntoOutbox({ ...submission, accountId: owner })
  void navigator.storage?.persist?.().catch(() => false)
  void drain(owner)
  return item
}

export function useOutbox() {
  return {
    items,
    waiting,
    toFix,
    sent,
    /** Only a number: what another account left on this phone. */
    others,
    sendNow: () => (account.value === null ? Promise.resolve() : drain(account.value, true)),
    discard: (clientId: string) => (account.value === null ? Promise.resolve() : discardItem(account.value, clientId)),
    copy: (clientId: string) => (account.value === null ? Promise.resolve(undefined) : copyToDraft(account.value, clientId)),
  }
}
