import { beforeEach, describe, expect, it, vi } from 'vitest'
import { dropSession, forgetSignedOut, markSignedOut, presumeAccount, refreshSession, send, takeSession } from '@/api/http'
import { Problem, readRetryAfter } from '@/api/problem'
import { FakeServer } from './server'

let server: FakeServer

beforeEach(() => {
  dropSession()
  forgetSignedOut()
  server = new FakeServer()
  server.install()
})

async function problemOf(work: Promise<unknown>): Promise<Problem> {
  try {
    await work
  } catch (fault) {
    expect(fault).toBeInstanceOf(Problem)
    return fault as Problem
  }
  throw new Error('it should have failed')
}

describe('the door to the server', () => {
  it('refreshes once for many calls, and names its client on each', async () => {
    let refreshes = 0
    const real = globalThis.fetch
    globalThis.fetch = ((url: string, init: RequestInit) => {
      if (String(url).includes('refresh')) refreshes += 1
      return real(url, init)
    }) as typeof fetch
    await Promise.all([1, 2, 3].map(() => send('/api/v1/photos/missing?client_ids=a')))
    expect(refreshes).toBe(1)
    expect(server.calls.every((call) => call.headers.get('X-Linli-Client') === 'pwa')).toBe(true)
  })

  it('tries once more after 401, not twice', async () => {
    takeSession({ access_token: 'token-old', expires_in: 600, account: { id: 1 } })
    await send('/api/v1/photos/missing?client_ids=a')
    expect(server.calls).toHaveLength(2)
    server.plan(/missing/, { status: 401 })
    server.plan(/missing/, { status: 401 })
    expect((await problemOf(send('/api/v1/photos/missing?client_ids=a'))).status).toBe(401)
    expect(server.calls).toHaveLength(4)
  })

  it('gives the whole problem', async () => {
    server.plan(/GET/, { status: 422, json: { status: 422, code: 'ticket.text_empty', field: 'text', params: { min: 1 }, request_id: 'abc' }, headers: { 'content-type': 'application/problem+json', 'retry-after': '7' } })
    const problem = await problemOf(send('/api/v1/x'))
    expect(problem).toMatchObject({ status: 422, code: 'ticket.text_empty', field: 'text', params: { min: 1 }, requestId: 'abc', retryAfter: 7 })
  })

  it('names a bare answer of a proxy, and no answer at all', async () => {
    server.plan(/GET/, { status: 502 })
    expect((await problemOf(send('/api/v1/x'))).code).toBe('server.failed')
    server.plan(/GET/, 'network')
    expect((await problemOf(send('/api/v1/x'))).offline).toBe(true)
  })

  it('a gate on the way ends no session', async () => {
    takeSession({ access_token: 'token-1', expires_in: 1, account: { id: 1 } })
    const right = globalThis.fetch
    globalThis.fetch = (() => Promise.resolve(new Response('<h1>no</h1>', { status: 403, headers: { 'content-type': 'text/html' } }))) as typeof fetch
    await expect(refreshSession()).rejects.toMatchObject({ status: 403 })
    globalThis.fetch = right
    expect(await refreshSession()).toBe(true)
  })

  it('ends a call that takes too long', async () => {
    takeSession({ access_token: 'token-1', expires_in: 600, account: { id: 1 } })
    globalThis.fetch = ((_url: string, init: RequestInit) =>
      new Promise((_resolve, reject) => init.signal?.addEventListener('abort', () => reject(new DOMException('gone', 'AbortError'))))) as typeof fetch
    expect((await problemOf(send('/api/v1/x', { timeout: 20 }))).offline).toBe(true)
  })

  it('ends a call whose answer stops half-way: the next one need not wait for it', async () => {
    let asked = 0
    globalThis.fetch = ((_url: string, init: RequestInit) => {
      asked += 1
      const body = new ReadableStream({
        start(controller) {
          controller.enqueue(new TextEncoder().encode('{"access_token":'))
          init.signal?.addEventListener('abort', () => controller.error(new DOMException('gone', 'AbortError')))
        },
      })
      return Promise.resolve(new Response(body, { status: 200, headers: { 'content-type': 'application/json' } }))
    }) as typeof fetch
    vi.useFakeTimers()
    try {
      for (const turn of [1, 2]) {
        const refreshed = problemOf(refreshSession())
        await vi.advanceTimersByTimeAsync(45_000)
        expect((await refreshed).offline).toBe(true)
        expect(asked).toBe(turn)
      }
    } finally {
      vi.useRealTimers()
    }
  })

  it('gives an answer without a body as it is', async () => {
    server.plan(/GET/, { status: 204 })
    expect((await send('/api/v1/x')).status).toBe(204)
  })

  it('asks who this is when an administrator is told to add a second factor, and for no other refusal', async () => {
    await send('/api/v1/x').catch(() => undefined) // signed in
    const before = server.refreshes
    for (const code of ['access.denied', 'session.second_factor_needed']) {
      server.plan(/GET/, { status: 403, json: { code } })
      expect((await problemOf(send('/api/v1/x'))).code).toBe(code)
      await vi.waitFor(() => expect(server.refreshes).toBe(before + (code === 'access.denied' ? 0 : 1)))
    }
  })

  it('reads Retry-After as seconds and as a date', () => {
    expect(readRetryAfter('12')).toBe(12)
    expect(readRetryAfter('Sun, 22 Nov 2026 10:00:30 GMT', Date.parse('2026-11-22T10:00:00Z'))).toBe(30)
    expect(readRetryAfter('soon')).toBe(0)
    expect(readRetryAfter(null)).toBe(0)
  })
})

describe('one person never acts as another', () => {
  const call = { method: 'POST', json: { client_id: 'a' } }

  it('does not repeat a tap when the account changed under it', async () => {
    takeSession({ access_token: 'token-old', expires_in: 600, account: { id: 1 } })
    server.account = 2
    expect((await problemOf(send('/api/v1/tickets', call))).code).toBe('session.other_account')
    expect(server.records.size).toBe(0)
    expect(server.calls).toHaveLength(1)
  })

  it('sends nothing when the token had run out and the next one is somebody else’s', async () => {
    presumeAccount(1)
    server.account = 2
    expect((await problemOf(send('/api/v1/tickets', call))).code).toBe('session.other_account')
    expect(server.calls).toHaveLength(0)
  })

  it('repeats it for the same person', async () => {
    takeSession({ access_token: 'token-old', expires_in: 600, account: { id: 1 } })
    await send('/api/v1/tickets', call)
    expect(server.records.size).toBe(1)
  })
})

describe('signing out without a network', () => {
  it('ends the session on the server before anything else, and never renews it', async () => {
    markSignedOut()
    server.plan(/DELETE/, 'network')
    expect((await problemOf(refreshSession())).offline).toBe(true)
    server.plan(/DELETE/, { status: 204 })
    expect(await refreshSession()).toBe(false)
    expect(server.paths()).toEqual(['DELETE /api/v1/session', 'DELETE /api/v1/session'])
    expect(server.refreshes).toBe(0)
  })

  it('a renewal that was on its way does not bring the person back', async () => {
    const renewing = refreshSession()
    markSignedOut()
    server.plan(/DELETE/, { status: 204 })
    expect(await renewing).toBe(false)
    expect(server.paths()).toEqual(['DELETE /api/v1/session'])
  })

  it('signing in again takes the mark away', async () => {
    markSignedOut()
    forgetSignedOut()
    expect(await refreshSession()).toBe(true)
    expect(server.refreshes).toBe(1)
  })
})
