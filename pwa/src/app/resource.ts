import { getCurrentScope, onScopeDispose, ref, shallowRef, type Ref, type ShallowRef } from 'vue'
import { Problem } from '@/api/problem'
import { recall, remember } from '@/outbox/cache'
import { account } from './session'

export interface Resource<Data> {
  data: ShallowRef<Data | undefined>
  problem: ShallowRef<Problem | undefined>
  loading: Ref<boolean>
  /** What is shown came from the phone and could not be renewed. */
  stale: Ref<boolean>
  at: Ref<number | undefined>
  refresh: () => Promise<void>
}

/** What is younger is as good as new: nobody needs to be told its time. */
const YOUNG = 2 * 60_000

/** So long after a look that no server answered the next one is taken, then twice as long each time: what was away comes back by itself. */
const AGAIN = 4000
const AGAIN_AT_MOST = 60_000

/** When what stands there was so, if it could not be renewed and that is worth a line. */
export function oldSince(resource: Pick<Resource<unknown>, 'stale' | 'at'>): number | undefined {
  const { stale, at } = resource
  return stale.value && at.value !== undefined && Date.now() - at.value > YOUNG ? at.value : undefined
}

/**
 * Something of the server that a page shows. With a key it is kept on the phone for this account: shown at once next
 * time and when offline, and renewed behind it. `<Loaded :resource="r" v-slot="{ data }">` draws every state of it.
 */
export function useResource<Data>(load: (signal: AbortSignal) => Promise<Data>, key?: string): Resource<Data> {
  const data = shallowRef<Data>()
  const problem = shallowRef<Problem>()
  const loading = ref(false)
  const stale = ref(false)
  const at = ref<number>()
  let controller: AbortController | undefined
  const owner = account.value?.id
  const scoped = Boolean(getCurrentScope())
  let again: ReturnType<typeof setTimeout> | undefined
  let pause = AGAIN

  function lookLater(): void {
    again = setTimeout(() => (document.visibilityState === 'visible' ? void refresh() : lookLater()), pause)
    pause = Math.min(2 * pause, AGAIN_AT_MOST)
  }

  /** What one may no longer see must not stay on the screen, nor come there where the server was faster than the phone. */
  const unseen = () => problem.value?.status === 403 || problem.value?.status === 404

  async function showKept(): Promise<void> {
    if (!key || owner === undefined) return
    const kept = await recall<Data>(owner, key).catch(() => undefined)
    if (!kept || data.value !== undefined || unseen()) return
    data.value = kept.data
    at.value = kept.at
    stale.value = problem.value !== undefined
  }

  async function refresh(): Promise<void> {
    controller?.abort()
    clearTimeout(again)
    const own = new AbortController()
    controller = own
    loading.value = true
    try {
      const fresh = await load(own.signal)
      if (own.signal.aborted) return
      data.value = fresh
      at.value = Date.now()
      problem.value = undefined
      stale.value = false
      pause = AGAIN
      if (key && owner !== undefined && account.value?.id === owner) void remember(owner, key, fresh)
    } catch (fault) {
      if (own.signal.aborted) return
      problem.value = fault instanceof Problem ? fault : new Problem(0)
      if (unseen()) data.value = undefined
      stale.value = data.value !== undefined
      if (scoped && (problem.value.offline || problem.value.status > 501)) lookLater()
      if (!(fault instanceof Problem)) console.error(fault)
    } finally {
      if (!own.signal.aborted) loading.value = false
    }
  }

  void showKept()
  void refresh()
  if (scoped) {
    onScopeDispose(() => {
      controller?.abort()
      clearTimeout(again)
    })
  }
  return { data, problem, loading, stale, at, refresh }
}

interface ListPage<Row> {
  items: Row[]
  next?: string
}

/** A list by pages: `rows`, `more`, `loadMore()`, `loadAll()`. The first page is kept under the key. */
export function useList<Row, Page extends ListPage<Row> = ListPage<Row>>(load: (cursor: string | undefined, signal: AbortSignal) => Promise<Page>, key?: string) {
  const first = useResource<Page>(async (signal) => {
    const page = await load(undefined, signal)
    if (!signal.aborted) begin()
    return page
  }, key)
  const later = shallowRef<Row[]>([])
  const next = ref<string>()
  const turned = ref(false)
  const busy = ref(false)
  /** A page of a list that was asked for before the last renewal belongs to that one. */
  let round = 0

  function begin(): void {
    round += 1
    later.value = []
    turned.value = false
    busy.value = false
  }

  async function refresh(): Promise<void> {
    round += 1
    await first.refresh()
  }

  const cursor = () => (turned.value ? next.value : first.data.value?.next)

  async function loadMore(): Promise<void> {
    const from = cursor()
    if (!from || busy.value) return
    busy.value = true
    const own = round
    try {
      const page = await load(from, new AbortController().signal)
      if (own !== round) return
      later.value = [...later.value, ...page.items]
      next.value = page.next
      turned.value = true
    } finally {
      if (own === round) busy.value = false
    }
  }

  /** Page after page until the list is whole; a renewal ends it, and so does a page that does not come. */
  async function loadAll(): Promise<void> {
    const own = round
    while (own === round && cursor() && !busy.value) await loadMore()
  }

  return {
    first: { ...first, refresh },
    rows: () => [...(first.data.value?.items ?? []), ...later.value],
    more: () => Boolean(cursor()),
    busy,
    loadMore,
    loadAll,
    refresh,
  }
}
