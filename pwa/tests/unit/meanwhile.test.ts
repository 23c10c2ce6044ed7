import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createApp, h, type App } from 'vue'
import { sendJson } from '@/api/http'
import { newsOf, somebodyWasFaster, useStep } from '@/features/ticket/meanwhile'
import type { Ticket, TimelineItem } from '@/features/ticket/types'
import { useTicket } from '@/features/ticket/useTicket'
import { allWords, errorWords } from '@/i18n'
import { dropToast, shownToast } from '@/ui/toast'
import { useNewPhone } from './phone'

const step = (id: number, more: Partial<TimelineItem>): TimelineItem => ({ id, action: 'file', on: '2026-09-01', actor_role: 'resident', mine: false, photos: [], ...more })

function ticket(more: Partial<Ticket> = {}): Ticket {
  return { id: 9, state: 'dispatched', version: 2, timeline: [step(1, {})], messages: [], actions: ['acknowledge'], unread: 0, you: 'handler', handling_party: { id: 5, kind: 'operator', name: '洛安物业', phone24: '' }, ...more } as Ticket
}

const seen = ticket()
const taken = ticket({ state: 'acknowledged', version: 3, timeline: [step(1, {}), step(2, { action: 'acknowledge', actor_role: 'operator_staff', actor_name: '洛安物业', at: '2026-09-01T02:05:00Z' })] })
const told = ticket({ version: 3, timeline: [step(1, {}), step(2, { action: 'progress', actor_role: 'operator_staff', actor_name: '洛安物业', note: '灯泡在路上' })] })

beforeAll(async () => {
  await allWords(true)
})

describe('what somebody else did meanwhile', () => {
  it('is told by the newest line, with its hour or its day, and by the state where that is another one', () => {
    expect(newsOf(taken, seen)).toMatch(/^洛安物业接单了（.*10:05）。现在是“已接单”。$/)
    // Only the version moved: the state on the screen is no news.
    expect(newsOf(told, seen)).toMatch(/^洛安物业.*（.*9月1日.*）。$/)
    expect(newsOf(told, seen)).not.toContain('现在是')
    expect(newsOf(seen, seen)).toBe('')
    // Who was not there is told the line and the state.
    expect(newsOf(told)).toContain('现在是“已派单”')
  })

  it('is what three refusals mean, and no other', () => {
    for (const code of ['ticket.changed_meanwhile', 'ticket.wrong_state', 'ticket.closing_passed']) expect(somebodyWasFaster({ status: 409, code })).toBe(true)
    for (const code of ['ticket.joint_not_withdrawn', 'ticket.promise_not_withdrawn', 'ticket.id_conflict', 'cause.wrong_state']) expect(somebodyWasFaster({ status: 409, code })).toBe(false)
    expect(somebodyWasFaster(undefined)).toBe(false)
  })
})

describe('the page of a ticket whose step is refused', () => {
  useNewPhone()
  let app: App | undefined
  let now: Ticket
  let code: string

  beforeEach(() => {
    now = seen
    globalThis.fetch = (async (url: string, init?: RequestInit) => {
      const json = (status: number, body: unknown) => new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json' } })
      if (String(url).includes('/session/refresh')) return json(200, { access_token: 'token', expires_in: 600, account: { id: 1 } })
      return init?.method === 'POST' ? json(409, { code }) : json(200, now)
    }) as typeof fetch
  })
  afterEach(() => {
    app?.unmount()
    dropToast()
  })

  async function refused(by: string, meanwhile: Ticket, bySheet = false) {
    let sending!: ReturnType<typeof useStep>
    let page!: ReturnType<typeof useTicket>
    const sheet = { setup: () => ((sending = useStep(() => sendJson('/api/v1/tickets/9/extensions', { method: 'POST', json: {} }))), () => null) }
    app = createApp({ setup: () => ((page = useTicket(9)), () => h(sheet)) })
    app.mount(document.createElement('div'))
    await expect.poll(() => page.ticket.value?.version).toBe(seen.version)
    now = meanwhile
    code = by
    await (bySheet ? sending.run() : page.moving.run('acknowledge'))
    await expect.poll(() => page.ticket.value?.version).toBe(meanwhile.version)
    return page
  }

  it('says who was faster, above the ticket as it is now', async () => {
    const page = await refused('ticket.changed_meanwhile', taken)
    expect(page.changed.value).toMatch(/^洛安物业接单了（.*）。现在是“已接单”。页面已更新/)
    expect(shownToast.value).toBeNull()
  })

  it('says so for its sheets as well, and renews itself under a refusal of another kind', async () => {
    expect((await refused('ticket.changed_meanwhile', taken, true)).changed.value).toContain('洛安物业接单了')
    expect(shownToast.value).toBeNull()
    app?.unmount()
    now = seen
    const other = await refused('ticket.extension_used', taken, true)
    expect(other.changed.value).toBe('')
    expect(shownToast.value?.text).toBe(errorWords('ticket.extension_used'))
  })

  it('names no state where only something was said', async () => {
    const page = await refused('ticket.wrong_state', told)
    expect(page.changed.value).toContain('洛安物业')
    expect(page.changed.value).not.toContain('现在是')
  })

  for (const own of ['ticket.joint_not_withdrawn', 'ticket.promise_not_withdrawn']) {
    it(`tells ${own} by its own sentence, and nothing of news`, async () => {
      const page = await refused(own, told)
      expect(page.changed.value).toBe('')
      expect(shownToast.value?.text).toBe(errorWords(own))
      expect(errorWords(own)).toContain('撤回')
    })
  }
})
