/**
 * What a screen shows only after something was done or went wrong. Each state begins with a fresh page of somebody who is
 * signed in, in one look; it finds its way by the page's structure, because the words differ with the language.
 *
 * @typedef {{ page: import('@playwright/test').Page, context: import('@playwright/test').BrowserContext, account: any, look: string,
 *   numbers: Record<string, any>, go: (path: string) => Promise<void>, snap: (name: string, options?: { whole?: boolean }) => Promise<void> }} Scene
 * @type {{ role: string, name: string, desk?: boolean, worker?: boolean, looks?: string[], run: (scene: Scene) => Promise<void> }[]}
 */
import { A4, drawJpeg, settled } from './camera.mjs'

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
async function fillReport(scene, seen = async () => undefined) {
  const { page, look, go } = scene
  await go('/tickets/new')
  await seen('photo')
  await takePhoto(page)
  await seen('photo-taken')
  await forward(page, look)
  await seen('category')
  await page.locator('.often button').first().click()
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

/** What a party keeps of a ticket that it handles, as if its estate had gone to the next one. */
async function handedOver(page, go, id) {
  const asked = page.waitForResponse((answer) => answer.url().endsWith(`/api/v1/tickets/${id}`))
  await go(`/tickets/${id}`)
  const ticket = { ...(await (await asked).json()), actions: [] }
  const kept = { id: 1, at: inDays(-1), to_party_name: '和顺物业（演示）', missed: ['contact', 'resolve'], ticket }
  await page.route(/\/api\/v1\/handed-over-tickets(\?.*)?$/, (route) => route.fulfill(json({ items: [kept] })))
  await page.route(/\/api\/v1\/handed-over-tickets\/1$/, (route) => route.fulfill(json(kept)))
}

async function openDesk({ page, go }) {
  await go('/desk')
  await page.locator('[data-row]').first().click()
  await page.locator('.desk-ticket').waitFor()
  await settled(page)
}

const inDays = (days) => new Date(Math.floor(Date.now() / 86_400_000 + days) * 86_400_000 + 57_599_999).toISOString()
const laterAsked = (look, outcome = 'waiting') => ({
  outcome, lapsed: false, on: inDays(0).slice(0, 10), due_before: inDays(1), due_asked: inDays(5),
  reason: look === 'en' ? 'The door closer must come from the factory; it arrives on Friday.' : '闭门器要厂家发货，周五到货后当天安装。',
})

export const STATES = [
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
    role: 'resident',
    name: 'ticket-extended',
    run: async ({ page, look, numbers, go, snap }) => {
      await ticketWith(page, { state: 'in_progress', next_step: 'resolve', next_due: inDays(5), overdue: false, extension: laterAsked(look, 'granted') })
      await go(`/tickets/${numbers.ticket}`)
      await snap('ticket-extended', { whole: false })
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
    },
  })),
  // Anybody
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
      await go('/rate')
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
    run: async ({ page, numbers, go, snap }) => {
      await go(`/buildings/${numbers.building}/poster`)
      await page.emulateMedia({ media: 'print' })
      await page.setViewportSize(A4)
      await snap('poster-a4', { whole: false })
      const pages = (await page.pdf({ preferCSSPageSize: true, printBackground: true })).toString('latin1').match(/\/Type\s*\/Page\b/g) ?? []
      if (pages.length !== 1) throw new Error(`the poster takes ${pages.length} sheets of paper`)
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
      await ticketWith(page, { state: 'dispatched', actions: ['acknowledge', 'return', 'message'] })
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
      await ticketWith(page, { state: 'returned', next_step: 'acknowledge', actions: ['return_grant', 'return_refuse', 'message'], you: 'officer', return: asked })
      await go(`/tickets/${numbers.ticket}`)
      await snap('returned')
      await mainAction(page).click()
      await sheet(page).locator('.choice label').first().waitFor()
      await snap('dispatch', { whole: false })
      await sheet(page).locator('.choice label').last().click()
      await sheet(page).locator('.sheet-action .btn').click()
      await snap('dispatch-faults', { whole: false })
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
    role: 'center_officer',
    name: 'desk-open',
    desk: true,
    run: async (scene) => {
      await openDesk(scene)
      await scene.snap('desk-open', { whole: false })
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
      await page.keyboard.press('Escape')
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
          { row: 7, column: '入住日期', code: 'import.date_serial' },
          { row: 31, column: '小区名称', code: 'import.estate_differs', params: { first_row: 30 } },
          { row: 96, column: '社区代码', code: 'import.bad_community_code' },
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
    name: 'estates-none',
    run: async ({ page, go, snap }) => {
      await go('/estates')
      await page.locator('input[type="search"]').fill('没有这个小区')
      await page.locator('.empty').waitFor()
      await snap('estates-none')
    },
  },
]
