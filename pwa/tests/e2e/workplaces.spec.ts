import { expect, test } from '@playwright/test'
import { fileAtHome, loginOf, looksRight, phoneOf, signInByApi, unique } from './support'

const AT_PARTIES = { utility_staff: 'utility_company', agency_staff: 'agency' }

for (const [role, kind] of Object.entries(AT_PARTIES)) {
  test(`whoever is appointed as ${role} works at the desk of that body`, async ({ browser, request }) => {
    const eyes = await signInByApi(request, await loginOf(request, 'center_officer'))
    const { items } = await eyes.json<{ items: { id: number; kind: string }[] }>(`/api/v1/handling-parties?kind=${kind}`)
    const party = items.find((one) => one.kind === kind)
    expect(party, `the demo county has a ${kind}`).toBeDefined()
    const resident = await loginOf(request, 'resident')
    const { id } = await eyes.post<{ id: number }>('/api/v1/appointments', { phone: resident.phone, name: resident.name, role, scope_kind: 'handling_party', scope_id: party!.id, valid_from: '2026-01-01' })
    try {
      const { page, context } = await phoneOf(browser, resident, { viewport: { width: 390, height: 844 } })
      await page.goto('/')
      await expect(page).toHaveURL(/\/desk/)
      await expect(page.locator('.lead').first()).not.toHaveText(/^\s*$/)
      await looksRight(page)
      for (const path of ['/overview', '/duty', '/bulletins', '/me']) {
        await page.goto(path)
        await expect(page).toHaveURL(new RegExp(path))
        await expect(page.locator('#content')).toBeVisible()
      }
      await expect(page.getByRole('link', { name: /停用公告|公告/ }).first()).toBeVisible()
      await context.close()
    } finally {
      await eyes.post(`/api/v1/memberships/${id}/end`, { reason: '试过了' })
    }
  })
}

test('who stays hidden from the party is led to the station and the hotline, not to its own phone', async ({ browser, request }) => {
  // The steward reports for himself: the resident of the other tests has used up his reports of the day.
  const { page, eyes } = await phoneOf(browser, await loginOf(request, 'building_steward'), { viewport: { width: 390, height: 844 } })
  const open = async (category: string, more = {}) => {
    const { id } = await fileAtHome(eyes, category, unique('请来看看'), more)
    const { handling_party } = await eyes.json<{ handling_party: { phone24: string } }>(`/api/v1/tickets/${id}`)
    await page.goto(`/tickets/${id}`)
    await expect(page.getByText(/编号/).first()).toBeVisible()
    return page.locator(`a[href="tel:${handling_party.phone24.replace(/[^0-9+]/g, '')}"]`)
  }

  const shared = await open('REP-01', { share_contact: true })
  await expect(shared).toHaveCount(1)

  const repair = await open('REP-01')
  await expect(page.locator('a[href="tel:12345"]')).toHaveCount(1)
  await expect(repair).toHaveCount(0)

  const complaint = await open('SVC-01')
  await expect(page.locator('a[href="tel:12345"]')).toHaveCount(1)
  await expect(complaint).toHaveCount(0)
  await expect(page.getByText('打电话问进度时，报工单号')).toHaveCount(0)
  await expect(page.getByText('也不知道是几点反映的')).toBeVisible()
  await looksRight(page)

  // E-bikes in the stairwell: a complaint with a clock of hours, for which somebody has duty.
  await open('FIRE-03')
  for (const number of ['119', '12345']) await expect(page.locator(`a[href="tel:${number}"]`)).toHaveCount(1)
  await expect(page.getByText('对方看到号码就知道是您')).toBeVisible()
  await expect(page.locator('.duty')).toHaveCount(0)
  await expect(page.getByRole('main')).not.toContainText('可以直接打')
  await expect(page.getByText('对方能推出大概几点反映的')).toBeVisible()
  await expect(page.getByText('也不知道是几点反映的')).toHaveCount(0)
  await looksRight(page)
})

test('a code that was refused is not sent again, until it is changed', async ({ page }) => {
  const sent: string[] = []
  page.on('request', (asked) => {
    if (asked.method() === 'POST' && new URL(asked.url()).pathname === '/api/v1/session') sent.push((asked.postDataJSON() as { code: string }).code)
  })
  await page.goto('/sign-in')
  await page.getByLabel('手机号').fill(`138${String(Date.now()).slice(-8)}`)
  await page.getByRole('button', { name: '获取验证码' }).click()
  const field = page.getByLabel('验证码', { exact: true })
  await field.fill('111111')
  await expect(page.getByRole('alert').first()).toContainText('验证码不对')
  await field.press('Enter')
  await expect(page.getByRole('button', { name: '登录', exact: true })).toBeDisabled()
  await field.fill('222222')
  await expect.poll(() => sent).toEqual(['111111', '222222'])
})

test('there is no form to rate an estate that does not exist', async ({ browser, request }) => {
  const { page } = await phoneOf(browser, await loginOf(request, 'resident'))
  await page.goto('/rate?estate=99999')
  await expect(page.getByText('没有这个小区')).toBeVisible()
  await expect(page.getByRole('button', { name: '提交' })).toHaveCount(0)
  await expect(page.locator('.page-action')).toHaveCount(0)
})

test('a colleague was faster with a request: the sheet closes and the list is looked at again', async ({ browser, request }) => {
  const { page, eyes } = await phoneOf(browser, await loginOf(request, 'center_officer'))
  const { items } = await eyes.json<{ items: { id: number; scope_name: string }[] }>('/api/v1/memberships?status=pending')
  const first = items[0]!
  await page.goto('/requests')
  const card = page.locator('.request').filter({ hasText: first.scope_name })
  await card.locator('.btn').first().click()
  const sheet = page.getByRole('dialog')
  await sheet.getByLabel('对过业主名册').check()
  await eyes.post(`/api/v1/memberships/${first.id}/decision`, { approve: true, method: 'visit' })
  await sheet.locator('.sheet-action .btn').click()
  await expect(sheet).toHaveCount(0)
  await expect(page.locator('#content .lead, #content .empty').first()).toBeVisible()
  await expect(card).toHaveCount(0)
})

test('a ticket that went to others while it lay open at the desk says so', async ({ browser, request }) => {
  const steward = await signInByApi(request, await loginOf(request, 'building_steward'))
  const { page, eyes } = await phoneOf(browser, await loginOf(request, 'operator_manager'), { viewport: { width: 1280, height: 900 } })
  const station = await signInByApi(request, await loginOf(request, 'station_staff'))
  const { id } = await fileAtHome(steward, 'REP-01', unique('路灯不归我们管'))
  const mine = await eyes.json<{ handling_party: { id: number } }>(`/api/v1/tickets/${id}`)
  const { items } = await station.json<{ items: { id: number }[] }>('/api/v1/handling-parties?kind=agency')
  const other = items.find((one) => one.id !== mine.handling_party.id)!.id
  await page.goto(`/desk?filter=open&ticket=${id}`)
  await expect(page.locator('.desk-ticket .matter')).toBeVisible()
  await eyes.post(`/api/v1/tickets/${id}/returns`, { reason: '这盏灯是市政的', proposed_party_id: other })
  await station.post(`/api/v1/tickets/${id}/returns/decision`, { party_id: other, note: '属实' })
  await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')))
  const told = page.getByText('现在已交给别的单位')
  await expect(told).toBeVisible()
  // So it stays: after a reload, and on the ticket's own page.
  for (const path of [page.url(), `/tickets/${id}`]) {
    await page.goto(path)
    await expect(told).toBeVisible()
    await expect(page.getByText('没有这个页面')).toHaveCount(0)
  }
})

test('an overview whose figures are slow says that it waits, and one whose figures do not come says so and asks again', async ({ browser, request }) => {
  for (const [path, figures] of [['overview', '.figures'], ['posted-phones', 'text=在抽签定的时间打的']] as const) {
    const { page, context } = await phoneOf(browser, await loginOf(request, 'center_officer'), { viewport: { width: 390, height: 844 } })
    const slow = `**/api/v1/${path}`
    let letGo = (): void => undefined
    const held = new Promise<void>((resolve) => {
      letGo = resolve
    })
    await page.route(slow, async (route) => {
      await held
      await route.fulfill({ status: 500, contentType: 'application/problem+json', json: { code: 'internal', status: 500 } })
    })
    await page.goto('/overview')
    await expect(page.locator('.skeletons').getByText('正在加载').first()).toBeAttached()
    await expect(page.locator('.skeleton').first()).toBeVisible()
    if (path === 'overview') await expect(page.getByText('正在统计')).toBeVisible()
    await expect(page.locator(figures)).toHaveCount(0)
    letGo()
    const again = page.getByRole('button', { name: '再试一次' })
    await expect(again).toBeVisible()
    await page.unroute(slow)
    await again.click()
    await expect(page.locator(figures)).toBeVisible()
    await context.close()
  }
})
