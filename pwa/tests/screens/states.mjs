/**
 * What a screen shows only after something was done or went wrong. Each state begins with a fresh page of somebody who is
 * signed in, in one look; it finds its way by the page's structure, because the words differ with the language.
 *
 * @typedef {{ page: import('@playwright/test').Page, context: import('@playwright/test').BrowserContext, account: any, look: string,
 *   numbers: Record<string, any>, go: (path: string) => Promise<void>, snap: (name: string, options?: { whole?: boolean }) => Promise<void>,
 *   print: (name: string, paper: 'A4' | 'A5') => Promise<void> }} Scene
 * @type {{ role: string, name: string, desk?: boolean, worker?: boolean, looks?: string[], run: (scene: Scene) => Promise<void> }[]}
 */
import { drawJpeg, settled } from './camera.mjs'

const refuse = (status, code, params = {}) => ({ status, contentType: 'application/problem+json', body: JSON.stringify({ status, title: '', code, params, request_id: 'screens' }) })
const json = (body, status = 200) => ({ status, contentType: 'application/json', body: JSON.stringify(body) })
/** Answers the calls of one method, and lets the others through. */
const answering = (method, answer) => (route) => (route.request().method() === method ? route.fulfill(answer) : route.fallback())

const sheet = (page) => page.locator('dialog[open]')
/** The sheet's own cross: in a search field Esc clears the words first. */
const closeSheet = (page) => sheet(page).locator('.sheet-head .icon-btn').click()
const mainAction = (page) => page.locator('.page-action .btn').last()

/** In the elder mode the form is one question after the other. */
async function forward(page, look) {
  if (look === 'zh-elder') await mainAction(page).click()
}

async function takePhoto(page) {
  await page.locator('.picker input[type="file"]').last().setInputFiles(await drawJpeg(page))
  await page.locator('.picked li:not(.being-made)').first().waitFor()
}

/** A whole report up to "submit"; `seen` is called at every step of it. */
async function fillReport(scene, seen = async () => undefined, often = 0) {
  const { page, look, go } = scene
  await go('/tickets/new')
  await seen('photo')
  await takePhoto(page)
  await seen('photo-taken')
  await forward(page, look)
  await seen('category')
  await page.locator('.often button').nth(often).click()
  if (look === 'zh-elder') {
    await page.locator('.card-flush .line .pin').waitFor()
    await seen('place')
    await mainAction(page).click()
  }
  await page.locator('textarea').fill(look === 'en' ? 'The lamp on the third floor has been out for three days.' : '三楼楼道灯不亮三天了，晚上老人下楼看不清台阶。')
  await seen('ready')
}

/** From now on the app opens without a network. */
async function keepShell(page) {
  await page.waitForFunction(() => navigator.serviceWorker.getRegistration().then((found) => found?.active?.state === 'activated'))
  await page.reload()
  await settled(page)
}

/** The ticket as the server tells it, in a state that the demo county has no ticket in. */
async function ticketWith(page, changed) {
  await page.route(/\/api\/v1\/tickets\/\d+$/, async (route) => {
    const response = await route.fetch()
    await route.fulfill({ response, json: { ...(await response.json()), ...changed } })
  })
}

const STATION = { id: 21, kind: 'service_station', name: '桂花社区物业服务站', phone24: '0379-66770021' }
const SERVES = { id: 22, kind: 'operator', name: '和顺物业（演示）', phone24: '0379-66770022' }

/** What a party keeps of a ticket that it handles, as if its estate had gone to the next one. */
async function handedOver(page, go, id) {
  const asked = page.waitForResponse((answer) => answer.url().endsWith(`/api/v1/tickets/${id}`))
  await go(`/tickets/${id}`)
  const ticket = { ...(await (await asked).json()), actions: [] }
  const kept = { id: 1, at: inDays(-1), to_party_name: '和顺物业（演示）', missed: ['contact', 'resolve'], ticket }
  const taken = { ...kept, id: 2, missed: ['acknowledge', 'contact', 'resolve', 'joint_answer'], why: '接单期限已过三天无人应答，也没有联系居民。' }
  await page.route(/\/api\/v1\/handed-over-tickets(\?.*)?$/, (route) => route.fulfill(json({ items: [taken, kept] })))
  await page.route(/\/api\/v1\/handed-over-tickets\/\d$/, (route) => route.fulfill(json(route.request().url().endsWith('1') ? kept : taken)))
}

async function openDesk({ page, go }) {
  await go('/desk')
  await page.locator('[data-row]').first().click()
  await page.locator('.desk-ticket').waitFor()
  await settled(page)
}

const inDays = (days) => new Date(Math.floor(Date.now() / 86_400_000 + days) * 86_400_000 + 57_599_999).toISOString()
const heldUntil = (day) => ({
  state: 'accepted', next_step: 'none', next_due: undefined, overdue: false, held_until: day.slice(0, 10) + 'T02:00:00Z', actions: ['withdraw'],
  kind: 'complaint', category: 'CLN-02', protected: true, small_building: true, messages: [], photos: [], done_result: undefined, rating: undefined, send_backs: 0, escalated_to: 0, urges: 0,
  timeline: [
    { id: 1, action: 'file', at: new Date().toISOString(), on: day.slice(0, 10), actor_role: 'resident', mine: false, photos: [] },
    { id: 2, action: 'hold', at: new Date().toISOString(), on: day.slice(0, 10), actor_role: 'system', mine: false, photos: [], params: { until: day.slice(0, 10) + 'T02:00:00Z' } },
  ],
})
/** Tries to reach the reporter, a line in the conversation first. */
const triesOf = (n) => [inDays(-1.3), inDays(-1), inDays(-0.1)].slice(0, n).map((at, i) => ({ how: ['message', 'call', 'visit'][i], at }))
const pauseOf = (look, why) => ({ why, note: look === 'en' ? 'Ordered the control board from the maker, order D-2208.' : '主机板已向厂家订货，单号 D-2208，预计三天到。', on: inDays(-1).slice(0, 10), until: inDays(3).slice(0, 10), due_before: inDays(1) })
const laterAsked = (look, outcome = 'waiting') => ({
  outcome, lapsed: false, on: inDays(0).slice(0, 10), due_before: inDays(1), due_asked: inDays(5),
  reason: look === 'en' ? 'The door closer must come from the factory; it arrives on Friday.' : '闭门器要厂家发货，周五到货后当天安装。',
})

/** Similar open tickets of neighbours, and one that is supported, in a state that the demo county has none in. */
const offered = [
  { ticket_id: 9001, category: 'SVC-02', estate_name: '朝阳小区', building_name: '3号楼', filed_on: inDays(-3).slice(0, 10), state: 'in_progress', handling_party_name: '和顺物业（演示）', supporters: 'some', joint: false },
  { ticket_id: 9002, category: 'SVC-02', estate_name: '朝阳小区', building_name: '3号楼', filed_on: inDays(-9).slice(0, 10), state: 'dispatched', handling_party_name: '和顺物业（演示）', supporters: 'few', joint: false },
]
const jointMatter = (look, answered) => ({
  on: inDays(-1).slice(0, 10), why: 'households', answer_due: inDays(1), late: false,
  ...(answered ? { answered_on: inDays(0).slice(0, 10), accepted: false, answer: look === 'en' ? 'The contract names one cleaning a day; a second one needs the owners’ assembly. We will post the attendance list each week.' : '不接受增加次数：合同约定每日一次，增加须业主大会表决。自本周起，保洁签到表每周公示在单元门口。' } : {}),
})
const supported = (look, answered) => ({
  ...offered[0], client_id: '00000000-0000-4000-8000-000000000001', supporters: 'many', joint: true, resolve_on: inDays(4).slice(0, 10), overdue: false, supported_on: inDays(-2).slice(0, 10), counts: !answered, withdrawn: false,
  community_name: '朝阳社区', handling_party: { id: 1, kind: 'operator', name: '和顺物业（演示）', phone24: '0379-67900001' }, joint_matter: jointMatter(look, answered),
  timeline: [
    { id: 1, action: 'file', on: inDays(-3).slice(0, 10), actor_role: 'system', mine: false, photos: [] },
    { id: 2, action: 'dispatch', on: inDays(-3).slice(0, 10), actor_role: 'system', mine: false, photos: [] },
    { id: 3, action: 'acknowledge', on: inDays(-2).slice(0, 10), actor_role: 'operator_staff', actor_name: '和顺物业（演示）', mine: false, photos: [] },
    { id: 4, action: 'joint', on: inDays(-1).slice(0, 10), actor_role: 'system', mine: false, photos: [], params: { why: 'households' } },
    ...(answered ? [{ id: 5, action: 'joint_answer', on: inDays(0).slice(0, 10), actor_role: 'operator_staff', actor_name: '和顺物业（演示）', mine: false, photos: [], params: { accepted: false }, note: jointMatter(look, true).answer }] : []),
  ],
})

export const STATES = [
  // Joint matters
  {
    role: 'resident',
    name: 'report-offer',
    run: async ({ page, look, go, snap }) => {
      await page.route(/\/api\/v1\/similar-tickets/, (route) => route.fulfill(json({ items: offered })))
      await go('/tickets/new')
      await forward(page, look)
      await page.locator('.often button').first().click()
      await page.locator('.similar').waitFor()
      await snap('report-offer')
    },
  },
  {
    role: 'resident',
    name: 'supported',
    run: async ({ page, look, go, snap }) => {
      await page.route(/\/api\/v1\/supported-tickets(\?.*)?$/, (route) => route.fulfill(json({ items: [supported(look, false), { ...supported(look, true), joint: false, ticket_id: 9002, category: 'REP-08', state: 'closed' }] })))
      await page.route(/\/api\/v1\/supported-tickets\/9001$/, (route) => route.fulfill(json(supported(look, false))))
      await page.route(/\/api\/v1\/supported-tickets\/9002$/, (route) => route.fulfill(json({ ...supported(look, true), ticket_id: 9002 })))
      await go('/tickets')
      await snap('supported-list', { whole: false })
      await go('/supported/9001')
      await page.locator('.joint').waitFor()
      await snap('supported')
      await go('/supported/9002')
      await page.locator('.joint').waitFor()
      await snap('supported-answered')
    },
  },
  {
    role: 'operator_staff',
    name: 'ticket-joint-answer',
    run: async ({ page, look, numbers, go, snap }) => {
      await ticketWith(page, { state: 'acknowledged', joint: true, supporters: 'many', next_step: 'joint_answer', next_due: inDays(1), overdue: false, actions: ['joint_answer', 'start', 'done', 'progress', 'message'], joint_matter: jointMatter(look, false) })
      await go(`/tickets/${numbers.handled}`)
      await page.locator('.joint').waitFor()
      await snap('ticket-joint')
      await mainAction(page).click()
      await sheet(page).locator('input[type="radio"]').first().waitFor()
      await sheet(page).locator('.btn:not(.text)').last().click()
      await sheet(page).locator('.field-error').first().waitFor()
      await snap('ticket-joint-answer-faults', { whole: false })
    },
  },
  {
    role: 'center_officer',
    name: 'appoint-estate',
    run: async ({ page, go, snap }) => {
      await go('/appointments')
      await page.locator('.between .btn').first().click()
      await sheet(page).locator('input[type="search"]').fill('花园')
      await sheet(page).locator('.found button').first().waitFor()
      await snap('appoint-found', { whole: false })
      await sheet(page).locator('.found button').first().click()
      await sheet(page).locator('[role="status"], .chosen').first().waitFor()
      await snap('appoint-inside', { whole: false })
    },
  },
  {
    role: 'center_officer',
    name: 'desk-joint',
    desk: true,
    run: async ({ page, look, numbers, go, snap }) => {
      await ticketWith(page, { state: 'in_progress', joint: true, supporters: 'many', households: 11, next_step: 'joint_answer', next_due: inDays(1), overdue: false, actions: ['message'], joint_matter: jointMatter(look, true) })
      await page.route(/\/api\/v1\/tickets\?.*filter=joint/, async (route) => {
        const response = await route.fetch({ url: route.request().url().replace('filter=joint', 'filter=open') })
        const list = await response.json()
        await route.fulfill({ response, json: { ...list, items: list.items.slice(0, 3).map((row) => ({ ...row, joint: true, escalated_to: 0 })), counts: { ...list.counts, joint: 3 } } })
      })
      await go('/desk?filter=joint')
      await page.locator('[data-row]').first().click()
      await page.locator('.joint').waitFor()
      await settled(page)
      await snap('desk-joint', { whole: false })
      await page.unroute(/\/api\/v1\/tickets\/\d+$/)
      await ticketWith(page, { state: 'acknowledged', joint: false, supporters: 'some', households: 6, next_step: 'resolve', next_due: inDays(3), overdue: false, actions: ['joint', 'message'], joint_matter: undefined })
      await go(`/tickets/${numbers.handled}`)
      await page.locator('main .btn.text.no-print').last().click()
      await sheet(page).locator('textarea').waitFor()
      await snap('ticket-joint-mark', { whole: false })
    },
  },
  // A pause
  {
    role: 'operator_staff',
    name: 'ticket-pause',
    run: async ({ page, go, snap, numbers, look }) => {
      await ticketWith(page, { state: 'in_progress', next_step: 'resolve', next_due: inDays(2), overdue: false, actions: ['pause_parts'], pause_days: { first: inDays(1).slice(0, 10), last: inDays(14).slice(0, 10) } })
      await go(`/tickets/${numbers.handled}`)
      await page.locator('main .btn.text.no-print').last().click()
      await sheet(page).locator('input[type="date"]').waitFor()
      await snap('ticket-pause', { whole: false })
      await sheet(page).locator('.btn:not(.text)').last().click()
      await sheet(page).locator('.field-error').first().waitFor()
      await snap('ticket-pause-faults', { whole: false })
      await ticketWith(page, { state: 'in_progress', next_step: 'resolve', next_due: inDays(5), resolve_due: inDays(5), overdue: false, actions: ['resume', 'message'], pause: pauseOf(look, 'parts') })
      await go(`/tickets/${numbers.handled}`)
      await snap('ticket-paused-parts')
    },
  },
  {
    role: 'operator_staff',
    name: 'ticket-pause-refused',
    run: async ({ page, go, snap, numbers, look }) => {
      await ticketWith(page, { state: 'in_progress', next_step: 'resolve', next_due: inDays(2), overdue: false, actions: ['pause_parts'], pause_days: { first: inDays(1).slice(0, 10), last: inDays(14).slice(0, 10) } })
      await page.route(/\/api\/v1\/tickets\/\d+\/pauses$/, answering('POST', refuse(422, 'ticket.pause_words', { field: 'note' })))
      await go(`/tickets/${numbers.handled}`)
      await page.locator('main .btn.text.no-print').last().click()
      await sheet(page).locator('textarea').fill(look === 'en' ? 'Being handled' : '处理中')
      await sheet(page).locator('.btn:not(.text)').last().click()
      await sheet(page).locator('.field-error, .toast').first().waitFor()
      await snap('ticket-pause-refused', { whole: false })
    },
  },
  {
    role: 'resident',
    name: 'ticket-paused',
    run: async ({ page, go, snap, numbers, look }) => {
      await ticketWith(page, { state: 'in_progress', next_step: 'resolve', next_due: inDays(5), resolve_due: inDays(5), overdue: false, actions: ['pause_day'], pause_days: { first: inDays(1).slice(0, 10), last: inDays(30).slice(0, 10) } })
      await go(`/tickets/${numbers.ticket}`)
      await page.locator('main .btn.text.no-print').last().click()
      await sheet(page).locator('input[type="date"]').waitFor()
      await snap('ticket-pause-day', { whole: false })
      await ticketWith(page, { state: 'in_progress', next_step: 'resolve', next_due: inDays(5), resolve_due: inDays(5), overdue: false, actions: ['resume', 'message'], pause: pauseOf(look, 'parts') })
      await go(`/tickets/${numbers.ticket}`)
      await snap('ticket-paused')
      await page.locator('main .btn.text.no-print').last().click()
      await page.locator('dialog[open] .btn').last().waitFor()
      await snap('ticket-resume', { whole: false })
    },
  },
  // Nobody reached
  {
    role: 'operator_staff',
    name: 'ticket-try',
    run: async ({ page, go, snap, numbers }) => {
      await ticketWith(page, { state: 'in_progress', kind: 'repair', protected: false, contact_shared: true, next_step: 'resolve', next_due: inDays(2), resolve_due: inDays(2), overdue: false, actions: ['contact_try'], reaching: { tries: triesOf(2), missing: 1, other_day: true, message: false, ways: ['message', 'call', 'visit'] } })
      await go(`/tickets/${numbers.handled}`)
      await page.locator('main .btn.text.no-print').last().click()
      await sheet(page).locator('textarea').waitFor()
      await snap('ticket-try', { whole: false })
      await sheet(page).locator('.btn:not(.text)').last().click()
      await sheet(page).locator('.field-error').first().waitFor()
      await snap('ticket-try-faults', { whole: false })
      await ticketWith(page, { state: 'in_progress', kind: 'complaint', protected: true, contact_shared: false, next_step: 'resolve', next_due: inDays(2), resolve_due: inDays(2), overdue: false, actions: ['contact_try'], reaching: { tries: [], missing: 3, other_day: true, message: true } })
      await go(`/tickets/${numbers.handled}`)
      await page.locator('main .btn.text.no-print').last().click()
      await sheet(page).locator('.banner').waitFor()
      await snap('ticket-try-first', { whole: false })
      await ticketWith(page, { state: 'in_progress', next_step: 'resolve', next_due: inDays(2), resolve_due: inDays(2), overdue: false, actions: ['pause_unreached'], reaching: { tries: triesOf(3), missing: 0, other_day: false, message: false, days: { first: inDays(1).slice(0, 10), last: inDays(3).slice(0, 10) } } })
      await go(`/tickets/${numbers.handled}`)
      await page.locator('main .btn.text.no-print').last().click()
      await sheet(page).locator('input[type="date"]').waitFor()
      await snap('ticket-pause-unreached', { whole: false })
    },
  },
  {
    role: 'resident',
    name: 'ticket-unreached',
    run: async ({ page, go, snap, numbers, look }) => {
      const reaching = { tries: triesOf(3), missing: 0, other_day: false, message: false }
      await ticketWith(page, { state: 'in_progress', kind: 'repair', contact_shared: false, next_step: 'resolve', next_due: inDays(2), resolve_due: inDays(2), overdue: false, actions: ['message', 'withdraw'], reaching: { ...reaching, tries: triesOf(1) } })
      await go(`/tickets/${numbers.ticket}`)
      await snap('ticket-tried')
      await ticketWith(page, { state: 'in_progress', next_step: 'resolve', next_due: inDays(5), resolve_due: inDays(5), overdue: false, actions: ['resume', 'message', 'withdraw'], reaching, pause: { ...pauseOf(look, 'unreached'), note: undefined } })
      await go(`/tickets/${numbers.ticket}`)
      await snap('ticket-unreached')
      await page.locator('.btn.main').click()
      await page.locator('dialog[open] .btn').last().waitFor()
      await snap('ticket-unreached-here', { whole: false })
    },
  },
  // What a neighbour says of the result, passed on
  {
    role: 'resident',
    name: 'relay',
    run: async ({ page, numbers, go, snap }) => {
      await ticketWith(page, { you: 'filer', state: 'done_pending_confirm', next_step: 'confirm', next_due: inDays(5), overdue: false, closing: 1, actions: ['relay_confirm', 'send_back', 'message'] })
      await go(`/tickets/${numbers.done}`)
      await snap('relay-ticket')
      await mainAction(page).click()
      await page.locator('dialog[open] .btn').last().waitFor()
      await snap('relay', { whole: false })
    },
  },
  // A later date
  {
    role: 'operator_staff',
    name: 'ticket-extend',
    run: async ({ page, numbers, go, snap }) => {
      await ticketWith(page, { state: 'in_progress', actions: ['extend'], extension_days: { first: inDays(2).slice(0, 10), last: inDays(6).slice(0, 10) } })
      await go(`/tickets/${numbers.handled}`)
      await page.locator('main .btn.text.no-print').last().click()
      await sheet(page).locator('input[type="date"]').waitFor()
      await snap('ticket-extend', { whole: false })
      await sheet(page).locator('.sheet-action .btn, footer .btn, .btn:not(.text)').last().click()
      await sheet(page).locator('.field-error').first().waitFor()
      await snap('ticket-extend-faults', { whole: false })
    },
  },
  {
    role: 'center_officer',
    name: 'ticket-extend-decide',
    run: async ({ page, look, numbers, go, snap }) => {
      await ticketWith(page, { state: 'in_progress', next_step: 'resolve', next_due: inDays(1), overdue: false, actions: ['extend_grant', 'extend_refuse'], extension: laterAsked(look) })
      await go(`/tickets/${numbers.handled}`)
      await snap('ticket-extend-waits')
      await mainAction(page).click()
      await sheet(page).locator('input[type="radio"]').first().waitFor()
      await sheet(page).locator('.choice-list label').last().click()
      await snap('ticket-extend-decide', { whole: false })
    },
  },
  {
    role: 'center_officer',
    name: 'desk-extend-decide',
    desk: true,
    run: async ({ page, look, numbers, go, snap }) => {
      await ticketWith(page, { state: 'in_progress', next_step: 'resolve', next_due: inDays(1), overdue: false, actions: ['extend_grant', 'extend_refuse'], extension: laterAsked(look) })
      await go(`/tickets/${numbers.handled}`)
      await mainAction(page).click()
      await sheet(page).locator('input[type="radio"]').first().waitFor()
      await snap('desk-extend-decide', { whole: false })
      await go('/desk?filter=extension')
      await snap('desk-extension-filter', { whole: false })
    },
  },
  {
    role: 'station_staff', name: 'callbacks-told',
    async run({ page, go, snap }) {
      const one = { id: 1, number: 'LL-2026-004711', category: 'REP-12', urgency: 'u3r', place: '青禾家园 3 号楼 2 单元', party_name: '青禾家园物业有限公司', result: '换了水龙头，试水不漏。', confirmed: true, closed_on: '2026-11-20', why: 'drawn', state: 'open', tries: 1, last_try_at: '2026-11-24T02:10:00Z', until_at: '2026-12-04T02:10:00Z', ticket_id: 1 }
      await page.route('**/api/v1/callbacks*', async (route) => {
        const list = await (await route.fetch()).json()
        const town = { town_id: 1, town_name: '城关镇', stations: { due: 37, reached: 33, share_bp: 8919 }, town: { due: 0, reached: 0, too_few: true } }
        await route.fulfill(json({ ...list, items: [one, { ...one, id: 2, number: 'LL-2026-004712', category: 'CLN-02', why: 'complaint', tries: 0, last_try_at: undefined, confirmed: false }], waiting: 2, towns: [town, ...(list.towns ?? []).slice(1)] }))
      })
      await page.route('**/api/v1/callbacks/*/contact', (route) => route.fulfill(json({ name: '赵女士', phone: '13803790000' })))
      await go('/callbacks')
      const card = page.locator('.ask').first()
      await card.locator('> .btn').click()
      await card.locator('.results').waitFor()
      await snap('number')
      await card.locator('.results .btn').first().click()
      await sheet(page).locator('.stars label').nth(1).click()
      await snap('two-stars')
      await closeSheet(page)
      await card.locator('.results .btn').nth(2).click()
      await snap('not-reached')
    },
  },
  {
    role: 'resident',
    name: 'ticket-extended',
    run: async ({ page, look, numbers, go, snap }) => {
      await ticketWith(page, { state: 'in_progress', next_step: 'resolve', next_due: inDays(5), overdue: false, extension: laterAsked(look, 'granted') })
      await go(`/tickets/${numbers.ticket}`)
      await snap('ticket-extended', { whole: false })
    },
  },
  // Who has duty
  ...[false, true].map((desk) => ({
    role: 'station_staff',
    name: desk ? 'desk-duty-edit' : 'duty-edit',
    desk,
    run: async ({ page, go, snap }) => {
      const prefix = desk ? 'desk-' : ''
      await go('/duty')
      await page.locator('main .go').click()
      await page.locator(desk ? 'tbody tr' : '.phone button').nth(1).click()
      await sheet(page).locator('.week label').nth(6).click()
      await snap(`${prefix}duty-line`, { whole: false })
      await sheet(page).locator('.sheet-action .btn').last().click()
      await page.locator('.ways .btn').last().click()
      await page.locator('.banner.bad').waitFor()
      await snap(`${prefix}duty-gap`)
    },
  })),
  {
    role: 'center_officer',
    name: 'duty-lacking',
    run: async ({ go, snap }) => {
      await go('/duty')
      await snap('duty-lacking', { whole: false })
    },
  },
  {
    role: 'resident',
    name: 'ticket-on-duty',
    run: async ({ page, look, numbers, go, snap }) => {
      await ticketWith(page, { urgency: 'u1', state: 'dispatched', on_duty: { title: look === 'en' ? 'Night foreman' : '夜班值班长', name_masked: '王*', phone: '0379-06005001' } })
      await go(`/tickets/${numbers.ticket}`)
      await page.locator('.duty').waitFor()
      await snap('ticket-on-duty', { whole: false })
    },
  },
  {
    role: 'resident',
    name: 'ticket-on-duty-hidden',
    run: async ({ page, numbers, go, snap }) => {
      await ticketWith(page, { kind: 'complaint', protected: true, contact_shared: false, urgency: 'u2', state: 'dispatched', on_duty: { title: '', name_masked: '王*', phone: '0379-06005001' } })
      await go(`/tickets/${numbers.ticket}`)
      await page.locator('.public').waitFor()
      await snap('ticket-on-duty-hidden', { whole: false })
    },
  },
  {
    role: 'resident',
    name: 'sign-out',
    run: async ({ page, go, snap }) => {
      await go('/rate')
      await page.locator('textarea').fill('…')
      await page.waitForTimeout(600)
      await go('/me')
      // The elder mode folds nothing of it away.
      await page.locator('main > .btn.wide').last().click()
      await sheet(page).locator('.danger').waitFor()
      await snap('sign-out', { whole: false })
    },
  },
  // What waits for its batch
  {
    role: 'resident',
    name: 'ticket-held',
    run: async ({ page, numbers, go, snap }) => {
      await ticketWith(page, heldUntil(inDays(1)))
      await go(`/tickets/${numbers.ticket}`)
      await snap('ticket-held')
    },
  },
  ...[false, true].map((desk) => ({
    role: 'center_officer',
    name: desk ? 'desk-held' : 'ticket-held-officer',
    desk,
    run: async ({ page, numbers, go, snap }) => {
      await ticketWith(page, { ...heldUntil(inDays(1)), you: 'officer', actions: [] })
      await go(`/tickets/${numbers.handled}`)
      await snap(desk ? 'desk-held' : 'ticket-held-officer', { whole: false })
    },
  })),
  ...['repair', 'complaint'].map((kind, often) => ({
    role: 'resident',
    name: `report-wait-${kind}`,
    run: async (scene) => {
      const { page, snap } = scene
      await page.route(/\/api\/v1\/estates\/\d+$/, async (route) => {
        const response = await route.fetch()
        const estate = await response.json()
        await route.fulfill({ response, json: { ...estate, buildings_list: estate.buildings_list.map((one) => ({ ...one, households: 12 })) } })
      })
      await fillReport(scene, undefined, often)
      await page.locator(kind === 'repair' ? '.switches .wait' : '.promise.guessable .guess').first().waitFor()
      await snap(`report-wait-${kind}`)
    },
  })),
  // Told to the centre alone, and read there
  {
    role: 'resident',
    name: 'pressure-sheet',
    run: async ({ page, numbers, go, snap }) => {
      await go(`/tickets/${numbers.ticket}`)
      await page.locator('.tell').click()
      await sheet(page).locator('.btn').last().click()
      await sheet(page).locator('.field-error').first().waitFor()
      await snap('pressure-sheet', { whole: false })
    },
  },
  ...[false, true].map((desk) => ({
    role: 'center_officer',
    name: desk ? 'desk-pressures-some' : 'pressures-some',
    desk,
    run: async ({ page, numbers, go, snap }) => {
      const ticket = { ticket_id: numbers.ticket, number: '410308-20261101-0017-4', category: 'REP-12', estate_name: '和谐花园', party_name: '青禾家园物业有限公司（演示）' }
      await page.route(/\/api\/v1\/pressures/, (route) => route.fulfill(json({
        items: [
          { ...ticket, id: 2, state: 'in_progress', party_told: 3, asked: 'confirm', by: 'party', text: '师傅在门口等着，让我先点解决了。', at: inDays(-1) },
          { ...ticket, id: 1, state: 'withdrawn', party_told: 1, asked: 'withdraw', by: 'steward', at: inDays(-9), finding: '已上门见居民，约谈项目经理，当面致歉。', found_on: inDays(-3).slice(0, 10) },
        ],
        signs: [{ ...ticket, contacted_at: inDays(-6), withdrawn_at: inDays(-5) }],
      })))
      await go('/pressures')
      await snap(desk ? 'desk-pressures-some' : 'pressures-some')
      await page.locator('main .btn.soft').first().click()
      await sheet(page).locator('.btn').last().click()
      await snap(desk ? 'desk-pressures-finding' : 'pressures-finding', { whole: false })
    },
  })),
  // Suspended matters of the demo: what the centre decides and looks at again, what the reporter and the estate read
  ...[false, true].map((desk) => ({
    role: 'center_officer',
    name: desk ? 'desk-suspensions' : 'suspensions',
    desk,
    run: async ({ page, go, snap }) => {
      const prefix = desk ? 'desk-' : ''
      await go('/suspensions')
      await page.locator('a.card').first().click() // the wish
      await page.locator('.suspended').waitFor()
      await snap(`${prefix}suspension-waits`)
      await mainAction(page).click()
      await sheet(page).locator('.choice-list label').first().click()
      await sheet(page).locator('.sheet-action .btn').click()
      await sheet(page).locator('.field-error').first().waitFor()
      await snap(`${prefix}suspension-decide`, { whole: false })
      await go('/suspensions')
      await page.locator('a.card').last().click() // what is suspended
      await page.locator('.suspended').waitFor()
      await snap(`${prefix}suspension-runs`)
      await mainAction(page).click()
      await sheet(page).locator('.choice-list label').first().click()
      await snap(`${prefix}suspension-review`, { whole: false })
    },
  })),
  // A lift of the demo that failed three times and has a case, and a barrier that waits to be found
  ...[false, true].map((desk) => ({
    role: 'station_staff',
    name: desk ? 'desk-causes' : 'causes',
    desk,
    run: async ({ page, go, snap }) => {
      const prefix = desk ? 'desk-' : ''
      await go('/causes')
      await page.locator('.found summary').first().click()
      await page.locator('.found .btn').first().waitFor()
      await snap(`${prefix}causes-found`)
      await page.locator('.found > .btn').first().click()
      await sheet(page).locator('.sheet-action .btn').click()
      await sheet(page).locator('.field-error').first().waitFor()
      await snap(`${prefix}causes-open`, { whole: false })
      await go('/causes')
      await page.locator('a.cause').first().click()
      await page.locator('.history').waitFor()
      await snap(`${prefix}causes-one`)
    },
  })),
  ...[false, true].map((desk) => ({
    role: 'operator_staff',
    name: desk ? 'desk-causes-owned' : 'causes-owned',
    desk,
    run: async ({ page, go, snap }) => {
      const prefix = desk ? 'desk-' : ''
      await go('/causes')
      await snap(`${prefix}causes-owned`)
      await page.locator('a.cause').first().click()
      await page.locator('.history').waitFor()
      await page.locator('.acts .btn').first().click()
      await sheet(page).locator('input[type=date]').waitFor()
      await snap(`${prefix}causes-plan`, { whole: false })
      await go('/causes')
      await page.locator('a.cause').first().click()
      await mainAction(page).click()
      await sheet(page).locator('.sheet-action .btn').click()
      await sheet(page).locator('.field-error').first().waitFor()
      await snap(`${prefix}causes-done`, { whole: false })
    },
  })),
  {
    role: 'resident',
    name: 'causes-ticket',
    run: async ({ page, go, snap }) => {
      await go('/tickets?filter=closed')
      await page.locator('a[href^="/tickets/"]', { hasText: /电梯故障|Lift out/ }).first().click()
      await page.locator('.cause-block').waitFor()
      await snap('causes-ticket')
    },
  },
  {
    role: 'resident',
    name: 'promised',
    run: async ({ page, account, go, snap }) => {
      await go('/')
      await snap('promised-home')
      await go('/tickets?filter=open')
      const card = page.locator('a[href^="/tickets/"]', { hasText: /承诺的事办到了吗|Was the promise kept/ }).first()
      await card.waitFor()
      await card.click()
      await page.locator('.promised .taps').waitFor()
      await snap('promised-asks', { whole: false })
      await page.locator('.promised .taps .btn').last().click()
      await page.locator('.promised .chosen').waitFor()
      await snap('promised-chosen', { whole: false })
      await page.locator('.promised .chosen .btn').click() // nothing is sent
      await go(`/estates/${account.home.estate_id}`)
      await page.locator('.promises').waitFor()
      for (const more of await page.locator('.promises summary').all()) await more.click()
      await page.locator('.promises').scrollIntoViewIfNeeded()
      await snap('promised-estate')
    },
  },
  ...[false, true].map((desk) => ({
    role: 'operator_staff',
    name: desk ? 'desk-promising' : 'promising',
    desk,
    run: async ({ page, numbers, go, snap }) => {
      const prefix = desk ? 'desk-' : ''
      const day = (days) => inDays(days).slice(0, 10)
      const open = { nth: 1, party_name: SERVES.name, result: '换好主机板，家里能听见门铃', on: day(-2), first_day: day(1), day: day(3), redates: 1, reason: '厂家发错了型号，重新发货', said: false, asks: false, judge_by: day(10) }
      await ticketWith(page, { state: 'in_progress', next_step: 'resolve', next_due: inDays(5), overdue: false, promise: open, promise_days: { first: day(4), last: day(30) }, actions: ['done', 'progress', 'promise_said', 'promise_redate', 'message'] })
      await go(`/tickets/${numbers.ticket}`)
      await page.locator('.promised .steps').waitFor()
      await snap(`${prefix}promised`, { whole: false })
      await page.locator('.promised .steps .btn.line-only').click()
      await snap(`${prefix}promise-redate`, { whole: false })
      await ticketWith(page, { state: 'in_progress', next_step: 'resolve', next_due: inDays(5), resolve_due: inDays(5), overdue: false, promise: undefined, promise_days: { first: day(0), last: day(30) }, actions: ['done', 'progress', 'promise', 'message'] })
      await go(`/tickets/${numbers.ticket}`)
      await page.locator('.promised > .btn').click()
      await sheet(page).locator('input[type="date"]').fill(day(9))
      await sheet(page).locator('.sheet-action .btn').click()
      await snap(`${prefix}promise`, { whole: false })
    },
  })),
  {
    role: 'resident',
    name: 'suspended',
    run: async ({ page, account, go, snap }) => {
      await go('/tickets?filter=open')
      const card = page.locator('a[href^="/tickets/"]', { hasText: /挂账|uspended/ }).first()
      await card.waitFor()
      await card.click()
      await page.locator('.suspended').waitFor()
      await snap('suspended-ticket')
      await go(`/estates/${account.home.estate_id}`)
      await page.locator('.list .words').first().waitFor()
      await snap('suspended-estate')
    },
  },
  {
    role: 'admin',
    name: 'lost-phone',
    run: async ({ page, go, snap }) => {
      await page.route(/\/api\/v1\/appointments\?/, async (route) => {
        const response = await route.fetch()
        const list = await response.json()
        await route.fulfill({ response, json: { ...list, items: list.items.map((one) => ({ ...one, second_factor: true })) } })
      })
      await go('/appointments')
      await page.locator('.btn.lost').first().click()
      await sheet(page).locator('.sheet-action .btn').click()
      await sheet(page).locator('.field-error').first().waitFor()
      await snap('lost-phone', { whole: false })
    },
  },
  {
    role: 'center_officer',
    name: 'hand-over-same',
    run: async ({ page, numbers, go, snap }) => {
      await go(`/estates/${numbers.estate}/manage`)
      const serves = (await page.locator('.term .strong').first().textContent()).trim()
      await page.locator('.btn.line-only').first().click()
      await sheet(page).locator('input[type="search"]').fill(serves)
      await sheet(page).locator('ul li button.line').first().click()
      await snap('hand-over-same', { whole: false })
    },
  },
  // After a hand-over
  {
    role: 'resident',
    name: 'ticket-sharing-ended',
    run: async ({ page, numbers, go, snap }) => {
      await page.route(/\/api\/v1\/tickets\/\d+$/, async (route) => {
        const response = await route.fetch()
        const one = await response.json()
        const last = { ...one.timeline.at(-1), id: 99, action: 'dispatch', actor_role: 'system', mine: false, note: '', params: { sharing_ended: true } }
        await route.fulfill({ response, json: { ...one, state: 'dispatched', actions: ['contact_share', 'message'], timeline: [...one.timeline, last] } })
      })
      await go(`/tickets/${numbers.ticket}`)
      await snap('ticket-sharing-ended')
    },
  },
  ...[false, true].map((desk) => ({
    role: 'operator_staff',
    name: desk ? 'desk-overview-handed' : 'overview-handed',
    desk,
    run: async ({ page, go, snap }) => {
      await page.route(/\/api\/v1\/overview$/, async (route) => {
        const response = await route.fetch()
        await route.fulfill({ response, json: { ...(await response.json()), handed_over_30d: 5, handed_missed_30d: 2 } })
      })
      await go('/overview')
      await snap(desk ? 'desk-overview-handed' : 'overview-handed')
    },
  })),
  {
    role: 'center_officer',
    name: 'hand-over-past',
    run: async ({ page, numbers, go, snap }) => {
      await go(`/estates/${numbers.estate}/manage`)
      await page.locator('main .btn.line-only').first().click()
      await sheet(page).locator('input[type="date"]').fill(inDays(-12).slice(0, 10))
      await sheet(page).locator('input[type="radio"]').last().evaluate((one) => one.click())
      await snap('hand-over', { whole: false })
      await sheet(page).locator('.btn').last().click()
      await page.locator('dialog[open] .quiet').last().waitFor()
      await snap('hand-over-ask', { whole: false })
      await page.locator('dialog[open]').last().locator('.btn').last().click()
      await page.locator('dialog[open] .btn.danger').waitFor()
      await snap('hand-over-past', { whole: false })
    },
  },
  // What a party had missed before it handed over: its figure, and the matters behind it
  ...[false, true].map((desk) => ({
    role: 'center_officer',
    name: desk ? 'desk-missed-before' : 'missed-before',
    desk,
    run: async ({ page, numbers, go, snap }) => {
      await page.route(/\/api\/v1\/overview$/, async (route) => {
        const response = await route.fetch()
        const one = await response.json()
        await route.fulfill({ response, json: { ...one, worst: one.worst.map((load, i) => ({ ...load, handed_missed_30d: i % 2 ? 0 : 4 + i })) } })
      })
      await go('/overview')
      await snap(desk ? 'desk-overview-missed-before' : 'overview-missed-before')
      await page.route(/missed-before-hand-over/, (route) => route.fulfill(json({
        party_name: '青禾家园物业有限公司',
        items: ['REP-12', 'CLN-02', 'PRK-01'].map((category, i) => ({
          id: i + 1, ticket_id: numbers.ticket, number: `410308-20261101-00${i}7-4`, category, estate_name: '和谐花园', at: inDays(-3), to_party_name: '明德物业服务有限公司',
          missed: [['contact'], ['acknowledge', 'contact'], ['acknowledge', 'contact', 'resolve']][i],
        })),
      })))
      await page.locator('.handed').first().click()
      await page.locator('main .card.row').first().waitFor()
      await snap(desk ? 'desk-missed-before' : 'missed-before')
    },
  })),
  // A planned hand-over, entered and cancelled
  ...[false, true].map((desk) => ({
    role: 'center_officer',
    name: desk ? 'desk-hand-over-planned' : 'hand-over-planned',
    desk,
    run: async ({ page, numbers, go, snap }) => {
      await go(`/estates/${numbers.estate}/manage`)
      await page.locator('main .btn.line-only').first().click()
      await sheet(page).locator('input[type="date"]').fill(inDays(12).slice(0, 10))
      await sheet(page).locator('input[type="radio"]').last().evaluate((one) => one.click())
      await sheet(page).locator('.btn').last().click()
      await page.locator('dialog[open] .quiet').last().waitFor()
      await snap(desk ? 'desk-hand-over-later' : 'hand-over-later', { whole: false })
      await page.locator('dialog[open]').last().locator('.btn').last().click()
      await page.locator('.term .btn').waitFor()
      await settled(page)
      await snap(desk ? 'desk-hand-over-planned' : 'hand-over-planned')
      await page.locator('.term .btn').click()
      await page.locator('dialog[open] .btn.danger').waitFor()
      await snap(desk ? 'desk-hand-over-cancel' : 'hand-over-cancel', { whole: false })
      await page.locator('dialog[open] .btn.danger').click()
      await page.locator('.term .btn').waitFor({ state: 'detached' })
      await snap(desk ? 'desk-hand-over-cancelled' : 'hand-over-cancelled', { whole: false })
    },
  })),
  {
    role: 'resident',
    name: 'explain-earlier',
    run: async ({ page, numbers, go, snap }) => {
      await page.route(/\/api\/v1\/estates\/\d+\/score\/explanation$/, async (route) => {
        const response = await route.fetch()
        const one = await response.json()
        const figures = { ...one.figures, rated_share: { x: 9, n: 31, bp: 2903 }, reopen_share: { x: 4, n: 31, bp: 1290 }, median_hours_contact: { n: 33, hours: 6 }, median_hours_resolve: { n: 27, hours: 171 } }
        await route.fulfill({ response, json: { ...one, figures, lines: one.lines.map((line, i) => (i % 3 ? line : { ...line, earlier: true, count: 3 })) } })
      })
      await go(`/estates/${numbers.estate}/score`)
      await page.locator('.lines summary').first().click()
      await snap('explain-earlier')
    },
  },
  // Lists that a figure opens, and whose work has none
  ...[false, true].map((desk) => ({
    role: 'center_officer',
    name: desk ? 'desk-narrowed' : 'narrowed',
    desk,
    run: async ({ go, snap }) => {
      await go('/desk?box=all&filter=open&group=CLN')
      await snap(desk ? 'desk-narrowed' : 'narrowed', { whole: false })
    },
  })),
  {
    role: 'admin',
    name: 'overview-no-tickets',
    run: async ({ go, snap }) => {
      await go('/overview')
      await snap('overview-no-tickets', { whole: false })
    },
  },
  // What would move the score, for who can move it
  {
    role: 'operator_staff',
    name: 'score-moves',
    run: async ({ page, numbers, go, snap }) => {
      await go(`/estates/${numbers.estate}/score`)
      await page.locator('.gain').first().waitFor()
      await snap('score-moves')
    },
  },
  // What was handed over
  ...[false, true].map((desk) => ({
    role: 'operator_staff',
    name: desk ? 'desk-handed-over' : 'handed-over',
    desk,
    run: async ({ page, numbers, go, snap }) => {
      const prefix = desk ? 'desk-' : ''
      await go('/desk/handed-over')
      await snap(`${prefix}handed-over-none`, { whole: false })
      await handedOver(page, go, numbers.handled)
      await go('/desk/handed-over')
      await snap(`${prefix}handed-over`, { whole: false })
      await go('/desk/handed-over/1')
      await snap(`${prefix}handed-over-one`, { whole: !desk })
      await go('/desk/handed-over/2')
      await snap(`${prefix}handed-over-taken`, { whole: !desk })
      await page.route(new RegExp(`/api/v1/tickets/${numbers.handled}$`), (route) => route.fulfill({ ...json({ code: 'ticket.not_found' }), status: 404 }))
      await go(`/tickets/${numbers.handled}`)
      await page.getByRole('link', { name: /看当时|as it stood/ }).waitFor()
      await snap(`${prefix}handed-over-gone`, { whole: false })
    },
  })),
  // Anybody
  {
    role: '',
    name: 'sign-in-why',
    run: async ({ page, numbers, go, snap }) => {
      await go(`/q/${numbers.poster}`)
      await page.locator('a[href^="/estates/"]').last().click()
      await page.locator('.panel .banner').first().waitFor()
      await snap('sign-in-why')
      await go(`/rate?estate=${numbers.estate}`)
      await page.locator('.panel .banner').first().waitFor()
      await snap('sign-in-rate')
    },
  },
  {
    role: '',
    name: 'sign-in-report',
    run: async ({ page, go, snap }) => {
      await go('/tickets/new?poster=abc')
      await page.locator('.panel .banner').first().waitFor()
      await snap('sign-in-report')
    },
  },
  {
    role: '',
    name: 'sign-in-wrong',
    run: async ({ page, go, snap }) => {
      await go('/sign-in')
      await page.route('**/api/v1/session', answering('POST', refuse(422, 'session.password_wrong')))
      await page.locator('form .btn.text').first().click()
      await page.locator('input[type="tel"]').fill('13800000000')
      await page.locator('input[type="password"]').fill('not the one')
      await page.locator('form .btn:not(.text)').first().click()
      await page.locator('.field-error').first().waitFor()
      await snap('sign-in-wrong')
    },
  },
  {
    role: '',
    name: 'sign-in-code',
    run: async ({ page, go, snap }) => {
      await page.route('**/api/v1/session/codes', answering('POST', json({ request_id: 'screens', wait: 60, resend_after: 60, expires_in: 300 })))
      await go('/sign-in')
      await page.locator('input[type="tel"]').fill('13800000000')
      await page.locator('form .btn:not(.text)').first().click()
      await page.locator('input[autocomplete="one-time-code"]').waitFor()
      await snap('sign-in-code')
    },
  },
  {
    role: '',
    name: 'poster-gone',
    run: async ({ go, snap }) => {
      await go('/q/no-such-poster')
      await snap('poster-gone')
    },
  },
  // Reporting
  {
    role: 'resident',
    name: 'report',
    run: async (scene) => {
      await fillReport(scene, (step) => scene.snap(`report-${step}`))
    },
  },
  {
    role: 'resident',
    name: 'report-sheets',
    run: async ({ page, look, go, snap }) => {
      await go('/tickets/new')
      await forward(page, look)
      await page.locator('.category-picker .between .btn').click()
      await sheet(page).locator('input').fill(look === 'en' ? 'water' : '水')
      await snap('report-search', { whole: false })
      await closeSheet(page)
      await page.locator('.groups button').first().click()
      await sheet(page).locator('.line').first().waitFor()
      await snap('report-group', { whole: false })
      await sheet(page).locator('.line').first().click()
      await page.locator('.urgent').waitFor()
      await snap('report-urgent')
      await forward(page, look)
      await page.locator('.card-flush .line:has(.pin)').click()
      await sheet(page).locator('input').fill('和谐')
      await sheet(page).locator('.under').first().waitFor()
      await snap('report-place-search', { whole: false })
      await sheet(page).locator('.line:has(.under)').first().click()
      await sheet(page).locator('.chips button').first().waitFor()
      await snap('report-place-building', { whole: false })
      await sheet(page).locator('.chips button').first().click()
      await sheet(page).locator('.entrance').first().waitFor()
      await snap('report-place-unit', { whole: false })
    },
  },
  {
    role: 'resident',
    name: 'report-danger',
    run: async ({ page, look, go, snap }) => {
      await go('/tickets/new')
      await forward(page, look)
      await page.locator('.category-picker .between .btn').click()
      await sheet(page).locator('input').fill(look === 'en' ? 'dead branches' : '枯枝')
      await sheet(page).locator('.line').first().click()
      await page.locator('.danger').waitFor()
      await snap('report-danger')
      await page.locator('.danger input').last().check()
      await page.locator('.urgent').waitFor()
      await snap('report-danger-yes')
    },
  },
  {
    role: 'resident',
    name: 'report-faults',
    run: async ({ page, look, go, snap }) => {
      await go('/tickets/new')
      await forward(page, look)
      await mainAction(page).click()
      await page.locator('.field-error').first().waitFor()
      await snap('report-faults')
    },
  },
  {
    role: 'resident',
    name: 'photo-no-room',
    run: async ({ page, context, look, numbers, go, snap }) => {
      // Before the first words are kept: later the browser goes by the room that there was.
      const client = await context.newCDPSession(page)
      await client.send('Storage.overrideQuotaForOrigin', { origin: new URL(page.url()).origin, quotaSize: 1 })
      await go(`/tickets/${numbers.ticket}`)
      await page.locator('.composer .icon-btn').first().click()
      await page.locator('.composer input[type="file"]').last().setInputFiles(await drawJpeg(page, 30))
      await page.locator('.picker .field-error').waitFor()
      await snap('photo-no-room', { whole: false })
      await page.locator('.composer textarea').fill(look === 'en' ? 'The lamp is on the third floor.' : '灯在三楼，开关旁边。')
      await page.locator('.composer > .field-error').waitFor()
      await snap('reply-no-room', { whole: false })
    },
  },
  {
    role: 'resident',
    name: 'report-sent',
    run: async (scene) => {
      const { page, numbers, snap } = scene
      await page.route('**/api/v1/tickets', answering('POST', json({ id: numbers.ticket, number: numbers.number, query_code: 'K7PD3XQA', photos_missing: [] }, 201)))
      await fillReport(scene)
      await mainAction(page).click()
      await page.locator('.sent.arrived').waitFor()
      await snap('report-sent')
    },
  },
  {
    role: 'resident',
    name: 'report-refused',
    run: async (scene) => {
      const { page, go, snap } = scene
      await page.route('**/api/v1/tickets', answering('POST', refuse(422, 'ticket.unknown_category')))
      await fillReport(scene)
      await mainAction(page).click()
      await page.locator('.sent.refused').waitFor()
      await snap('report-refused')
      await go('/outbox')
      await snap('outbox-refused')
      await go('/')
      await snap('home-to-fix')
    },
  },
  {
    role: 'resident',
    name: 'offline',
    worker: true,
    run: async (scene) => {
      const { page, context, numbers, go, snap } = scene
      await go('/')
      await keepShell(page)
      await fillReport(scene)
      await context.setOffline(true)
      await mainAction(page).click()
      await page.locator('.sent:not(.arrived)').waitFor()
      await snap('offline-saved')
      await go('/outbox')
      await snap('offline-outbox')
      await go('/')
      await snap('offline-home')
      await go(`/tickets/${numbers.done}`)
      await snap('offline-not-kept')
    },
  },
  // What goes wrong
  {
    role: 'resident',
    name: 'error',
    run: async ({ page, numbers, go, snap }) => {
      await page.route('**/api/v1/estates/*', (route) => route.fulfill(refuse(503, 'server.database_away')))
      await go(`/estates/${numbers.other}`)
      await page.locator('.empty').waitFor()
      await snap('error')
    },
  },
  {
    role: 'resident',
    name: 'not-found',
    run: async ({ page, go, snap }) => {
      await go('/tickets/99999999')
      await page.locator('.empty').waitFor()
      await snap('not-found')
    },
  },
  {
    role: 'resident',
    name: 'update',
    run: async ({ page, go, snap }) => {
      await page.addInitScript(() => {
        const waiting = { postMessage: () => undefined }
        const registration = { waiting, addEventListener: () => undefined, update: async () => undefined }
        const container = { controller: {}, register: async () => registration, getRegistration: async () => registration, addEventListener: () => undefined }
        Object.defineProperty(navigator, 'serviceWorker', { value: container })
      })
      await go('/')
      await page.locator('.top-line').waitFor()
      await snap('update', { whole: false })
    },
  },
  // A resident's ticket
  {
    role: 'resident',
    name: 'ticket-answers',
    run: async ({ page, numbers, go, snap }) => {
      await go(`/tickets/${numbers.done}`)
      await mainAction(page).click()
      await sheet(page).locator('label').nth(4).click()
      await snap('ticket-solved', { whole: false })
      await page.keyboard.press('Escape')
      await page.locator('.page-action .btn').nth(-2).click()
      await sheet(page).locator('textarea').waitFor()
      await snap('ticket-send-back', { whole: false })
      await page.keyboard.press('Escape')
      await page.locator('.photo-grid button').first().click()
      await page.locator('dialog[open] img').first().waitFor()
      await settled(page)
      await snap('ticket-photo', { whole: false })
    },
  },
  {
    role: 'resident',
    name: 'ticket-withdraw',
    run: async ({ page, numbers, go, snap }) => {
      await go(`/tickets/${numbers.ticket}`)
      const more = page.locator('.page-action .more')
      const alone = page.locator('main > div .side > .btn.text, main .side > .btn.text')
      if (await more.count()) {
        await more.click()
        await sheet(page).locator('.btn').first().waitFor()
        await snap('ticket-more', { whole: false })
        await sheet(page).locator('.btn.danger').click()
      } else {
        await alone.last().click()
      }
      await sheet(page).locator('.btn').nth(1).waitFor()
      await snap('ticket-withdraw', { whole: false })
    },
  },
  {
    role: 'resident',
    name: 'tickets-none',
    run: async ({ page, go, snap }) => {
      await page.route('**/api/v1/tickets?*', answering('GET', json({ items: [], counts: { open: 0, waiting_me: 0, overdue: 0, unanswered: 0, mine_now: 0 } })))
      await go('/tickets')
      await snap('tickets-none')
      await go('/')
      await snap('home-quiet')
    },
  },
  {
    role: 'resident',
    name: 'home-new',
    run: async ({ page, account, go, snap }) => {
      const nobody = { ...account, home: undefined, memberships: [] }
      await page.addInitScript((known) => localStorage.setItem('linli.account', known), JSON.stringify(nobody))
      const without = async (route) => {
        const answer = await route.fetch()
        const body = await answer.json()
        const changed = 'account' in body ? { ...body, account: nobody } : nobody
        await route.fulfill({ response: answer, json: changed })
      }
      await page.route('**/api/v1/session/refresh', without)
      await page.route('**/api/v1/me', without)
      await go('/')
      await snap('home-new')
      await go('/scores')
      await snap('scores-new')
    },
  },
  {
    role: 'resident',
    name: 'calls',
    looks: ['zh-elder'],
    run: async ({ page, go, snap }) => {
      await go('/')
      await page.locator('.four button').click()
      await sheet(page).locator('.call').nth(1).waitFor()
      await snap('calls', { whole: false })
    },
  },
  {
    role: 'resident',
    name: 'rated',
    run: async ({ page, go, snap }) => {
      await page.route('**/api/v1/ratings', answering('POST', json({ id: 1, period: '2026-11', counts: true }, 201)))
      await page.route(/\/own-rating$/, (route) => route.fulfill(json({ period: '2026-11', level: 4 })))
      await go('/rate')
      await page.locator('.given').waitFor()
      await mainAction(page).click()
      await page.locator('.field-error').waitFor()
      await snap('rate-faults')
      await page.locator('main label').nth(3).click()
      await snap('rate-chosen')
      await mainAction(page).click()
      await page.locator('.thanks.arrived').waitFor()
      await snap('rate-sent')
    },
  },
  {
    role: 'resident',
    name: 'confirmed',
    run: async ({ page, go, snap }) => {
      await go('/tickets?filter=closed')
      await page.locator('main a[href^="/tickets/"]').filter({ hasText: /已解决|Solved/ }).first().click()
      await page.waitForURL(/\/tickets\/\d+$/)
      await snap('confirmed')
      await page.locator('.page-action .btn').first().click()
      await sheet(page).waitFor()
      await snap('confirmed-more', { whole: false })
    },
  },
  {
    role: 'resident',
    name: 'sharing-ended',
    run: async ({ page, numbers, go, snap }) => {
      await page.route(`**/api/v1/tickets/${numbers.ticket}`, async (route) => {
        const answer = await route.fetch()
        const ticket = await answer.json()
        const dispatch = ticket.timeline.find((line) => line.action === 'dispatch')
        const again = { ...dispatch, id: ticket.timeline.length + 1, params: { from_party: 1, sharing_ended: true } }
        await route.fulfill({ response: answer, json: { ...ticket, contact_shared: false, timeline: [...ticket.timeline, again], actions: [...new Set([...ticket.actions, 'contact_share'])].filter((one) => one !== 'contact_hide') } })
      })
      await go(`/tickets/${numbers.ticket}`)
      await snap('ticket-sharing-ended')
    },
  },
  {
    role: 'resident',
    name: 'explained',
    run: async ({ page, numbers, go, snap }) => {
      await go(`/estates/${numbers.estate}/score`)
      await page.evaluate(() => document.querySelectorAll('details').forEach((one) => { one.open = true }))
      await settled(page)
      await snap('score-explained')
    },
  },
  {
    role: 'resident',
    name: 'me-sheets',
    run: async ({ page, look, go, snap }) => {
      await go('/me')
      await page.locator('.person .icon-btn').click()
      await sheet(page).locator('input').first().waitFor()
      await snap('me-name', { whole: false })
      await page.keyboard.press('Escape')
      if (look === 'zh-elder') await page.locator('[aria-expanded]').click()
      for (const [index, name] of ['me-devices', 'me-password'].entries()) {
        await page.locator('section.card-flush').last().locator('.line').nth(index).click()
        await sheet(page).locator('.sheet-body > *').first().waitFor()
        await settled(page)
        await snap(name, { whole: false })
        await page.keyboard.press('Escape')
      }
    },
  },
  // The steward
  {
    role: 'building_steward',
    name: 'neighbour',
    run: async ({ page, go, snap }) => {
      await go('/tickets/new?for=neighbour')
      await mainAction(page).click()
      await page.locator('.field-error').first().waitFor()
      await snap('neighbour-faults')
    },
  },
  {
    role: 'building_steward',
    name: 'poster-a4',
    looks: ['zh', 'en'],
    run: async ({ page, numbers, go, print }) => {
      await go(`/buildings/${numbers.building}/poster`)
      await page.locator('.paper svg.code').waitFor()
      await print('poster-a4', 'A4')
    },
  },
  {
    role: 'resident',
    name: 'slip-a5',
    looks: ['zh', 'zh-elder', 'en'],
    run: async ({ page, look, numbers, go, print }) => {
      // The longest of everything that a county has: nothing of it may be hidden or go to a second sheet.
      if (look !== 'zh') {
        await ticketWith(page, {
          number: '20261125-904-10003-7', kind: 'repair', protected: false, category: 'FIRE-03', estate_name: '县自然资源和规划局土地储备中心家属院（东区）', building_name: '12号楼',
          handling_party: { id: 1, kind: 'operator', name: '洛阳市青禾家园物业管理服务有限责任公司孟津分公司', phone24: '0379-06000103' },
        })
      }
      await go(`/tickets/${numbers.ticket}/slip`)
      await page.locator('.paper svg.code').waitFor()
      const hidden = await page.evaluate(() => {
        const [number, code, paper] = ['.number', 'svg.code', '.paper'].map((one) => document.querySelector(one))
        const words = document.createRange()
        words.selectNodeContents(number)
        const [left, right] = [words.getBoundingClientRect(), code.getBoundingClientRect()]
        const over = left.right > right.left && left.bottom > right.top && left.top < right.bottom
        return over || paper.scrollWidth > paper.clientWidth || left.right > paper.getBoundingClientRect().right
      })
      if (hidden) throw new Error('the number of the slip is hidden')
      await print('slip-a5', 'A5')
    },
  },
  // Who answers, on the phone
  {
    role: 'operator_staff',
    name: 'handling',
    run: async ({ page, numbers, go, snap }) => {
      await go(`/tickets/${numbers.handled}`)
      await snap('handling')
      await page.locator('.page-action .btn').nth(-2).click()
      await sheet(page).waitFor()
      await snap('handling-second', { whole: false })
      await page.keyboard.press('Escape')
      await mainAction(page).click()
      await sheet(page).locator('textarea').waitFor()
      await takePhoto(page)
      await sheet(page).locator('textarea').fill('已更换灯泡和声控开关，试亮正常。')
      await snap('handling-done', { whole: false })
    },
  },
  {
    role: 'operator_staff',
    name: 'return',
    run: async ({ page, numbers, go, snap }) => {
      await ticketWith(page, { state: 'dispatched', actions: ['acknowledge', 'return', 'message'], likely_parties: [STATION] })
      await go(`/tickets/${numbers.fresh}`)
      await page.locator('.page-action .more').click()
      await sheet(page).locator('.btn').first().waitFor()
      await snap('handling-more', { whole: false })
      await sheet(page).locator('.btn').last().click()
      await sheet(page).locator('textarea').fill('这段管道在红线外，由供水公司负责。')
      await sheet(page).locator('.sheet-action .btn').click()
      await snap('return', { whole: false })
    },
  },
  {
    role: 'station_staff',
    name: 'dispatch',
    run: async ({ page, numbers, go, snap }) => {
      const asked = { from_party_name: '青禾家园物业有限公司', reason: '这段管道在红线外，由供水公司负责。', proposed_party_id: 14, proposed_party_name: '供水公司', asked_at: new Date().toISOString() }
      await ticketWith(page, { state: 'returned', next_step: 'acknowledge', actions: ['return_grant', 'return_refuse', 'message'], you: 'officer', return: asked, likely_parties: [STATION] })
      await go(`/tickets/${numbers.ticket}`)
      await snap('returned')
      await mainAction(page).click()
      await sheet(page).locator('.choice label').first().waitFor()
      await snap('dispatch', { whole: false })
      await sheet(page).locator('.sheet-action .btn').click()
      await snap('dispatch-need', { whole: false })
      await sheet(page).locator('.choice label').last().click()
      await sheet(page).locator('.sheet-action .btn').click()
      await snap('dispatch-faults', { whole: false })
    },
  },
  {
    role: 'station_staff',
    name: 'redispatch',
    run: async ({ page, numbers, go, snap }) => {
      await ticketWith(page, { state: 'dispatched', next_step: 'acknowledge', overdue: true, actions: ['urge', 'redispatch', 'message'], you: 'officer', likely_parties: [STATION, SERVES] })
      await go(`/tickets/${numbers.ticket}`)
      await snap('lying')
      await page.locator('.page-action .btn.line-only').last().click()
      await sheet(page).locator('textarea').waitFor()
      await sheet(page).locator('.sheet-action .btn').click()
      await snap('redispatch', { whole: false })
      await sheet(page).locator('.likely').first().click()
      await snap('redispatch-chosen', { whole: false })
    },
  },
  {
    role: 'station_staff',
    name: 'office-contact',
    run: async ({ page, numbers, go, snap }) => {
      await ticketWith(page, { kind: 'complaint', protected: true, state: 'dispatched', next_step: 'acknowledge', overdue: false, actions: ['office_contact'], you: 'officer' })
      await page.route('**/office-contacts/number', (route) => route.fulfill(json({ name: '赵女士', phone: '13803790000' })))
      await go(`/tickets/${numbers.ticket}`)
      await page.locator('.side > .btn.text').last().click()
      await sheet(page).locator('.sheet-action .btn').waitFor()
      await snap('office-contact', { whole: false })
      await sheet(page).locator('.sheet-action .btn').click()
      await sheet(page).locator('textarea').waitFor()
      await sheet(page).locator('.sheet-action .btn').click()
      await snap('office-contact-need', { whole: false })
    },
  },
  {
    role: 'resident',
    name: 'office-contacted',
    run: async ({ page, numbers, go, snap }) => {
      const called = { id: 99, action: 'office_contact', at: new Date().toISOString(), on: '2026-09-02', actor_role: 'station_staff', party_name: SERVES.name, mine: false, note: '他说三天没有人收垃圾，今天傍晚在家。', photos: [] }
      await ticketWith(page, { state: 'dispatched', next_step: 'acknowledge', overdue: false, handling_party: SERVES, timeline: [called], messages: [], actions: ['message'] })
      await go(`/tickets/${numbers.ticket}`)
      await snap('office-contacted')
    },
  },
  {
    role: 'station_staff',
    name: 'redispatch-photos',
    run: async ({ page, numbers, go, snap }) => {
      await ticketWith(page, { state: 'in_progress', next_step: 'resolve', overdue: true, done_waiting_photos: true, redispatch_after: inDays(2), actions: ['urge', 'message'], you: 'officer' })
      await go(`/tickets/${numbers.ticket}`)
      await snap('redispatch-photos')
    },
  },
  {
    role: 'resident',
    name: 'redispatched',
    run: async ({ page, numbers, go, snap }) => {
      const given = { id: 99, action: 'redispatch', at: new Date().toISOString(), on: '2026-09-02', actor_role: 'town_officer', party_name: SERVES.name, mine: false, note: '接单期限已过三天无人应答。', photos: [], params: { from_party: 1, sharing_ended: true } }
      await ticketWith(page, { state: 'dispatched', next_step: 'acknowledge', overdue: false, handling_party: SERVES, timeline: [given], messages: [], contact_shared: false, actions: ['contact_share', 'message'] })
      await go(`/tickets/${numbers.ticket}`)
      await snap('redispatched')
    },
  },
  {
    role: 'resident',
    name: 'long-text',
    run: async ({ page, look, numbers, go, snap }) => {
      const words = (look === 'en' ? 'The lamp on the third floor has been out for three weeks and nobody came. ' : '三楼的楼道灯三个星期不亮了，晚上老人下楼看不清台阶，打了几次电话都说来，一直没有人来。').repeat(look === 'en' ? 26 : 46)
      const at = new Date().toISOString()
      const message = { id: 9_000_001, side: 'handler', mine: false, text: words, at, on: at.slice(0, 10), photos: [] }
      const again = new Date(Date.now() + 20 * 3600_000).toISOString()
      await ticketWith(page, { kind: 'repair', protected: false, contact_shared: false, state: 'dispatched', next_step: 'acknowledge', overdue: false, text: words, messages: [message, { ...message, id: 9_000_002, side: 'reporter', mine: true }], urges: 1, urge_after: again, actions: ['message', 'withdraw', 'contact_share'], on_duty: undefined, promise: undefined })
      await go(`/tickets/${numbers.ticket}`)
      await page.locator('.composer textarea').fill(words.slice(0, 2_000) + words.slice(0, 38))
      await snap('long-text')
      await page.locator('.folded-more').first().click()
      await snap('long-text-open')
    },
  },
  {
    role: 'resident',
    name: 'urge',
    run: async ({ page, numbers, go, snap }) => {
      await go(`/tickets/${numbers.ticket}`)
      await snap('urge', { whole: false })
      await page.route('**/api/v1/tickets/*/moves', answering('POST', refuse(429, 'ticket.urged_lately', { hours: 24 })))
      await mainAction(page).click()
      await snap('urge-said', { whole: false })
    },
  },
  {
    role: 'operator_staff',
    name: 'conflict',
    run: async ({ page, numbers, go, snap }) => {
      await go(`/tickets/${numbers.fresh}`)
      await page.route('**/moves', answering('POST', refuse(409, 'ticket.changed_meanwhile')))
      await mainAction(page).click()
      await page.locator('.banner.warn').first().waitFor()
      await snap('conflict')
    },
  },
  {
    role: 'operator_staff',
    name: 'refused-toast',
    run: async ({ page, numbers, go, snap }) => {
      await go(`/tickets/${numbers.fresh}`)
      await page.route('**/moves', answering('POST', refuse(403, 'ticket.not_yours_to_acknowledge')))
      await mainAction(page).click()
      await page.locator('.toast').waitFor()
      await settled(page)
      await snap('refused-toast', { whole: false })
    },
  },
  {
    role: 'operator_staff',
    name: 'desk-none',
    run: async ({ page, go, snap }) => {
      await go('/desk')
      await page.locator('input[type="search"]').fill('没有这样的事')
      await page.locator('.empty').waitFor()
      await snap('desk-none')
    },
  },
  // At the desk
  ...[false, true].map((desk) => ({
    role: 'operator_staff',
    name: desk ? 'desk-untaken' : 'untaken',
    desk,
    run: async ({ page, go, snap }) => {
      await page.route(/\/api\/v1\/tickets\?.*box=desk/, async (route) => {
        const response = await route.fetch()
        const list = await response.json()
        const urgent = (row, id, category, urgency, minutes) => ({ ...row, id, category, urgency, state: 'dispatched', next_step: 'acknowledge', next_due: new Date(Date.now() + minutes * 60_000).toISOString(), filed_at: new Date(Date.now() - 60_000).toISOString(), overdue: false, unanswered: false, urges: 0, send_backs: 0, escalated_to: 0 })
        await route.fulfill({ response, json: { ...list, untaken: [urgent(list.items[0], 9_000_001, 'SAFE-05', 'u1', 14), urgent(list.items[1], 9_000_002, 'UTIL-02', 'u2', 29)] } })
      })
      await go('/desk')
      await page.locator('.untaken').first().waitFor()
      await snap(desk ? 'desk-untaken' : 'untaken', { whole: false })
    },
  })),
  {
    role: 'operator_staff',
    name: 'desk-open',
    desk: true,
    run: async (scene) => {
      const { page, snap } = scene
      await openDesk(scene)
      await snap('desk-open', { whole: false })
      const boxes = page.locator('.choose input')
      for (let index = 0; index < Math.min(2, await boxes.count()); index += 1) await boxes.nth(index).check()
      await snap('desk-chosen', { whole: false })
    },
  },
  {
    role: 'operator_staff',
    name: 'desk-kept',
    desk: true,
    run: async ({ page, look, numbers, go, snap }) => {
      await ticketWith(page, { state: 'acknowledged', actions: ['return', 'message'], likely_parties: [STATION] })
      const opened = async () => {
        await go(`/desk?ticket=${numbers.handled}`)
        await page.locator('.pane-foot .btn').first().click()
        await sheet(page).locator('textarea').waitFor()
      }
      await opened()
      await sheet(page).locator('.likely').first().click()
      await sheet(page).locator('textarea').fill(look === 'en' ? 'This pipe lies outside of the estate; the water company answers for it.' : '这段管道在红线外，由供水公司负责。')
      await opened()
      await sheet(page).locator('.chosen').waitFor()
      await snap('desk-kept', { whole: false })
    },
  },
  {
    role: 'center_officer',
    name: 'desk-open',
    desk: true,
    run: async (scene) => {
      await openDesk(scene)
      await scene.snap('desk-open', { whole: false })
    },
  },
  // Bulletins
  {
    role: 'resident',
    name: 'report-known',
    run: async ({ page, look, go, snap }) => {
      await go('/tickets/new')
      await forward(page, look)
      await page.locator('.groups button').nth(2).click()
      await sheet(page).locator('.line').first().click()
      await page.locator('.known').waitFor()
      await snap('report-known')
      await page.locator('.known .btn').last().click()
      await snap('report-known-anyway')
    },
  },
  ...[false, true].map((desk) => ({
    role: 'operator_staff',
    name: `bulletin${desk ? '-at-desk' : ''}`,
    desk,
    run: async ({ page, go, snap }) => {
      await go('/bulletins')
      await page.locator('.acts .btn').nth(1).click()
      await sheet(page).locator('.pills').first().waitFor()
      await snap('bulletin-change', { whole: false })
      await sheet(page).locator('.sheet-action .btn').click()
      await snap('bulletin-change-faults', { whole: false })
      await closeSheet(page)
      await page.locator('.acts .btn').nth(2).click()
      await sheet(page).locator('.sheet-action .btn').click()
      await snap('bulletin-end-faults', { whole: false })
      await go('/bulletins?new=1')
      await page.locator('#bulletin').waitFor()
      await page.locator('aside .btn').last().click()
      await snap('bulletin-faults')
      await page.locator('#bulletin select').selectOption({ index: 1 })
      await page.locator('fieldset .pills button').nth(2).click()
      await page.locator('.about label').nth(2).click()
      await page.locator('.choice').last().locator('label').last().click()
      await page.locator('#bulletin .pills[aria-label] button').nth(1).click()
      await page.locator('#bulletin textarea').first().fill('配电室检修，换两台老开关。')
      await page.locator('#bulletin .pills').last().locator('button').click()
      await page.locator('summary').click()
      await snap('bulletin-ready')
    },
  })),
  // Reply templates
  ...[false, true].map((desk) => ({
    role: 'operator_manager',
    name: `template${desk ? '-at-desk' : ''}`,
    desk,
    run: async ({ page, look, go, snap }) => {
      await go('/reply-templates')
      await page.locator('.between .btn').click()
      await sheet(page).locator('textarea').waitFor()
      await sheet(page).locator('.sheet-action .btn').click()
      await snap('template-faults', { whole: false })
      await sheet(page).locator('input').first().fill(look === 'en' ? 'A visit tomorrow' : '约明天上门')
      await sheet(page).locator('textarea').fill(look === 'en' ? 'Hello, {reporter}' : '您好，{报事人}，')
      await sheet(page).locator('.pills button').nth(5).click()
      await sheet(page).locator('.sheet-action .btn').click()
      await sheet(page).locator('.field-error').waitFor()
      await snap('template-refused', { whole: false })
      await closeSheet(page)
    },
  })),
  {
    role: 'operator_staff',
    name: 'template-pick-desk',
    desk: true,
    run: async ({ page, numbers, go, snap }) => {
      await go(`/desk?filter=open&ticket=${numbers.handled}`)
      await page.locator('.write .btn.text').click()
      await page.locator('[data-template]').first().waitFor()
      await snap('template-pick-desk', { whole: false })
      await page.locator('[data-template]').first().click()
      await snap('template-picked-desk', { whole: false })
    },
  },
  {
    role: 'operator_staff',
    name: 'template-pick-phone',
    run: async ({ page, numbers, go, snap }) => {
      await go(`/tickets/${numbers.handled}`)
      await page.locator('.composer .btn.text').click()
      await page.locator('[data-template]').first().waitFor()
      await page.locator('.composer').scrollIntoViewIfNeeded()
      await snap('template-pick-phone', { whole: false })
      await mainAction(page).click()
      await sheet(page).locator('textarea').waitFor()
      await sheet(page).locator('.btn.text').click()
      await sheet(page).locator('[data-template]').first().waitFor()
      await snap('template-pick-done', { whole: false })
    },
  },
  {
    role: 'station_staff',
    name: 'requests-decide',
    run: async ({ page, go, snap }) => {
      await go('/requests')
      await page.locator('main .btn').first().click()
      await sheet(page).locator('label').first().waitFor()
      await snap('requests-approve', { whole: false })
      await sheet(page).locator('.sheet-action .btn').click()
      await sheet(page).locator('.field-error').first().waitFor()
      await snap('requests-approve-faults', { whole: false })
      await page.keyboard.press('Escape')
      await page.locator('main .btn.line-only').first().click()
      await sheet(page).locator('textarea').waitFor()
      await snap('requests-refuse', { whole: false })
    },
  },
  {
    role: 'center_officer',
    name: 'hand-over',
    run: async ({ page, numbers, go, snap }) => {
      await go(`/estates/${numbers.estate}/manage`)
      await page.locator('main .btn.line-only').first().click()
      await sheet(page).locator('form').waitFor()
      await snap('hand-over', { whole: false })
    },
  },
  {
    role: 'center_officer',
    name: 'appoint',
    run: async ({ page, go, snap }) => {
      await go('/appointments')
      await page.locator('main .between .btn').click()
      await sheet(page).locator('form').waitFor()
      await settled(page)
      await snap('appoint', { whole: false })
      await sheet(page).locator('input').first().fill('王秀英')
      await sheet(page).locator('input[type="tel"]').fill('13837900001')
      await sheet(page).locator('input[type="search"]').fill('花园')
      await sheet(page).locator('.found button').first().waitFor()
      await sheet(page).locator('.found button').first().click()
      await sheet(page).locator('[role="status"], .chosen').first().waitFor()
      if (await sheet(page).locator('.found button').count()) await sheet(page).locator('.found button').last().click()
      await sheet(page).locator('.poster').waitFor()
      await snap('appoint-steward', { whole: false })
      await closeSheet(page)
      await page.locator('main .btn.text:visible').first().click()
      await sheet(page).locator('.btn.danger').waitFor()
      await snap('appoint-end', { whole: false })
    },
  },
  {
    role: 'center_officer',
    name: 'import-faults',
    run: async ({ page, go, snap }) => {
      await page.route('**/api/v1/imports**', answering('POST', json({
        rows: 128, accepted: 125, committed: false, updated: 0, more_errors: 0,
        created: { communities: 1, estates: 4, buildings: 125, units: 4200 },
        errors: [
          { row: 7, column: '入住日期', value: '43709', code: 'import.date_serial' },
          { row: 31, column: '小区名称', code: 'import.estate_differs', params: { first_row: 30 } },
          { row: 96, column: '社区代码', value: '41032210', code: 'import.bad_community_code' },
        ],
      })))
      await go('/import')
      await page.locator('input[type="file"]').setInputFiles({ name: '登记册.csv', mimeType: 'text/csv', buffer: Buffer.from('小区名称\n和谐花园\n') })
      await page.locator('.figures').waitFor()
      await snap('import-faults')
    },
  },
  {
    role: 'center_officer',
    name: 'import-refused',
    run: async ({ page, go, snap }) => {
      const files = {
        empty: { name: '登记册.csv', mimeType: 'text/csv', buffer: Buffer.alloc(0) },
        headings: { name: '登记册.csv', mimeType: 'text/csv', buffer: Buffer.from('社区名称,小区名称,小区类别,楼栋,单元数,层数,每层户数,服务模式\n') },
        picture: { name: '登记册.xlsx', mimeType: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', buffer: Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex') },
      }
      await go('/import')
      for (const [name, file] of Object.entries(files)) {
        await page.locator('input[type="file"]').setInputFiles(file)
        await page.locator('.banner.bad').waitFor()
        await snap(`import-refused-${name}`, { whole: false })
      }
    },
  },
  {
    role: 'resident',
    name: 'estate-filling',
    run: async ({ page, numbers, go, snap }) => {
      await page.route('**/api/v1/setup', async (route) => {
        const response = await route.fetch()
        await route.fulfill({ response, json: { ...(await response.json()), demo_filling: true } })
      })
      await go(`/estates/${numbers.estate}`)
      await page.locator('.banner.info').waitFor()
      await snap('estate-filling', { whole: false })
    },
  },
  {
    role: 'center_officer',
    name: 'estates-sorted',
    desk: true,
    run: async ({ page, go, snap }) => {
      await go('/estates?sort=-households')
      await page.locator('th[aria-sort="descending"]').waitFor()
      await snap('estates-sorted', { whole: false })
      await page.route(/\/api\/v1\/estates\?.*cursor=/, (route) => new Promise(() => route))
      await go('/estates?sort=name')
      await page.locator('.sort-note').waitFor()
      await snap('estates-sorting', { whole: false })
    },
  },
  {
    role: 'center_officer',
    name: 'estates-none',
    run: async ({ page, go, snap }) => {
      await go('/estates')
      await page.locator('input[type="search"]').fill('没有这个小区')
      await page.locator('.empty').waitFor()
      await snap('estates-none')
    },
  },
]
