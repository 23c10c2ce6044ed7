import { expect, test } from '@playwright/test'
import { arrivedOnce, chooseCategory, loginOf, phoneOf, unique } from './support'

test.use({ viewport: { width: 390, height: 844 } })

test('the steward prints a slip for a neighbour, who sees with it how far it is, without an account', async ({ browser, request }) => {
  const words = unique('王奶奶家门口的灯不亮，金丝雀')
  const steward = await phoneOf(browser, await loginOf(request, 'building_steward'))
  await steward.page.goto('/tickets/new?for=neighbour')
  await chooseCategory(steward.page, '楼道灯、路灯不亮')
  await steward.page.getByLabel('说明情况').fill(words)
  await steward.page.getByLabel('姓名').fill('王桂英')
  await steward.page.getByRole('radio', { name: '当面说的' }).check()
  await steward.page.getByRole('button', { name: '提交' }).click()
  const { id, number, handling_party: party } = await arrivedOnce(steward.eyes, words)
  const { query_code: code } = await steward.eyes.json<{ query_code: string }>(`/api/v1/tickets/${id}`)

  // The slip says what one needs, and nobody's name.
  await steward.page.getByRole('link', { name: '打印回执' }).click()
  const slip = steward.page.getByRole('article')
  for (const said of [number, `${code.slice(0, 4)} ${code.slice(4)}`, '楼道灯、路灯不亮', party.name, '12345']) await expect(slip).toContainText(said)
  await expect(slip).not.toContainText(/王桂英|金丝雀/)
  await expect(slip).not.toContainText(party.phone24)
  await expect(slip.getByRole('img', { name: '扫一扫' })).toBeVisible()
  await steward.page.goto(`/tickets/${id}`)
  await expect(steward.page.getByRole('link', { name: '打印回执' })).toBeVisible()
  await steward.context.close()

  // Typed by hand from the sign-in page; a wrong letter is told in words.
  const context = await browser.newContext()
  const page = await context.newPage()
  const asked: string[] = []
  page.on('request', (one) => asked.push(one.url()))
  await page.goto('/sign-in')
  await page.getByRole('link', { name: '有回执？查进度' }).click()
  await page.getByRole('button', { name: '查一查' }).click()
  await expect(page.getByText('请填回执上的工单编号')).toBeVisible()
  await page.getByLabel('工单编号').fill(number.replaceAll('-', ' '))
  await page.getByLabel('查询码').fill(`${code.slice(0, 7)}1`)
  await page.getByRole('button', { name: '查一查' }).click()
  await expect(page.getByRole('alert')).toHaveText('编号或查询码不对，请对着回执再看一遍。')
  await page.getByLabel('查询码').fill(`${code.slice(0, 4)} ${code.slice(4)}`.toLowerCase())
  await page.getByRole('button', { name: '查一查' }).click()
  await expect(page.getByRole('heading', { name: `已交给${party.name}，等他们接单` })).toBeVisible()
  await expect(page.locator('main')).toContainText('反映上来')
  await expect(page.locator('main')).not.toContainText(/王桂英|金丝雀/)
  // The number is not shared: a call to the party would tell who asks.
  await expect(page.getByText('对方看到号码就知道是您')).toBeVisible()
  expect(await page.locator('main a[href^="tel:"]').evaluateAll((all) => all.map((one) => one.getAttribute('href')))).toEqual(['tel:12345'])

  // Scanned: the address brings both along, behind the #.
  await page.goto('/privacy')
  await page.goto(`/progress#${number}/${code}`)
  await expect(page.getByRole('heading', { name: `已交给${party.name}，等他们接单` })).toBeVisible()
  expect(asked.some((url) => url.endsWith('/api/v1/progress'))).toBe(true)
  const sent = asked.filter((url) => new URL(url).pathname.includes(code) || new URL(url).search.includes(code))
  expect(sent, 'the code stands in an address that a server sees').toEqual([])
  await context.close()
})
