import { expect, test } from '@playwright/test'
import { loginOf, phoneOf } from './support'

test('a ticket behind a score is opened, and Back leads to the row where one was, with what was open', async ({ browser, request }) => {
  const { page, eyes } = await phoneOf(browser, await loginOf(request, 'operator_manager'), { viewport: { width: 390, height: 844 } })
  const { items } = await eyes.json<{ items: { id: number }[] }>('/api/v1/estates?limit=20')
  let estate = 0
  for (const { id } of items) {
    const { lines } = await eyes.json<{ lines: { rate: string; ticket_id?: number }[] }>(`/api/v1/estates/${id}/score/explanation`)
    if (lines.filter((line) => line.rate === 'resolution_rate' && line.ticket_id).length > 6) estate = id
    if (estate) break
  }
  expect(estate, 'an estate with matters behind its score').toBeGreaterThan(0)
  await page.goto(`/estates/${estate}/score`)
  const block = page.locator('.rate-block').nth(1)
  await block.locator('.lines summary').click()
  await block.getByRole('button', { name: /看全部/ }).click()
  const link = block.locator('tbody a').last()
  await expect(link.locator('xpath=following-sibling::span')).toHaveText(/\d+月\d+日.* · …\d{4}-\d/)
  await link.scrollIntoViewIfNeeded()
  const stood = await page.evaluate(() => window.scrollY)
  expect(stood).toBeGreaterThan(300)
  const to = await link.getAttribute('href')
  await link.click()
  await expect(page).toHaveURL(new RegExp(`${to}$`))
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
  await page.getByRole('button', { name: '返回' }).first().click()
  await expect(block.locator('tbody a').last()).toBeInViewport()
  expect(Math.abs((await page.evaluate(() => window.scrollY)) - stood)).toBeLessThan(120)
  await expect(page.locator('.rate-block').first().locator('.lines')).not.toHaveAttribute('open')
})
