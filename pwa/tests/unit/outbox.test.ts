import { describe, expect, it } from 'vitest'
import { Problem } from '@/api/problem'
import { isDue, verdictOf, waitAfter } from '@/outbox/backoff'
import { drain } from '@/outbox/engine'
import { pathOf } from '@/outbox/kinds'
import { itemsOf, photosOf, putIntoOutbox } from '@/outbox/store'
import { newClientId } from '@/outbox/uuid'
import { ME, only, patchItem, photo, server, submission, useNewPhone } from './phone'

useNewPhone()

describe('verdicts and waits', () => {
  it.each([
    [401, 'needs_login'], [408, 'retry'], [425, 'retry'], [429, 'retry'], [500, 'retry'], [503, 'retry'],
    [400, 'needs_fix'], [403, 'needs_fix'], [404, 'needs_fix'], [409, 'needs_fix'], [413, 'needs_fix'], [422, 'needs_fix'],
  ])('%i is %s', (status, verdict) => {
    expect(verdictOf(new Problem(status, { code: 'some.code' }))).toBe(verdict)
    // The same status without a code of ours comes from something on the way.
    expect(verdictOf(new Problem(status))).toBe('retry')
  })

  it('what an administrator wrote waits for his second factor', () => {
    expect(verdictOf(new Problem(403, { code: 'session.second_factor_needed' }))).toBe('needs_login')
    expect(verdictOf(new Problem(403, { code: 'route.denied' }))).toBe('needs_fix')
  })

  it('waits between half and all of 2 s, 4 s, 8 s and never over 5 min', () => {
    expect(waitAfter(1, 0, () => 0)).toBe(1_000)
    expect(waitAfter(1, 0, () => 1)).toBe(2_000)
    expect(waitAfter(3, 0, () => 1)).toBe(8_000)
    expect(waitAfter(50, 0, () => 1)).toBe(300_000)
    expect(waitAfter(50, 0, () => 0)).toBe(150_000)
  })

  it('obeys Retry-After before its own count, up to ten minutes', () => {
    expect(waitAfter(9, 1)).toBe(1_000)
    expect(waitAfter(1, 120)).toBe(120_000)
    expect(waitAfter(1, 7200)).toBe(600_000)
  })

  it('is not stalled by a clock that was set back', () => {
    const now = 1_000_000_000
    expect(isDue(now - 1, now)).toBe(true)
    expect(isDue(now + 60_000, now)).toBe(false)
    expect(isDue(now + 24 * 3600_000, now)).toBe(true)
  })

  it('makes version 4 ids, also where randomUUID is missing', () => {
    const shape = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/
    expect(newClientId()).toMatch(shape)
    const kept = crypto.randomUUID
    Object.defineProperty(crypto, 'randomUUID', { value: undefined, configurable: true })
    expect(newClientId()).toMatch(shape)
    expect(newClientId()).not.toBe(newClientId())
    Object.defineProperty(crypto, 'randomUUID', { value: kept, configurable: true })
  })

  it('fills the path and refuses a missing part', async () => {
    expect(pathOf('message', { id: 12 })).toBe('/api/v1/tickets/12/messages')
    expect(() => pathOf('message', {})).toThrow()
    await expect(putIntoOutbox(submission({ kind: 'message' }))).rejects.toThrow()
    expect(await itemsOf(ME)).toHaveLength(0)
  })
})

describe('sending', () => {
  it('sends the record first, then each photo, and keeps a receipt without bytes', async () => {
    const photos = [photo(11), photo(12)]
    const item = await putIntoOutbox(submission({ photos }))
    await drain(ME)
    expect(server.paths()).toEqual(['POST /api/v1/tickets', `PUT /api/v1/photos/${photos[0]!.clientId}`, `PUT /api/v1/photos/${photos[1]!.clientId}`])
    expect([...server.photos.values()]).toEqual([11, 12])
    const sent = await only()
    expect(sent.state).toBe('sent')
    expect(sent.reference?.number).toBe('20261122-001-0001-1')
    expect(sent.photosStored).toBe(2)
    expect(await photosOf(item.clientId)).toHaveLength(0)
  })

  it('carries client_id and the manifest, and the hash with each photo', async () => {
    const one = photo(20)
    const item = await putIntoOutbox(submission({ photos: [one] }))
    await drain(ME)
    const body = server.calls[0]!.json!
    expect(body.client_id).toBe(item.clientId)
    expect(body.photos).toEqual([{ client_id: one.clientId, sha256: one.sha256, kind: 'before', bytes: 20, claims: { taken_minutes_ago: 3, camera: true } }])
    expect(server.calls[1]!.headers.get('X-Content-SHA256')).toBe(one.sha256)
    expect(server.calls[1]!.headers.get('Content-Type')).toBe('image/jpeg')
  })

  it('a kind without photos has no manifest', async () => {
    await putIntoOutbox(submission({ kind: 'confirmation', params: { id: 7 }, body: { closing: 1, level: 5 } }))
    await drain(ME)
    expect(server.calls[0]!.path).toBe('/api/v1/tickets/7/confirmations')
    expect(server.calls[0]!.json).not.toHaveProperty('photos')
    expect((await only()).state).toBe('sent')
  })

  it('goes by the counter, not by the clock', async () => {
    const first = await putIntoOutbox(submission())
    const second = await putIntoOutbox(submission())
    await patchItem(first.clientId, { createdAt: Date.now() + 1e9 })
    await drain(ME)
    expect(server.calls.map((call) => call.json?.client_id)).toEqual([first.clientId, second.clientId])
    expect(second.sequence).toBe(first.sequence + 1)
  })

  it('says about one ticket in the order in which it was said, and lets others pass', async () => {
    const a = await putIntoOutbox(submission({ kind: 'message', params: { id: 5 }, body: { text: '一' } }))
    const b = await putIntoOutbox(submission({ kind: 'message', params: { id: 5 }, body: { text: '二' } }))
    const c = await putIntoOutbox(submission({ kind: 'message', params: { id: 6 }, body: { text: '三' } }))
    server.plan(/tickets\/5/, { status: 503 })
    await drain(ME)
    const states = new Map((await itemsOf(ME)).map((item) => [item.clientId, item.state]))
    expect(states.get(a.clientId)).toBe('queued')
    expect(states.get(b.clientId)).toBe('queued')
    expect(states.get(c.clientId)).toBe('sent')
    await drain(ME, true)
    expect(server.calls.map((call) => call.json?.text)).toEqual(['一', '三', '一', '二'])
  })

  it('two drains at once send once', async () => {
    await putIntoOutbox(submission())
    await Promise.all([drain(ME), drain(ME), drain(ME, true)])
    expect(server.calls.filter((call) => call.method === 'POST')).toHaveLength(1)
  })

  it('a second tap on the same form keeps the first', async () => {
    const same = submission()
    await Promise.all([putIntoOutbox(same), putIntoOutbox({ ...same, body: { text: 'other' } })])
    const item = await only()
    expect(item.body.text).toBe('楼道灯不亮')
  })

  it('does not send while another tab holds the lock, and looks again later', async () => {
    await putIntoOutbox(submission())
    let held = true
    const locks = {
      request(_name: string, ...rest: unknown[]) {
        const work = rest.pop() as (lock: unknown) => unknown
        const tries = rest.length > 0
        return Promise.resolve(work(tries && held ? null : {}))
      },
    }
    Object.defineProperty(navigator, 'locks', { value: locks, configurable: true })
    try {
      await drain(ME)
      expect(server.calls).toHaveLength(0)
      expect((await only()).state).toBe('queued')
      held = false
      await drain(ME)
      expect((await only()).state).toBe('sent')
    } finally {
      Reflect.deleteProperty(navigator, 'locks')
    }
  })
})

describe('when it goes wrong', () => {
  it('a lost answer is asked again with the same words, and the server repeats its first answer', async () => {
    await putIntoOutbox(submission())
    server.plan(/POST/, 'network', true)
    await drain(ME)
    expect((await only()).state).toBe('queued')
    await drain(ME, true)
    expect((await only()).state).toBe('sent')
    expect(server.records.size).toBe(1)
    expect(server.calls[0]!.json).toEqual(server.calls[1]!.json)
  })

  it('waits after 503 and is not hurried by a tap when the server named the time', async () => {
    await putIntoOutbox(submission())
    server.plan(/POST/, { status: 503, headers: { 'retry-after': '30' } })
    await drain(ME)
    const item = await only()
    expect(item.attempts).toBe(1)
    expect(item.nextAt - Date.now()).toBeGreaterThan(25_000)
    await drain(ME, true)
    expect(server.calls).toHaveLength(1)
  })

  it('a tap hurries an ordinary wait', async () => {
    await putIntoOutbox(submission())
    server.plan(/POST/, 'network')
    await drain(ME)
    await drain(ME)
    expect(server.calls).toHaveLength(1)
    await drain(ME, true)
    expect((await only()).state).toBe('sent')
  })

  it('goes on when the clock jumped a day back', async () => {
    const item = await putIntoOutbox(submission())
    await patchItem(item.clientId, { nextAt: Date.now() + 24 * 3600_000, attempts: 2 })
    await drain(ME)
    expect((await only()).state).toBe('sent')
  })

  it('an id conflict and a refused field need the person, with the code and the field', async () => {
    const item = await putIntoOutbox(submission())
    server.plan(/POST/, { status: 422, json: { code: 'ticket.text_too_long', field: 'text', params: { max: 2000 }, request_id: 'r1' } })
    await drain(ME)
    const refused = await only()
    expect(refused.state).toBe('needs_fix')
    expect(refused.problem).toEqual({ status: 422, code: 'ticket.text_too_long', field: 'text', params: { max: 2000 }, requestId: 'r1' })
    await drain(ME, true)
    expect(server.calls).toHaveLength(1)
    server.records.set(item.clientId, { body: 'another', number: 1 })
    await patchItem(item.clientId, { state: 'queued' })
    await drain(ME)
    expect((await only()).problem?.code).toBe('ticket.id_conflict')
  })

  it('one that the server refuses does not hold up the next', async () => {
    await putIntoOutbox(submission())
    await putIntoOutbox(submission())
    server.plan(/POST/, { status: 422, json: { code: 'x.y' } })
    await drain(ME)
    expect((await itemsOf(ME)).map((item) => item.state)).toEqual(['needs_fix', 'sent'])
  })

  it('401 keeps the whole queue until the same person is back', async () => {
    await putIntoOutbox(submission())
    await putIntoOutbox(submission())
    server.account = null
    await drain(ME)
    expect((await itemsOf(ME)).map((item) => item.state)).toEqual(['needs_login', 'queued'])
    server.account = ME
    await drain(ME)
    expect((await itemsOf(ME)).map((item) => item.state)).toEqual(['sent', 'sent'])
  })

  it('an administrator who owes a second factor loses neither words nor photos', async () => {
    const item = await putIntoOutbox(submission({ photos: [photo()] }))
    server.plan(/POST \/api\/v1\/tickets/, { status: 403, json: { code: 'session.second_factor_needed' } })
    await drain(ME)
    expect((await only()).state).toBe('needs_login')
    server.plan(/PUT \/api\/v1\/photos/, { status: 403, json: { code: 'session.second_factor_needed' } })
    await drain(ME, true)
    expect(await only()).toMatchObject({ clientId: item.clientId, state: 'needs_login', photosRefused: [] })
    await drain(ME, true)
    expect((await only()).state).toBe('sent')
  })

  it('a token that ran out on the server is renewed once and the item goes out', async () => {
    await putIntoOutbox(submission())
    server.plan(/POST \/api\/v1\/tickets/, { status: 401, json: { code: 'session.expired' } })
    await drain(ME)
    expect((await only()).state).toBe('sent')
    expect(server.calls).toHaveLength(2)
  })
})

describe('what stands between', () => {
  it.each([404, 403, 401, 302])('%i without a code of ours refuses no words', async (status) => {
    await putIntoOutbox(submission())
    server.plan(/POST \/api\/v1\/tickets/, { status, headers: { 'content-type': 'text/html' } })
    if (status === 401) server.plan(/POST \/api\/v1\/tickets/, { status, headers: { 'content-type': 'text/html' } })
    await drain(ME)
    expect((await only()).state).toBe('queued')
    await drain(ME, true)
    expect((await only()).state).toBe('sent')
  })
})
