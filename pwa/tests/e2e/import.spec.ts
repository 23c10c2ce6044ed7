import { expect, test } from '@playwright/test'
import { loginOf, phoneOf } from './support'

test('a register that is refused is told once, on its page, and the next file begins anew', async ({ browser, request }) => {
  const { page, context } = await phoneOf(browser, await loginOf(request, 'center_officer'), { viewport: { width: 390, height: 844 } })
  const file = page.locator('input[type=file]')
  const refusal = page.getByText('这是 PDF，不是表格')
  await page.goto('/import')
  const asked = page.waitForResponse((answer) => answer.url().includes('/api/v1/imports?'))
  await file.setInputFiles({ name: '楼栋表.xlsx', mimeType: 'application/octet-stream', buffer: Buffer.from('%PDF-1.7\n1 0 obj\n') })
  expect((await asked).status()).toBe(415)
  await expect(page.getByRole('alert').filter({ has: refusal })).toBeVisible()
  // A toast comes in the same moment and goes by itself: looked at now, not waited for.
  expect(await refusal.count()).toBe(1)
  expect(await page.locator('.toast').count()).toBe(0)

  await file.setInputFiles({ name: '楼栋表.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.7\n') })
  await expect(page.getByRole('alert')).toHaveCount(1)
  await expect(refusal).toHaveCount(0)
  await context.close()
})
