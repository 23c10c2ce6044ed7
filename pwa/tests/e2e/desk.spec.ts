import { expect, test, type Page } from '@playwright/test'
import { loginOf, phoneOf } from './support'

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
