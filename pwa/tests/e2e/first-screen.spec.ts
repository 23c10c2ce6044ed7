import { expect, test, type Locator } from '@playwright/test'
import { loginOf, phoneOf } from './support'

const PHONE = { viewport: { width: 390, height: 844 } }
const boxOf = async (one: Locator) => (await one.boundingBox())!
const overlap = (a: { x: number; y: number; width: number; height: number }, b: typeof a) => a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height

/** What is out at the resident's home: now, and tomorrow. */
function bulletins(estate: number) {
  const at = (hours: number) => new Date(Date.now() + hours * 3600_000).toISOString()
  const one = { id: 1, category: 'REP-08', estate_id: estate, estate_name: '和谐花园', buildings: [], text: '主管爆裂，正在抢修。', meanwhile: '社区门口有供水车。', from_at: at(-2), until_at: at(5), state: 'running', changes: 0, party: { name: '和顺物业（演示）', phone24: '0379-67900001' } }
  return { items: [one, { ...one, id: 2, from_at: at(20), until_at: at(24), state: 'planned' }] }
}

for (const size of ['xl', 'xxl']) {
  test(`in the elder mode, letters ${size}, whatever is to be told leaves the four big buttons on the first screen`, async ({ browser, request }) => {
    const { page, context, eyes } = await phoneOf(browser, await loginOf(request, 'resident'), PHONE)
    const { home } = await eyes.json<{ home: { estate_id: number } }>('/api/v1/me')
    await context.addInitScript((letters) => {
      localStorage.setItem('linli.elder', '1')
      localStorage.setItem('linli.size', letters)
    }, size)
    await page.route('**/api/v1/home-bulletins', (route) => route.fulfill({ json: bulletins(home.estate_id) }))
    await page.goto('/')
    await expect(page.locator('[data-bulletins] article')).toHaveCount(2)
    await expect(page.getByRole('button', { name: '下面有 2 条通知' })).toBeVisible()
    const tabs = await boxOf(page.locator('.tab-bar'))
    expect(await page.locator('.four .one').count()).toBe(4)
    for (const one of await page.locator('.four .one').all()) {
      const { y, height } = await boxOf(one)
      expect(y + height).toBeLessThanOrEqual(tabs.y)
    }
    await page.getByRole('button', { name: '下面有 2 条通知' }).click()
    await expect(page.locator('[data-bulletins] article').first()).toBeInViewport({ ratio: 0.5 })
    await context.close()
  })
}

test('what is said shortly covers no button that comes next: on a phone, in a sheet, at the desk', async ({ browser, request }) => {
  const operator = await loginOf(request, 'operator_staff')
  const { page, context, eyes } = await phoneOf(browser, operator, PHONE)
  const { items } = await eyes.json<{ items: { id: number }[] }>('/api/v1/tickets?box=desk&filter=open&limit=1')
  const { id } = items[0]!
  await context.route(/\/api\/v1\/tickets\/\d+$/, async (route) => {
    const response = await route.fetch()
    await route.fulfill({ response, json: { ...(await response.json()), state: 'dispatched', next_step: 'acknowledge', actions: ['acknowledge', 'start', 'progress', 'return', 'message'] } })
  })
  await context.route('**/moves', (route) => route.fulfill({ status: 403, contentType: 'application/problem+json', json: { status: 403, title: '', code: 'ticket.not_yours_to_acknowledge', params: {}, request_id: 'x' } }))
  const toast = page.locator('.toast')

  await page.goto(`/tickets/${id}`)
  await page.locator('.page-action .btn').last().click()
  expect(overlap(await boxOf(toast), await boxOf(page.locator('.page-action')))).toBe(false)
  await expect(toast).toHaveCount(0)

  await page.locator('.page-action .btn.line-only').last().click()
  await page.getByRole('dialog').getByRole('textbox').fill('已联系师傅')
  const send = page.getByRole('dialog').locator('.sheet-action')
  await send.getByRole('button').last().click()
  expect(overlap(await boxOf(toast), await boxOf(send))).toBe(false)
  await expect(toast).toHaveCount(0)

  await page.setViewportSize({ width: 1280, height: 900 })
  await page.goto(`/desk?filter=open&ticket=${id}`)
  await page.locator('.desk-ticket .pane-foot .btn').first().click()
  const said = await boxOf(toast)
  for (const one of [...(await page.locator('.pane-foot').all()), page.locator('.filters'), page.locator('.tools'), page.locator('.queue-head')]) expect(overlap(said, await boxOf(one))).toBe(false)
  await context.unrouteAll({ behavior: 'ignoreErrors' }) // the open ticket is looked at again and again
  await context.close()
})
