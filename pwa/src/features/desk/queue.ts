import { computed, ref, shallowRef, watch } from 'vue'
import { sendJson } from '@/api/http'
import { useAction } from '@/app/action'
import { useResource } from '@/app/resource'
import type { TicketPage, TicketRow } from '../ticket/types'

export type Box = 'desk' | 'all'
export type Filter = 'open' | 'waiting_me' | 'overdue' | 'unanswered' | 'to_confirm' | 'escalated' | 'returned' | 'extension' | 'joint' | 'closed'

export interface QueueQuery {
  box: Box
  filter: Filter
  words: string
  /** Of one group of the catalogue, or of one handling party; empty is of all. */
  group: string
  party: string
  /** What lies in one estate, or in one building of it; empty is anywhere. */
  estate: string
  building: string
}

const PAGE = 50
const LONGEST = 100

/**
 * One list of tickets that renews itself without jumping: what is shown keeps its place and only its state changes;
 * new tickets wait behind a bar until somebody asks for them.
 */
export function openQueue(query: QueueQuery) {
  const rows = shallowRef<TicketRow[]>([])
  /** Urgent and taken by nobody yet: above the list at once, for they must not wait behind a bar. */
  const untaken = shallowRef<TicketRow[]>([])
  const fresh = shallowRef<TicketRow[]>([])
  const gone = shallowRef(new Set<number>())
  const next = ref<string>()
  let newest: TicketPage | undefined
  /** Until the server has answered, whatever comes is simply shown. */
  let settled = false
  /** The versions last put, for tickets that are in no row of the list. */
  const beside = new Map<number, number>()

  function asked(): URLSearchParams {
    const values = new URLSearchParams({ box: query.box, filter: query.filter })
    if (query.group) values.set('category_group', query.group)
    if (query.party) values.set('handling_party_id', query.party)
    if (query.estate) values.set('estate_id', query.estate)
    if (query.building) values.set('building_id', query.building)
    if (query.words) values.set('q', query.words)
    return values
  }

  function load(cursor: string | undefined, limit: number, signal?: AbortSignal): Promise<TicketPage> {
    const values = asked()
    values.set('limit', String(limit))
    if (cursor) values.set('cursor', cursor)
    return sendJson<TicketPage>(`/api/v1/tickets?${values}`, { signal })
  }

  function adopt(page: TicketPage): void {
    rows.value = page.items
    next.value = page.next
    fresh.value = []
    gone.value = new Set()
  }

  function merge(page: TicketPage, stoodAbove: readonly TicketRow[]): void {
    const now = new Map(page.items.map((row) => [row.id, row]))
    const above = new Set(untaken.value.map((row) => row.id))
    const listed = new Set(rows.value.map((row) => row.id))
    // What was taken from above the list, and was never in it, stays at its head: who took it must not look for it.
    const taken = stoodAbove.filter((row) => !listed.has(row.id) && !above.has(row.id) && now.has(row.id))
    rows.value = [...taken, ...rows.value].map((row) => now.get(row.id) ?? row)
    const shown = new Set([...rows.value.map((row) => row.id), ...above])
    fresh.value = page.items.filter((row) => !shown.has(row.id))
    // Only a whole list tells who has left it.
    if (!page.next) gone.value = new Set(rows.value.filter((row) => !now.has(row.id)).map((row) => row.id))
  }

  const length = () => Math.min(LONGEST, Math.max(PAGE, rows.value.length))
  const key = query.words ? undefined : `queue/${query.box}/${query.filter}${query.group && `/${query.group}`}${query.party && `/of-${query.party}`}${query.estate && `/in-${query.estate}`}${query.building && `/at-${query.building}`}`
  const first = useResource<TicketPage>((signal) => load(undefined, length(), signal), key)
  watch(first.data, (page) => {
    if (!page) return
    newest = page
    const stoodAbove = untaken.value
    untaken.value = page.untaken ?? []
    if (settled) merge(page, stoodAbove)
    else adopt(page)
  }, { immediate: true, flush: 'sync' })
  watch(first.loading, (loading) => {
    if (!loading) settled = true
  }, { flush: 'sync' })

  const turning = useAction(async () => {
    const page = await load(next.value, PAGE)
    const shown = new Set(rows.value.map((row) => row.id))
    rows.value = [...rows.value, ...page.items.filter((row) => !shown.has(row.id))]
    next.value = page.next
  })

  return {
    query,
    asked,
    first,
    rows: computed(() => [...untaken.value, ...rows.value.filter((row) => !untaken.value.some((one) => one.id === row.id))]),
    /** How many of them, from the first on, are urgent and not taken yet. */
    untaken: computed(() => untaken.value.length),
    fresh,
    gone,
    counts: computed(() => first.data.value?.counts),
    more: computed(() => Boolean(next.value)),
    turning: turning.busy,
    /** One page of the whole list, as it is now: for a file. */
    page: (cursor?: string) => load(cursor, LONGEST),
    loadMore: () => turning.run(),
    /** Looks again and keeps the list as it lies. */
    lookAgain: () => first.refresh(),
    /** Begins anew, as somebody asked for it. */
    async renew(): Promise<void> {
      settled = false
      await first.refresh()
    },
    showNew(): void {
      if (newest) adopt(newest)
    },
    /** What has just been done to one ticket shows at once. Whatever step it was, the figures may be others: they are asked for again. */
    put(row: TicketRow): void {
      const before = [...rows.value, ...untaken.value].find((one) => one.id === row.id)?.version ?? beside.get(row.id)
      beside.set(row.id, row.version)
      if (before !== undefined && before !== row.version) void first.refresh()
      for (const list of [rows, untaken]) list.value = list.value.map((one) => (one.id === row.id ? { ...one, ...row } : one))
    },
  }
}

export type Queue = ReturnType<typeof openQueue>
