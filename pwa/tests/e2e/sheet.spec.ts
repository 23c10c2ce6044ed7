import fs from 'node:fs'
import { expect, test } from '@playwright/test'
import { loginOf, phoneOf } from './support'

test('the list of the desk is downloaded as a workbook and as CSV, with one tap each', async ({ browser, request }) => {
  const { page } = await phoneOf(browser, await loginOf(request, 'operator_staff'), { viewport: { width: 1280, height: 860 } })
  await page.goto('/desk?filter=open')
  await page.locator('[data-row]').first().waitFor()

  async function downloaded(name: string): Promise<{ file: string; bytes: Buffer }> {
    const coming = page.waitForEvent('download')
    await page.getByRole('button', { name }).click()
    const file = await coming
    return { file: file.suggestedFilename(), bytes: fs.readFileSync(await file.path()) }
  }

  const book = await downloaded('下载 Excel 表')
  expect(book.file).toMatch(/^邻里工单-\d{4}-\d\d-\d\d\.xlsx$/)
  expect(book.bytes.subarray(0, 4).toString('latin1')).toBe('PK\x03\x04')
  expect(book.bytes.includes('xl/worksheets/sheet1.xml')).toBe(true)
  const said = page.getByText(/已下载 \d+ 件/)
  await expect(said).toBeVisible()
  const rows = Number(/\d+/.exec((await said.textContent())!)![0])

  const table = await downloaded('下载 CSV 表')
  expect(table.file).toMatch(/^邻里工单-.+\.csv$/)
  const lines = table.bytes.toString('utf8').trimEnd().split('\r\n')
  expect(lines[0]).toContain('工单号,类别,类型')
  // Others work on the same county meanwhile: the two are of one list, not of one moment.
  expect(Math.abs(lines.length - 1 - rows)).toBeLessThan(10)
})
