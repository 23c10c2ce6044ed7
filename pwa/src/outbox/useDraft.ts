import { toRaw } from 'vue'
import { Problem } from '@/api/problem'
import { account } from '@/app/session'
import type { Kind } from './kinds'
import { StorageFull } from './store'
import type { OutboxItem } from './types'
import { useKept, type KeptForm } from './useKept'
import { submit as submitItem } from './useOutbox'

export interface DraftForm<T extends object> extends KeptForm<T> {
  submit: (how: { title: string; body?: Record<string, unknown>; params?: Record<string, string | number> }) => Promise<OutboxItem>
}

/**
 * A form that survives everything: its fields and photos are kept on the phone while they are written, its client id
 * is made once, and submit() moves it into the outbox in one transaction.
 */
export function useDraft<T extends object>(kind: Kind, slot: string | number, initial: T): DraftForm<T> {
  const form = useKept(kind, slot, initial)

  async function submit(how: { title: string; body?: Record<string, unknown>; params?: Record<string, string | number> }): Promise<OutboxItem> {
    // Written by one person, never sent as another.
    if ((account.value?.id ?? 0) !== form.owner) throw new Problem(401, { code: 'session.other_account' })
    form.close()
    try {
      return await submitItem(form.owner, {
        kind,
        clientId: form.clientId(),
        params: how.params,
        body: how.body ?? { ...(toRaw(form.data) as Record<string, unknown>) },
        title: how.title,
        photos: form.photos.value,
        draftKey: form.key,
      })
    } catch (fault) {
      form.reopen()
      if (fault instanceof StorageFull) form.full.value = true
      throw fault
    }
  }

  return { ...form, submit }
}
