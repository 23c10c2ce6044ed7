import { expect, test, type Page } from '@playwright/test'
import { fileAtHome, loginOf, looksRight, phoneOf, signInByApi, unique } from './support'

const WIDE = { viewport: { width: 1280, height: 900 }, isMobile: false, hasTouch: false }
const pane = (page: Page) => page.locator('.desk-ticket')
const ticketOf = (page: Page) => new URL(page.url()).searchParams.get('ticket')
/** Of the n-th row of the list, which ticket it is. */
const idOf = async (page: Page, n: number) => (await page.locator('[data-row]').nth(n).getAttribute('data-row'))!

test('the ticket that lies open at the desk is in the address: a reload, the back arrow and a link lead to it, and the list stays', async ({ browser, request }) => {
  const { page, context } = await phoneOf(browser, await loginOf(request, 'operator_staff'), WIDE)
  await page.goto('/desk?filter=open')
  const [first, second] = [await idOf(page, 0), await idOf(page, 1)]
  const number = () => pane(page).locator('.pane-head p').textContent()

  await page.locator('[data-row]').nth(0).click()
  await expect(page).toHaveURL(`/desk?filter=open&ticket=${first}`)
  await expect(pane(page).locator('.matter')).toBeVisible()
  const numberOfFirst = await number()
  await page.reload()
  await expect(pane(page).locator('.pane-head p')).toHaveText(numberOfFirst!)
  await expect(page.locator('[aria-current="true"]')).toHaveAttribute('data-row', first)
  await expect(page.getByRole('button', { name: /^在办/ })).toHaveAttribute('aria-pressed', 'true')

  await page.locator('[data-row]').nth(1).click()
  await expect(page).toHaveURL(`/desk?filter=open&ticket=${second}`)
  await page.goBack()
  await expect(pane(page).locator('.pane-head p')).toHaveText(numberOfFirst!)
  await page.goBack()
  await expect(page).toHaveURL('/desk?filter=open')
  await expect(pane(page)).toHaveCount(0)

  // Closed by hand: the arrow does not open it again. Leafing through with the keys is one step, not twenty.
  await page.locator('[data-row]').nth(0).click()
  await expect.poll(() => ticketOf(page)).toBe(first)
  await page.keyboard.press('j')
  await expect.poll(() => ticketOf(page)).toBe(second)
  await page.keyboard.press('Escape')
  await expect(page).toHaveURL('/desk?filter=open')
  await expect(page.locator(`[data-row="${second}"]`)).toBeFocused()

  // Another list closes it, and says so in the address.
  await page.locator('[data-row]').nth(0).click()
  await expect.poll(() => ticketOf(page)).toBe(first)
  await page.locator('.filters button').nth(1).click()
  await expect.poll(() => ticketOf(page)).toBeNull()
  await expect(pane(page)).toHaveCount(0)
  await context.close()
})

test('on a phone the address of an open ticket leads to its page, with the list before it', async ({ browser, request }) => {
  const { page, context } = await phoneOf(browser, await loginOf(request, 'operator_staff'))
  await page.goto('/desk?filter=open')
  const first = await idOf(page, 0)
  await page.goto(`/desk?filter=open&ticket=${first}`)
  await expect(page).toHaveURL(`/tickets/${first}`)
  await page.getByRole('button', { name: '返回' }).click()
  await expect(page).toHaveURL('/desk?filter=open')
  await expect(page.locator('[data-row]').first()).toBeVisible()
  await context.close()
})

test('two of one party at one matter: the slower one reads who did what, on the ticket, at the desk and in the outbox', async ({ browser, request }) => {
  const resident = await signInByApi(request, await loginOf(request, 'resident'))
  const ticket = await fileAtHome(resident, 'REP-01', unique('楼道灯不亮'))
  const faster = await phoneOf(browser, await loginOf(request, 'operator_manager'))
  const slower = await phoneOf(browser, await loginOf(request, 'operator_staff'))
  const news = slower.page.locator('.banner', { hasText: '刚刚有了新进展' })

  for (const phone of [faster, slower]) {
    await phone.page.goto(`/tickets/${ticket.id}`)
    await expect(phone.page.getByRole('button', { name: '接单' })).toBeVisible()
  }
  await faster.page.getByRole('button', { name: '接单' }).click()
  await expect(faster.page.getByText('您接单了')).toBeVisible()
  await slower.page.getByRole('button', { name: '接单' }).click()
  await expect(news).toContainText(/有限公司接单了（.+）。现在是“已接单”/)
  await expect(slower.page.getByRole('button', { name: '接单' })).toHaveCount(0)

  // Said done by both: what the slower one sent comes back with the reason, and the outbox names the news as well.
  await slower.page.getByRole('button', { name: '办好了' }).click()
  await slower.page.getByLabel('怎么处理的').fill('换了灯泡')
  await slower.page.getByText('拍不了照片').click()
  await slower.page.getByLabel('为什么拍不了').fill('夜间无法拍照')
  await faster.eyes.post(`/api/v1/tickets/${ticket.id}/done`, { client_id: crypto.randomUUID(), result: '已换新灯', no_photo_reason: '夜间无法拍照' })
  await slower.page.getByRole('button', { name: '提交办结' }).click()
  await expect(slower.page.locator('.banner', { hasText: '这件事已经到了下一步' })).toBeVisible()
  await expect(slower.page.getByText(/有限公司说办好了/)).toBeVisible()
  await slower.page.goto('/outbox')
  const refused = slower.page.locator('[data-state="needs_fix"]')
  await expect(refused).toContainText('这件事已经到了下一步')
  await expect(refused).toContainText(/有限公司说办好了，等上报人确认（.+）。现在是“待确认”/)

  // At the desk the pane says it as well.
  const wide = await phoneOf(browser, await loginOf(request, 'operator_staff'), WIDE)
  const next = await fileAtHome(resident, 'REP-01', unique('门厅灯不亮'))
  await wide.page.goto(`/desk?filter=open&ticket=${next.id}`)
  await expect(pane(wide.page).getByRole('button', { name: '接单' })).toBeVisible()
  await faster.eyes.post(`/api/v1/tickets/${next.id}/moves`, { action: 'acknowledge' })
  await pane(wide.page).getByRole('button', { name: '接单' }).click()
  await expect(pane(wide.page).locator('.banner', { hasText: '刚刚有了新进展' })).toContainText(/有限公司接单了/)
  await wide.context.close()
  await slower.context.close()
  await faster.context.close()
})

test('what was just filed and is urgent stands above what is due earlier, until somebody takes it', async ({ browser, request }) => {
  const resident = await phoneOf(browser, await loginOf(request, 'resident'))
  const { page, context } = await phoneOf(browser, await loginOf(request, 'operator_staff'), WIDE)
  const { id } = await fileAtHome(resident.eyes, 'REP-03', unique('井里的污水漫出来了'))
  await page.goto('/desk?filter=open')
  const above = page.locator('.untaken')
  await expect(page.getByRole('heading', { name: /急件，还没接/ })).toBeVisible()
  await expect(above.locator(`[data-row="${id}"]`)).toBeVisible()
  await expect(page.locator(`[data-row="${id}"]`)).toHaveCount(1)
  expect(await page.locator('[data-row]').first().evaluate((row) => row.closest('.untaken') !== null)).toBe(true)
  // Another one comes while the page is open: it waits behind no bar.
  const { id: later } = await fileAtHome(resident.eyes, 'REP-03', unique('又一处污水漫出来了'))
  await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')))
  await expect(above.locator(`[data-row="${later}"]`)).toBeVisible()
  await above.locator(`[data-row="${id}"]`).click()
  await pane(page).getByRole('button', { name: /^接单/ }).click()
  await expect(above.locator(`[data-row="${id}"]`)).toHaveCount(0)
  await expect(page.locator('[data-queue]').locator(`[data-row="${id}"]`)).toHaveCount(1)
  await page.setViewportSize({ width: 390, height: 844 })
  await page.goto('/desk?filter=open')
  await expect(above.locator(`[data-row="${later}"]`)).toBeVisible()
  await looksRight(page)
  await resident.context.close()
  await context.close()
})
