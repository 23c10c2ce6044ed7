import { onScopeDispose, reactive, ref, shallowRef, watch, type Ref } from 'vue'
import { account } from '@/app/session'
import { markDirty } from '@/app/dirty'
import { dropDraft, readDraft, writeDraft } from './drafts'
import { draftKey, StorageFull } from './store'
import type { Draft, DraftPhoto } from './types'
import { newClientId } from './uuid'

/** So long after the last letter it is kept; who writes on and on is not waited for longer than this. */
const SAVE_AFTER = 400
const SAVE_BY = 2_000

export interface KeptForm<T extends object> {
  /** The form's fields. */
  data: T
  photos: Ref<DraftPhoto[]>
  /** Keeps the photo and then shows it. Throws StorageFull where the phone has no room: the form stays as it was. */
  keepPhoto: (photo: DraftPhoto) => Promise<void>
  /** False until the kept draft has been read: show the skeleton. */
  ready: Ref<boolean>
  /** True when words of an earlier visit were found. */
  restored: Ref<boolean>
  /** The phone has no room: say so, keep the form open. */
  full: Ref<boolean>
  clear: () => Promise<void>
  /** It was sent: nothing of it stays. */
  drop: () => void
}

/** What the outbox needs of a form besides, to take its draft over. */
interface Handle {
  key: string
  owner: number
  clientId: () => string
  /** While the outbox takes it nothing else writes the draft, or it would lie there again after it was sent. */
  close: () => void
  /** The outbox could not take it: it is written on. */
  reopen: () => void
}

/**
 * A form that is kept on the phone while it is written: for this person and this slot, shortly after each word and when
 * the page is left, until it is sent.
 */
export function useKept<T extends object>(kind: Draft['kind'], slot: string | number, initial: T): KeptForm<T> & Handle {
  const owner = account.value?.id ?? 0
  const key = draftKey(owner, kind, String(slot))
  const untouched = JSON.stringify(initial)
  const anew = () => ({ ...initial, ...JSON.parse(untouched) }) as T
  const data = reactive(anew()) as T
  const photos = shallowRef<DraftPhoto[]>([])
  const ready = ref(false)
  const restored = ref(false)
  const full = ref(false)
  let clientId = newClientId()
  let timer: ReturnType<typeof setTimeout> | undefined
  let unsavedSince = 0
  /** Sent, on its way there, or left: from here on nothing may write the draft. */
  let closed = false
  /** Photos that are being kept and not yet shown: words that are saved meanwhile must not wipe them. */
  let arriving: DraftPhoto[] = []
  const clean = markDirty(() => ready.value && !closed && changed())

  const allPhotos = () => [...photos.value, ...arriving]

  function changed(): boolean {
    return allPhotos().length > 0 || JSON.stringify(data) !== untouched
  }

  function write(): Promise<void> {
    const draft = { key, accountId: owner, kind, slot: String(slot), clientId, data: JSON.parse(JSON.stringify(data)), photos: allPhotos(), at: Date.now() }
    return writeDraft(draft, () => !closed)
  }

  async function save(): Promise<void> {
    clearTimeout(timer)
    timer = undefined
    unsavedSince = 0
    try {
      if (changed()) await write()
      else await dropDraft(key)
      full.value = false
    } catch (fault) {
      if (!(fault instanceof StorageFull)) throw fault
      full.value = true
    }
  }

  function saveSoon(): void {
    unsavedSince ||= Date.now()
    clearTimeout(timer)
    timer = setTimeout(() => void save(), Math.min(SAVE_AFTER, Math.max(0, unsavedSince + SAVE_BY - Date.now())))
  }

  /** The page is reloaded, closed or put away, perhaps for good. */
  function leave(): void {
    if (timer !== undefined) void save()
  }

  const reading = readDraft(key).catch(() => undefined).then((draft) => {
    if (draft) {
      Object.assign(data, draft.data)
      photos.value = draft.photos
      clientId = draft.clientId
      restored.value = true
    }
    ready.value = true
    watch([() => data, photos], saveSoon, { deep: true })
  })

  addEventListener('pagehide', leave)
  document.addEventListener('visibilitychange', leave)
  onScopeDispose(() => {
    removeEventListener('pagehide', leave)
    document.removeEventListener('visibilitychange', leave)
    clearTimeout(timer)
    if (ready.value) void save()
    closed = true
    clean()
  })

  async function keepPhoto(photo: DraftPhoto): Promise<void> {
    await reading
    if (closed) return
    arriving.push(photo)
    const without = () => arriving.filter((one) => one !== photo)
    try {
      await write()
      photos.value = [...photos.value, photo]
      arriving = without()
    } catch (fault) {
      arriving = without()
      // Words that were to be kept together with it are kept without it, before anybody reads that it was not added.
      if (!closed) await save()
      throw fault
    }
  }

  async function clear(): Promise<void> {
    clearTimeout(timer)
    Object.assign(data, anew())
    photos.value = []
    clientId = newClientId()
    restored.value = false
    await dropDraft(key)
  }

  function drop(): void {
    close()
    void dropDraft(key)
  }

  function close(): void {
    closed = true
    clearTimeout(timer)
  }

  function reopen(): void {
    closed = false
    saveSoon()
  }

  return { data, photos, keepPhoto, ready, restored, full, clear, drop, key, owner, clientId: () => clientId, close, reopen }
}
