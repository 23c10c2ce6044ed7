import { afterEach, describe, expect, it, vi } from 'vitest'
import { placeOfHome, placeWords } from '@/features/ticket/place'
import { threadOf } from '@/features/ticket/thread'
import type { Ticket, TicketMessage, TimelineItem } from '@/features/ticket/types'
import { nextWords, rowPromise, seenWords, stepWords } from '@/features/ticket/words'

const NOW = new Date('2026-09-02T02:00:00Z') // Wednesday, 10:00 in the county

const step = (id: number, more: Partial<TimelineItem>): TimelineItem => ({ id, action: 'progress', on: '2026-09-01', actor_role: 'operator_staff', mine: false, photos: [], ...more })
const message = (id: number, more: Partial<TicketMessage>): TicketMessage => ({ id, side: 'handler', mine: false, text: '', on: '2026-09-01', photos: [], ...more })

function ticket(more: Partial<Ticket> = {}): Ticket {
  return {
    id: 1, number: '20260901-001-0001-5', category: 'REP-01', kind: 'repair', urgency: 'u3r', state: 'in_progress', estate_id: 7, estate_name: '桂花苑', text_short: '', filed_on: '2026-09-01',
    handling_party_name: '洛安物业', respond_due: '2026-09-02T01:00:00Z', resolve_due: '2026-09-03T10:00:00Z', next_step: 'resolve', next_due: '2026-09-03T10:00:00Z', overdue: false, unanswered: false,
    send_backs: 0, urges: 0, escalated_to: 0, unread: 0, protected: false, version: 3, text: '', community_name: '', place_words: '', closing: 0, done_waiting_photos: false, clocks: [], photos: [], timeline: [], messages: [], actions: [],
    you: 'reporter', on_behalf: false, contact_shared: false, small_building: false, handling_party: { id: 5, kind: 'operator', name: '洛安物业', phone24: '0379-1' }, routed_by: 'term', ...more,
  }
}

afterEach(() => {
  vi.useRealTimers()
})

describe('the thread', () => {
  it('merges steps and messages by their moments and keeps the order of each', () => {
    const one = ticket({
      timeline: [step(1, { at: '2026-09-01T01:00:00Z' }), step(2, { at: '2026-09-01T03:00:00Z' })],
      messages: [message(1, { at: '2026-09-01T02:00:00Z' }), message(2, { at: '2026-09-01T04:00:00Z' })],
    })
    expect(threadOf(one).map((entry) => entry.key)).toEqual(['step-1', 'message-1', 'step-2', 'message-2'])
  })

  it('puts a date without a time at the end of its day, and loses nothing', () => {
    const one = ticket({
      timeline: [step(1, { at: '2026-09-01T01:00:00Z' }), step(2, { at: '2026-09-02T01:00:00Z', on: '2026-09-02' })],
      messages: [message(1, { on: '2026-09-01' }), message(2, { at: '2026-09-01T05:00:00Z' })],
    })
    expect(threadOf(one).map((entry) => entry.key)).toEqual(['step-1', 'message-1', 'message-2', 'step-2'])
  })
})

describe('what happens next', () => {
  it('is said to each reader in his own words, with a date', () => {
    vi.useFakeTimers({ now: NOW })
    expect(nextWords(ticket())).toMatchObject({ what: '洛安物业正在办', when: '应在明天 18:00前办好', tone: 'busy' })
    expect(nextWords(ticket({ you: 'handler' })).what).toBe('请办好，并拍处理后的照片')
    const returned = { state: 'returned', next_step: 'acknowledge' } as const
    expect(nextWords(ticket(returned)).what).toBe('洛安物业说不归它管，等调度决定由谁办')
    expect(nextWords(ticket({ ...returned, you: 'officer', actions: ['return_grant', 'return_refuse'] })).what).toBe('请决定由谁来办')
    expect(nextWords(ticket({ you: 'officer' })).what).toBe('等洛安物业办结')
    expect(nextWords(ticket({ overdue: true, next_due: '2026-09-02T01:00:00Z' }))).toMatchObject({ when: '本应今天 09:00前，已经超时', tone: 'bad' })
    expect(rowPromise(ticket())).toBe('明天 18:00前办好')
  })

  it('waits for photos before it asks anybody to confirm', () => {
    const words = nextWords(ticket({ done_waiting_photos: true, you: 'handler' }))
    expect(words.what).toContain('照片还在路上')
    expect(words.when).toContain('请保持联网')
  })

  it('tells the reporter of a silent closing until when it may be sent back', () => {
    vi.useFakeTimers({ now: NOW })
    const closed = { state: 'closed_unrated', next_step: 'none', next_due: undefined, rate_until: '2026-09-03T10:00:00Z' } as const
    expect(nextWords(ticket({ ...closed, actions: ['send_back'] })).when).toContain('明天 18:00前仍可退回')
    expect(nextWords(ticket({ ...closed, actions: [] })).when).toBe('')
    expect(nextWords(ticket({ ...closed, actions: ['send_back'], you: 'handler' })).when).toBe('')
  })
})

describe('who sees what', () => {
  it('never calls a person by name, and tells my own steps from others', () => {
    expect(stepWords(step(1, { action: 'file', actor_role: 'resident', mine: true }), ticket())).toBe('您反映了这件事')
    expect(stepWords(step(1, { action: 'file', actor_role: 'resident' }), ticket({ you: 'handler' }))).toBe('居民反映了这件事')
    expect(stepWords(step(1, { action: 'contact_view', actor_name: '洛安物业' }), ticket())).toBe('洛安物业看了您的联系方式')
    expect(stepWords(step(1, { action: 'dispatch', actor_role: 'system', actor_name: '洛安物业', params: { from_party: 4 } }), ticket())).toContain('换成洛安物业负责')
    expect(stepWords(step(1, { action: 'done', actor_role: 'system' }), ticket())).toBe('照片到齐了，请您确认')
    expect(stepWords(step(1, { action: 'unheard_of', actor_name: '洛安物业' }), ticket())).toBe('洛安物业更新了这件事')
  })

  it('promises a complainant what a repair without a shared number does not need', () => {
    expect(seenWords(ticket({ protected: true }))).toContain('也不知道是几点反映的')
    expect(seenWords(ticket({ contact_shared: true }))).toContain('同意')
    expect(seenWords(ticket({ you: 'handler', protected: true }))).toContain('保密')
    expect(seenWords(ticket({ you: 'officer' }))).toContain('不向您显示')
  })
})

describe('a place', () => {
  const home = { estate_id: 7, estate_name: '桂花苑', building_id: 23, building_name: '3号楼', entrance_name: '2单元', unit_id: 501, unit_name: '501', approved: true }

  it('names the flat only where the matter is inside the home', () => {
    expect(placeWords(placeOfHome(home, false))).toBe('桂花苑 3号楼')
    expect(placeOfHome(home, false).unitId).toBeUndefined()
    expect(placeWords(placeOfHome(home, true))).toBe('桂花苑 3号楼 2单元 501')
  })

  it('does not say an only building twice', () => {
    expect(placeWords({ estateId: 1, estateName: '老供销楼', buildingId: 2, buildingName: '老供销楼' })).toBe('老供销楼')
  })
})
