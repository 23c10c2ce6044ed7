import 'fake-indexeddb/auto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { effectScope, type EffectScope } from 'vue'
import { dropSession, takeSession } from '@/api/http'
import { openQueue, type Queue } from '@/features/desk/queue'
import type { TicketRow } from '@/features/ticket/types'

/** What is urgent and taken by nobody yet stands above the list, whatever stood there. */
describe('what must not be missed at the desk', () => {
  const real = globalThis.fetch
  let scope: EffectScope
  let queue: Queue
  let page: { items: TicketRow[]; untaken?: TicketRow[] }
  const row = (id: number, version = 1, state = 'dispatched') => ({ id, version, state }) as TicketRow
  const ids = () => queue.rows.value.map((one) => one.id)
  const settled = () => expect.poll(() => queue.first.loading.value).toBe(false)

  beforeEach(async () => {
    takeSession({ access_token: 'token', expires_in: 600, account: { id: 1 } })
    page = { items: [row(1), row(2), row(3)], untaken: [row(3)] }
    globalThis.fetch = (async () => new Response(JSON.stringify({ ...page, counts: {} }), { headers: { 'content-type': 'application/json' } })) as typeof fetch
    scope = effectScope()
    queue = scope.run(() => openQueue({ box: 'desk', filter: 'open', words: 'x', group: '', party: '', estate: '', building: '' }))!
    await settled()
  })
  afterEach(() => {
    scope.stop()
    globalThis.fetch = real
    dropSession()
  })

  it('stands first and once', () => {
    expect([ids(), queue.untaken.value]).toEqual([[3, 1, 2], 1])
  })

  it('comes at once, while an ordinary one waits behind its bar', async () => {
    page = { items: [row(1), row(2), row(3), row(4), row(5)], untaken: [row(3), row(5)] }
    await queue.lookAgain()
    expect([ids(), queue.untaken.value]).toEqual([[3, 5, 1, 2], 2])
    expect(queue.fresh.value.map((one) => one.id)).toEqual([4])
  })

  it('goes to its place when it was taken, and one that never had a place stays at the head', async () => {
    page = { items: [row(1), row(2), row(3), row(5)], untaken: [row(3), row(5)] }
    await queue.lookAgain()
    page = { items: [row(1), row(2), row(3, 2, 'acknowledged'), row(5, 2, 'acknowledged')] }
    queue.put(row(3, 2, 'acknowledged'))
    await settled()
    expect([ids(), queue.untaken.value, queue.fresh.value.length]).toEqual([[5, 1, 2, 3], 0, 0])
  })
})

/** The figures over a list are asked for again after each step, and not when a ticket is only looked at. */
describe('the figures over the desk', () => {
  const real = globalThis.fetch
  let overdue = 2
  let asked = 0
  let scope: EffectScope
  let queue: Queue
  const row = (id: number, version: number, state = 'in_progress') => ({ id, version, state }) as TicketRow
  const settled = async () => {
    await expect.poll(() => queue.first.loading.value).toBe(false)
  }

  beforeEach(async () => {
    overdue = 2
    asked = 0
    takeSession({ access_token: 'token', expires_in: 600, account: { id: 1 } })
    globalThis.fetch = (async (url: string) => {
      if (String(url).includes('/api/v1/tickets')) asked += 1
      return new Response(JSON.stringify({ items: [row(1, 3), row(2, 1)], counts: { overdue } }), { headers: { 'content-type': 'application/json' } })
    }) as typeof fetch
    scope = effectScope()
    queue = scope.run(() => openQueue({ box: 'all', filter: 'overdue', words: 'x', group: '', party: '', estate: '', building: '' }))!
    await settled()
  })
  afterEach(() => {
    scope.stop()
    globalThis.fetch = real
    dropSession()
  })

  it('follow a step that leaves the state as it is, as a redispatch may', async () => {
    overdue = 1
    queue.put(row(1, 4))
    await settled()
    expect(queue.counts.value).toMatchObject({ overdue: 1 })
  })

  it('follow a step on a ticket that lies open beside the list and is not in it', async () => {
    queue.put(row(9, 5))
    expect(asked).toBe(1)
    overdue = 1
    queue.put(row(9, 6))
    await settled()
    expect(queue.counts.value).toMatchObject({ overdue: 1 })
  })

  it('follow a step that comes while the list is being renewed', async () => {
    void queue.lookAgain()
    overdue = 1
    queue.put(row(2, 2))
    await settled()
    expect(asked).toBe(3)
    expect(queue.counts.value).toMatchObject({ overdue: 1 })
  })

  it('stay where a ticket is only opened', async () => {
    queue.put(row(1, 3))
    await settled()
    expect(asked).toBe(1)
  })
})
