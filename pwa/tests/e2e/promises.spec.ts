import { expect, test } from '@playwright/test'
import { loginOf, looksRight, phoneOf, unique, fileAtHome, type Ticket } from './support'

const PHONE = { viewport: { width: 390, height: 844 } }
test.use(PHONE)
test.setTimeout(240_000)

type Promised = Ticket & { promise: { day: string; redates: number; asks: boolean; end?: string }; resolve_due: string }

test('the operator promises a day and names a later one, the resident reads both and says without a network that it was not kept, and everybody reads that', async ({ browser, request }) => {
  const resident = await phoneOf(browser, await loginOf(request, 'resident'), PHONE)
  const operator = await phoneOf(browser, await loginOf(request, 'operator_staff'), PHONE)
  const { home } = await resident.eyes.json<{ home: { building_id: number; estate_id: number } }>('/api/v1/me')
  const ticket = await fileAtHome(resident.eyes, 'REP-01', unique('楼道灯不亮'))
  const path = `/tickets/${ticket.id}`
  const seen = () => operator.eyes.json<Promised>(`/api/v1${path}`)
  await operator.eyes.post(`/api/v1${path}/moves`, { action: 'acknowledge' })
  const due = (await seen()).resolve_due

  await test.step('the operator names a day and a result', async () => {
    const { page } = operator
    await page.goto(path)
    await page.getByRole('button', { name: '承诺日期' }).click()
    const sheet = page.getByRole('dialog')
    await sheet.getByRole('button', { name: '作出承诺' }).click()
    await expect(sheet).toContainText('请写清到时办到什么')
    await looksRight(page)
    await sheet.getByLabel('到时办到什么').fill('换好三楼的灯')
    await sheet.getByRole('button', { name: '作出承诺' }).click()
    await expect(sheet).toHaveCount(0)
    await expect(page.getByText('换好三楼的灯').first()).toBeVisible()
    await looksRight(page)
    const now = await seen()
    expect(now.promise.asks).toBe(false)
    expect(now.resolve_due).toBe(due)
  })

  await test.step('the resident reads it as a date in words, and is not asked yet', async () => {
    const { page } = resident
    await page.goto(path)
    await expect(page.getByRole('heading', { name: /承诺.*办到/ })).toBeVisible()
    await expect(page.getByText('到那天晚上，这里会问您兑现了没有')).toBeVisible()
    await expect(page.getByRole('button', { name: '没有办到' })).toHaveCount(0)
    await looksRight(page)
  })

  await test.step('before the day the operator names a later one, with the reason', async () => {
    const { page } = operator
    await page.getByRole('button', { name: '承诺改期' }).click()
    const sheet = page.getByRole('dialog')
    await sheet.getByLabel('为什么改期').fill('厂家发错了型号')
    await looksRight(page)
    await sheet.getByRole('button', { name: '改期' }).last().click()
    await expect(sheet).toHaveCount(0)
    await expect(page.getByText(/原定.*改过 1 次.*厂家发错了型号/)).toBeVisible()
    const now = await seen()
    expect(now.promise.redates).toBe(1)
    expect(now.resolve_due).toBe(due)
  })

  await test.step('the operator says that it is fulfilled', async () => {
    const { page } = operator
    // Beside "done" it is the lesser thing, and says what it does.
    await expect(page.getByText('这件事还没办结。整件办好了，请点“办好了”')).toBeVisible()
    await expect(page.locator('.page-action').getByRole('button', { name: '办好了', exact: true })).toBeVisible()
    const lesser = page.getByRole('button', { name: '只说承诺办到了' })
    expect(await lesser.evaluate((button) => getComputedStyle(button).backgroundColor)).toBe('rgba(0, 0, 0, 0)')
    await lesser.click()
    await looksRight(page)
    await page.getByRole('button', { name: '办到了，请他回答' }).click()
    await expect(page.getByText(/这件承诺的事已经办到了/)).toBeVisible()
  })

  await test.step('the resident is asked, takes his word back, and says it again without a network', async () => {
    const { page } = resident
    await page.goto('/')
    await expect(page.getByText('承诺的事办到了吗？').first()).toBeVisible()
    await page.goto(path)
    await expect(page.getByText('答应您的事，办到了吗？')).toBeVisible()
    await expect(page.getByText('整件事办好后，会另外请您确认、打分')).toBeVisible()
    await looksRight(page)
    await page.context().setOffline(true)
    await page.getByRole('button', { name: '办到了', exact: true }).click()
    await expect(page.getByText('您说：办到了')).toBeVisible()
    await page.getByRole('button', { name: '收回' }).click()
    await page.getByRole('button', { name: '没有办到' }).click()
    await expect(page.getByText('您的回答已存在手机上')).toBeVisible({ timeout: 30_000 })
    expect((await seen()).promise.end).toBeUndefined()
    await looksRight(page)
    await page.context().setOffline(false)
    await expect(page.getByText('没有兑现：上报人说没有办到')).toBeVisible({ timeout: 60_000 })
    await looksRight(page)
  })

  await test.step('the operator reads that it was not kept, and the estate’s page lists it', async () => {
    const { page } = operator
    await page.reload()
    await expect(page.getByText('没有兑现：上报人说没有办到')).toBeVisible()
    await expect(page.getByText('上报人说承诺没有兑现')).toBeVisible()
    await looksRight(page)
    const there = resident.page
    await there.goto(`/estates/${home.estate_id}`)
    const rate = there.locator('section').filter({ has: there.getByRole('heading', { name: '承诺兑现率' }) })
    await rate.getByText(/看这些承诺/).click()
    await expect(rate.getByRole('link').filter({ hasText: '换好三楼的灯' })).toContainText('没有兑现')
    await looksRight(there)
  })
})
