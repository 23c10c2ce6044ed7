import { onScopeDispose, reactive, ref, shallowRef, toRaw, watch, type Ref } from 'vue'
import { Problem } from '@/api/problem'
import { account } from '@/app/session'
import { markDirty } from '@/app/dirty'
import type { Kind } from './kinds'
import { draftKey, dropDraft, readDraft, StorageFull, writeDraft } from './store'
import type { DraftPhoto, OutboxItem } from './types'
import { submit as submitItem } from './useOutbox'
import { newClientId } from './uuid'

const SAVE_AFTER = 400

export interface DraftForm<T extends object> {
  /** The form's fields. */
  data: T
  photos: Ref<DraftPhoto[]>
  /** False until the kept draft has been read: show the skeleton. */
  ready: Ref<boolean>
  /** True when words of an earlier visit were found. */
  restored: Ref<boolean>
  /** The phone has no room: say so, keep the form open. */
  full: Ref<boolean>
  clear: () => Promise<void>
  submit: (how: { title: string; body?: Record<string, unknown>; params?: Record<string, string | number> }) => Promise<OutboxItem>
}

/**
 * A form that survives everything: its fields and photos are kept on the phone while they are written, its client id
 * is made once, and submit() moves it into the outbox in one transaction.
 */
export function useDraft<T extends object>(kind: Kind, slot: string | number, initial: T): DraftForm<T> {
  const owner = account.value?.id ?? 0
  const key = draftKey(owner, kind, String(slot))
  const data = reactive({ ...initial }) as T
  const photos = shallowRef<DraftPhoto[]>([])
  const ready = ref(false)
  const restored = ref(false)
  const full = ref(false)
  let clientId = newClientId()
  let timer: ReturnType<typeof setTimeout> | undefined
  let finished = false
  const clean = markDirty(() => ready.value && !finished && changed())

  function changed(): boolean {
    return photos.value.length > 0 || JSON.stringify(toRaw(data)) !== JSON.stringify(initial)
  }

  async function save(): Promise<void> {
    if (finished) return
    try {
      if (changed()) {
        await writeDraft({ key, accountId: owner, kind, slot: String(slot), clientId, data: JSON.parse(JSON.stringify(data)), photos: photos.value, at: Date.now() })
      } else {
        await dropDraft(key)
      }
      full.value = false
    } catch (fault) {
      if (!(fault instanceof StorageFull)) throw fault
      full.value = true
    }
  }

  function saveSoon(): void {
    clearTimeout(timer)
    timer = setTimeout(() => void save(), SAVE_AFTER)
  }

  void readDraft(key).then((draft) => {
    if (draft) {
      Object.assign(data, draft.data)
      photos.value = draft.photos
      clientId = draft.clientId
      restored.value = true
    }
    ready.value = true
    watch([() => data, photos], saveSoon, { deep: true })
  })

  onScopeDispose(() => {
    clearTimeout(timer)
    if (ready.value) void save()
    clean()
  })

  async function clear(): Promise<void> {
    clearTimeout(timer)
    Object.assign(data, initial)
    photos.value = []
    clientId = newClientId()
    restored.value = false
    await dropDraft(key)
  }

  async function submit(how: { title: string; body?: Record<string, unknown>; params?: Record<string, string | number> }): Promise<OutboxItem> {
    clearTimeout(timer)
    // Written by one person, never sent as another.
    if ((account.value?.id ?? 0) !== owner) throw new Problem(401, { code: 'session.other_account' })
    try {
      const item = await submitItem(owner, {
        kind,
        clientId,
        params: how.params,
        body: how.body ?? { ...(toRaw(data) as Record<string, unknown>) },
        title: how.title,
        photos: photos.value,
        draftKey: key,
      })
      finished = true
      return item
    } catch (fault) {
      if (fault instanceof StorageFull) full.value = true
      throw fault
    }
  }

  return { data, photos, ready, restored, full, clear, submit }
}
