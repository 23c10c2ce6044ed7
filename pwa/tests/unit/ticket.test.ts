import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { createApp } from 'vue'
import { allWords } from '@/i18n'
import { actionWords } from '@/features/ticket/buttons'
import { contactWords } from '@/features/ticket/contact'
import { placeOfHome, placeWords } from '@/features/ticket/place'
import { callFirst, urgencyOf } from '@/features/ticket/raising'
import { threadOf } from '@/features/ticket/thread'
import type { Category, Ticket, TicketMessage, TimelineItem } from '@/features/ticket/types'
import { useTakeBack } from '@/features/ticket/useTakeBack'
import { rowPromise } from '@/features/ticket/promise'
import { othersThan, seenWords, staysHidden } from '@/features/ticket/seen'
import type { ContactCard } from '@/features/score/types'
import { pressureWords } from '@/features/ticket/pressing'
import { nextWords, stepWords } from '@/features/ticket/words'

const NOW = new Date('2026-09-02T02:00:00Z') // Wednesday, 10:00 in the county

const step = (id: number, more: Partial<TimelineItem>): TimelineItem => ({ id, action: 'progress', on: '2026-09-01', actor_role: 'operator_staff', mine: false, photos: [], ...more })
const message = (id: number, more: Partial<TicketMessage>): TicketMessage => ({ id, side: 'handler', mine: false, text: '', on: '2026-09-01', photos: [], ...more })

function ticket(more: Partial<Ticket> = {}): Ticket {
  return {
    id: 1, number: '20260901-001-0001-5', category: 'REP-01', kind: 'repair', urgency: 'u3r', state: 'in_progress', estate_id: 7, estate_name: '桂花苑', text_short: '', filed_on: '2026-09-01',
    handling_party_name: '洛安物业', respond_due: '2026-09-02T01:00:00Z', resolve_due: '2026-09-03T10:00:00Z', next_step: 'resolve', next_due: '2026-09-03T10:00:00Z', overdue: false, unanswered: false,
    send_backs: 0, urges: 0, escalated_to: 0, joint: false, unread: 0, protected: false, version: 3, text: '', community_name: '', place_words: '', closing: 0, done_waiting_photos: false, clocks: [], photos: [], timeline: [], messages: [], actions: [],
    you: 'reporter', on_behalf: false, contact_shared: false, small_building: false, handling_party: { id: 5, kind: 'operator', name: '洛安物业', phone24: '0379-1' }, routed_by: 'term', ...more,
  }
}

beforeAll(async () => {
  await allWords(true)
})

afterEach(() => {
  vi.useRealTimers()
})

describe('whom the party must not come to know', () => {
  it('is who reports, unless it is a repair with his number shared', () => {
    const of = (more: Partial<Ticket>) => staysHidden(ticket(more))
    for (const you of ['reporter', 'filer'] as const) {
      expect(of({ you, kind: 'complaint', protected: true })).toBe(true)
      // What is protected stays so, whatever was shared.
      expect(of({ you, kind: 'report', protected: true, contact_shared: true })).toBe(true)
      expect(of({ you, kind: 'repair' })).toBe(true)
      expect(of({ you, kind: 'repair', contact_shared: true })).toBe(false)
      expect(of({ you, kind: 'enquiry' })).toBe(false)
    }
    for (const you of ['handler', 'officer', 'steward', 'observer'] as const) expect(of({ you, kind: 'complaint', protected: true })).toBe(false)
  })

  it('calls the station, where that is not the party itself, and the hotline', () => {
    const contact = { station_name: '桂花社区服务站', station_phone: '0379-2', hotline: '12345' } as ContactCard
    const phones = (party: { name: string; phone24: string }, card?: ContactCard) => othersThan(party, card).map((one) => one.phone)
    expect(phones({ name: '洛安物业', phone24: '0379-1' }, contact)).toEqual(['0379-2', '12345'])
    expect(phones({ name: '桂花社区服务站', phone24: '0379-9' }, contact)).toEqual(['12345'])
    expect(phones({ name: '桂花社区', phone24: '0379-2' }, contact)).toEqual(['12345'])
    expect(phones({ name: '洛安物业', phone24: '0379-1' })).toEqual(['12345'])
  })
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

describe('the thread for whom the hours of the reporter are hidden', () => {
  /** Filed, taken at 21:56, written to at 21:57, read some time that day, begun at 22:30. */
  const hidden = ticket({
    you: 'handler',
    protected: true,
    timeline: [
      step(1, { action: 'file' }), step(2, { action: 'dispatch' }), step(3, { action: 'acknowledge', at: '2026-09-01T13:56:00Z' }),
      step(4, { action: 'contact' }), step(5, { action: 'start', at: '2026-09-01T14:30:00Z' }),
    ],
    messages: [message(1, { at: '2026-09-01T13:57:00Z' }), message(2, { side: 'reporter' }), message(3, { at: '2026-09-01T14:10:00Z' })],
  })
  const keys = (one: Ticket) => threadOf(one).map((entry) => entry.key)

  it('begins with the report and its dispatch, and a reply stands below them', () => {
    expect(keys(hidden)).toEqual(['step-1', 'step-2', 'step-3', 'message-1', 'step-4', 'message-2', 'message-3', 'step-5'])
  })

  it('begins so also where the party only wrote', () => {
    const wrote = ticket({ timeline: [step(1, { action: 'file' }), step(2, { action: 'dispatch' })], messages: [message(1, { at: '2026-09-01T02:00:00Z' })] })
    expect(keys(wrote)).toEqual(['step-1', 'step-2', 'message-1'])
    // Control: by the end of their day they would stand below the reply.
    expect(keys(ticket({ timeline: [step(1, {}), step(2, {})], messages: wrote.messages }))).toEqual(['message-1', 'step-1', 'step-2'])
  })

  it('does not depend on the hours that are hidden', () => {
    const hours = ['2026-08-31T16:00:00Z', '2026-09-01T02:00:00Z', '2026-09-01T14:05:00Z', '2026-09-01T15:59:00Z']
    const orders = hours.map((at) => {
      const whole = { ...hidden, timeline: hidden.timeline.map((one) => (one.at ? one : { ...one, at })), messages: hidden.messages.map((one) => (one.at ? one : { ...one, at })) }
      const blurred = (one: { at?: string }) => one.at === at
      const sent = {
        ...whole,
        timeline: whole.timeline.map((one) => (blurred(one) ? { ...one, at: undefined } : one)),
        messages: whole.messages.map((one) => (blurred(one) ? { ...one, at: undefined } : one)),
      }
      return { told: keys(whole).join(), sent: keys(sent).join() }
    })
    expect(new Set(orders.map((one) => one.sent)).size).toBe(1)
    // Control: with the hours in it, the order would tell them.
    expect(new Set(orders.map((one) => one.told)).size).toBeGreaterThan(1)
  })

  it('tells the contact behind the first reply, not behind those that came later that day', () => {
    const wrote = ticket({
      timeline: [step(1, { action: 'file' }), step(2, { action: 'dispatch' }), step(3, { action: 'acknowledge', at: '2026-09-01T01:00:00Z' }), step(4, { action: 'contact' })],
      messages: [message(1, { at: '2026-09-01T02:00:00Z' }), message(2, { at: '2026-09-01T03:00:00Z' })],
    })
    expect(keys(wrote)).toEqual(['step-1', 'step-2', 'step-3', 'message-1', 'step-4', 'message-2'])
    const started = { ...wrote, timeline: [...wrote.timeline.slice(0, 3), step(5, { action: 'start', at: '2026-09-01T03:30:00Z' }), step(4, { action: 'contact' })] }
    expect(keys(started).slice(3)).toEqual(['message-1', 'message-2', 'step-5', 'step-4'])
    const nextDay = { ...wrote, timeline: [...wrote.timeline.slice(0, 3), step(4, { action: 'contact', on: '2026-09-02' })] }
    expect(keys(nextDay).slice(3)).toEqual(['message-1', 'message-2', 'step-4'])
  })

  it('keeps a sent-back matter on its own day', () => {
    const back = ticket({
      timeline: [step(1, { action: 'file' }), step(2, { action: 'dispatch' }), step(3, { action: 'done', at: '2026-09-01T03:00:00Z' }), step(4, { action: 'send_back', on: '2026-09-02' })],
      messages: [message(1, { at: '2026-09-02T03:00:00Z', on: '2026-09-02' }), message(2, { at: '2026-09-03T03:00:00Z', on: '2026-09-03' })],
    })
    expect(keys(back)).toEqual(['step-1', 'step-2', 'step-3', 'message-1', 'step-4', 'message-2'])
  })
})

describe('each line names the party of its own time', () => {
  it('the one that was reminded, and only without a name the one of today', () => {
    const handed = ticket({ handling_party: { id: 6, kind: 'operator', name: '明德物业', phone24: '' } })
    expect(stepWords(step(1, { action: 'remind', actor_role: 'system', party_name: '青禾物业', params: { percent: 50 } }), handed)).toContain('青禾物业')
    expect(stepWords(step(2, { action: 'contact', actor_role: 'system', party_name: '青禾物业' }), handed)).toBe('您看到了青禾物业的回复，算联系上了')
    expect(stepWords(step(3, { action: 'contact', actor_role: 'system' }), handed)).toContain('明德物业') // a look kept from before
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
    expect(nextWords(ticket({ overdue: true, next_due: '2026-09-02T01:00:00Z' }))).toMatchObject({ when: '期限是今天 09:00前，已经超时', tone: 'bad' })
    expect(rowPromise(ticket())).toBe('明天 18:00前办好')
  })

  it('waits for photos before it asks anybody to confirm', () => {
    const words = nextWords(ticket({ done_waiting_photos: true, you: 'handler' }))
    expect(words.what).toContain('照片还在路上')
    expect(words.when).toContain('请保持联网')
  })

  it('tells the office from when it may give the matter to another party although photos are on their way', () => {
    vi.useFakeTimers({ now: NOW })
    const waiting = { done_waiting_photos: true, you: 'officer' } as const
    expect(nextWords(ticket({ ...waiting, redispatch_after: '2026-09-03T10:00:00Z' })).when).toBe('照片明天 18:00前没有传到，就可以改派')
    expect(nextWords(ticket(waiting)).when).toBe('')
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
    expect(seenWords(ticket({ protected: true, urgency: 'u1' }))).toContain('能推出大概几点反映的')
    expect(seenWords(ticket({ protected: true, urgency: 'u1' }))).not.toContain('不知道是几点')
    expect(seenWords(ticket({ contact_shared: true }))).toContain('同意')
    expect(seenWords(ticket({ you: 'handler', protected: true }))).toContain('保密')
    expect(seenWords(ticket({ you: 'officer' }))).toContain('不向您显示')
  })
})

describe('who asks where it remains', () => {
  it('is the reporter, who filed for him, or an office, which is named by its role', () => {
    expect(stepWords(step(1, { action: 'urge', actor_role: 'resident' }), ticket({ you: 'handler' }))).toBe('上报人催办')
    expect(stepWords(step(1, { action: 'urge', actor_role: 'building_steward' }), ticket({ you: 'handler' }))).toBe('上报人催办')
    expect(stepWords(step(1, { action: 'urge', actor_role: 'center_officer' }), ticket({ you: 'handler' }))).toBe('县物业管理中心催办')
    expect(stepWords(step(1, { action: 'urge', actor_role: 'center_officer', mine: true }), ticket({ you: 'officer' }))).toBe('您催办了一次')
  })

  it('is the system where a reminder says what is missing, not how much of a time has passed', () => {
    const words = stepWords(step(1, { action: 'remind', actor_role: 'system', params: { percent: 50, step: 'contact' } }), ticket())
    expect(words).toBe('系统提醒洛安物业：还没有联系上报人')
  })
})

describe('when one may urge again', () => {
  const urged = (more: Partial<Ticket> = {}) => pressureWords(ticket({ urges: 1, urge_after: '2026-09-03T01:20:00Z', ...more }))

  it('is said as long as the button is away', () => {
    vi.useFakeTimers({ now: NOW })
    expect(urged()).toBe('催办过 1 次，明天 09:20 起可以再催')
    expect(urged({ urge_after: '2026-09-02T01:59:00Z', actions: ['urge'] })).toBe('催办过 1 次')
    expect(urged({ urges: 0 })).toBe('')
    // Others are not told it.
    expect(urged({ you: 'handler', urge_after: undefined })).toBe('催办过 1 次')
  })
})

describe('the question that a matter may ask', () => {
  const roof: Category = {
    code: 'REP-02', group: 'REP', name: { zh: '屋面、外墙渗漏', en: 'Roof leaks' }, kind: 'repair', urgency: 'u3r', managed: 'op', emergency: [], in_home: false, public_matter: true,
    unmanaged_urgency: 'u4', raise: { question: { zh: '现在正在往屋里漏水吗？', en: 'Is water coming in?' }, urgency: 'u2' },
  }
  const dog: Category = { ...roof, code: 'ORD-03', urgency: 'u3c', emergency: ['110'], unmanaged_urgency: undefined, raise: { question: { zh: '狗咬人？', en: 'Dog?' }, urgency: 'u1', emergency: ['110', '120'] } }
  const lamp: Category = { ...roof, code: 'REP-01', unmanaged_urgency: undefined, raise: undefined }

  it('raises the urgency when the answer is yes, wherever it is', () => {
    expect([urgencyOf(dog, false), urgencyOf(dog, true)]).toEqual(['u3c', 'u1'])
    expect([urgencyOf(roof, true), urgencyOf(roof, true, 'none'), urgencyOf(roof, true, 'professional')]).toEqual(['u2', 'u2', 'u2'])
    expect(urgencyOf(lamp, true, 'none')).toBe('u3r')
  })

  it('promises nothing before it knows who runs the place, where that decides', () => {
    expect(urgencyOf(roof, false)).toBeUndefined()
    expect((['professional', 'owner_self_governed', 'unit_self_managed', 'community_trusteeship', 'none'] as const).map((mode) => urgencyOf(roof, false, mode))).toEqual(['u3r', 'u3r', 'u3r', 'u4', 'u4'])
  })

  it('adds the numbers to call first, each once', () => {
    expect([callFirst(dog, false), callFirst(dog, true), callFirst(roof, true), callFirst(lamp, true)]).toEqual([['110'], ['110', '120'], [], []])
  })

  it('is told where the thread begins', () => {
    const one = ticket()
    expect(stepWords(step(1, { action: 'file', mine: true, params: { danger: true } }), one)).toBe('您反映了这件事，说现在就很急')
    expect(stepWords(step(1, { action: 'file', mine: true, params: {} }), one)).toBe('您反映了这件事')
  })
})

describe('what counts as contact', () => {
  const clock = { name: 'contact', due: '2026-09-02T01:00:00Z', late: false } as Ticket['clocks'][number]
  const owed = (more: Partial<Ticket>) => ticket({ clocks: [clock], ...more })

  it('is told to the party before it acts, by what it may do', () => {
    expect(contactWords(owed({ you: 'handler', protected: true }))).toContain('不能打电话')
    expect(contactWords(owed({ you: 'handler' }))).toContain('没有给您看电话')
    expect(contactWords(owed({ you: 'handler', contact_shared: true }))).toContain('他们联系我了')
    expect(contactWords(owed({ you: 'handler', contact_shared: true, on_behalf: true }))).toContain('代报的人看到了')
    expect(contactWords(owed({ you: 'handler', protected: true, clocks: [{ ...clock, met_at: '2026-09-01T03:00:00Z' }] }))).toBe('')
  })

  it('tells whoever shows no number where he is reached', () => {
    expect(contactWords(owed({ protected: true }))).toContain('在下面给您留言')
    expect(contactWords(owed({ contact_shared: true }))).toBe('')
    expect(contactWords(owed({ you: 'officer' }))).toBe('')
  })
})

describe('whoever filed for a neighbour', () => {
  it('reads of the neighbour, not of himself', () => {
    const behalf = ticket({ you: 'filer', on_behalf: true, next_step: 'contact' })
    expect(nextWords(behalf).what).toBe('等洛安物业联系上报人')
    expect(nextWords({ ...behalf, next_step: 'confirm' }).what).toBe('等上报人确认')
    const asked = ticket({ ...behalf, next_step: 'confirm', actions: ['send_back', 'relay_confirm'] })
    expect(nextWords(asked).what).toBe('请问问邻居本人，解决没解决')
    expect(nextWords({ ...asked, you: 'officer', actions: ['confirm', 'send_back'] }).what).toBe('请问问邻居本人，解决没解决')
    expect((['relay_confirm', 'send_back'] as const).map((one) => actionWords(one, asked))).toEqual(['他说解决了', '他说没解决'])
    expect(actionWords('confirm', { ...asked, you: 'officer' })).toBe('他说解决了')
    expect((['confirm', 'send_back'] as const).map((one) => actionWords(one, ticket()))).toEqual(['解决了', '没有解决'])
    const passedOn = (action: string, role: string, mine = false) => stepWords(step(1, { action, actor_role: role, actor_name: '', mine }), behalf)
    expect(passedOn('relay_confirm', 'building_steward')).toBe('据楼栋长转告，邻居说解决了')
    expect(passedOn('relay_confirm', 'building_steward', true)).toBe('您转告：邻居说解决了')
    expect(passedOn('send_back', 'building_steward')).toBe('据楼栋长转告，邻居说没有解决，退回重办')
    expect(passedOn('contact_share', 'building_steward')).toBe('楼栋长问过邻居，让洛安物业看电话')
    expect(passedOn('confirm', 'resident')).toBe('上报人确认解决了')
    expect(passedOn('send_back', 'resident', true)).toBe('您说没有解决，退回重办')
    expect(seenWords(asked)).toContain('再替他转告')
    expect(seenWords({ ...asked, protected: true, actions: ['send_back'] })).toContain('由上级问他本人')
    expect(seenWords({ ...asked, actions: ['message'] })).toContain('由他自己答')
    expect(stepWords(step(1, { action: 'contact_view', actor_name: '洛安物业' }), behalf)).toBe('洛安物业看了上报人的联系方式')
    expect(actionWords('contact_share', behalf)).toBe('同意看邻居的电话')
    expect(actionWords('contact_share', ticket())).toBe('同意看我的电话')
  })
})

describe('what can be taken back before it is sent', () => {
  function page(send: () => void) {
    let held: ReturnType<typeof useTakeBack> | undefined
    const app = createApp({ setup: () => { held = useTakeBack(send); return () => null } })
    app.mount(document.createElement('div'))
    return { app, held: held! }
  }

  it('is sent once when the time is over, or when the page is left, and not when it was taken back', () => {
    vi.useFakeTimers()
    const sent = vi.fn()
    const first = page(sent)
    first.held.begin()
    vi.advanceTimersByTime(9_000)
    expect([sent.mock.calls.length, first.held.pending.value]).toEqual([0, true])
    first.held.takeBack()
    vi.advanceTimersByTime(60_000)
    first.app.unmount()
    expect(sent).not.toHaveBeenCalled()

    const second = page(sent)
    second.held.begin()
    vi.advanceTimersByTime(11_000)
    second.app.unmount()
    expect(sent).toHaveBeenCalledTimes(1)

    const third = page(sent)
    third.held.begin()
    third.app.unmount()
    expect(sent).toHaveBeenCalledTimes(2)
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

describe('a step that gave the matter to another party', () => {
  const given = (action: string, actor_role: string, you: Ticket['you'] = 'reporter') =>
    stepWords(step(1, { action, actor_role, party_name: '和顺物业', params: { from_party: 5, sharing_ended: true } }), ticket({ you }))

  it('names the office that gave it, and says that the number did not go with it', () => {
    expect(given('redispatch', 'town_officer')).toBe('镇（街道）：期限已过，改派给和顺物业，时限重新计算；您的电话没有转给它')
    expect(given('redispatch', 'station_staff')).toContain('社区物业服务站：')
    expect(given('return_grant', 'center_officer')).toBe('县物业管理中心改派给和顺物业，联系和办结的期限不变；您的电话没有转给它')
  })

  it('names nobody where the estate was handed over', () => {
    expect(given('dispatch', 'system')).toBe('换成和顺物业负责，时限重新计算；您的电话没有转给它')
  })

  it('speaks of the number to the reporter only', () => {
    expect(given('redispatch', 'town_officer', 'officer')).toBe('镇（街道）：期限已过，改派给和顺物业，时限重新计算')
  })
})
