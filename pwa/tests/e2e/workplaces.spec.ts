import { expect, test } from '@playwright/test'
import { loginOf, looksRight, phoneOf, signInByApi, type Ticket } from './support'

const CLIENT = { 'X-Linli-Client': 'pwa' }
const AT_PARTIES = { utility_staff: 'utility_company', agency_staff: 'agency' }

for (const [role, kind] of Object.entries(AT_PARTIES)) {
  test(`whoever is appointed as ${role} works at the desk of that body`, async ({ browser, request }) => {
    const eyes = await signInByApi(request, await loginOf(request, 'center_officer'))
    const { items } = await eyes.json<{ items: { id: number; kind: string }[] }>(`/api/v1/handling-parties?kind=${kind}`)
    const party = items.find((one) => one.kind === kind)
    expect(party, `the demo county has a ${kind}`).toBeDefined()
    const resident = await loginOf(request, 'resident')
    const given = await request.post('/api/v1/appointments', {
      headers: { ...CLIENT, Authorization: `Bearer ${eyes.token}` },
      data: { phone: resident.phone, name: resident.name, role, scope_kind: 'handling_party', scope_id: party!.id, valid_from: '2026-01-01' },
    })
    expect(given.ok(), await given.text()).toBe(true)
    const { id } = (await given.json()) as { id: number }
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
      await request.post(`/api/v1/memberships/${id}/end`, { headers: { ...CLIENT, Authorization: `Bearer ${eyes.token}` }, data: { reason: '试过了' } })
    }
  })
}

test('who stays hidden from the party is led to the station and the hotline, not to its own phone', async ({ browser, request }) => {
  const { page, eyes } = await phoneOf(browser, await loginOf(request, 'resident'), { viewport: { width: 390, height: 844 } })
  const { items } = await eyes.json<{ items: Ticket[] }>('/api/v1/tickets?box=mine&limit=50')
  const id = items[0]!.id
  const one = await eyes.json<Ticket & { handling_party: { phone24: string } }>(`/api/v1/tickets/${id}`)
  const party = `tel:${one.handling_party.phone24.replace(/[^0-9+]/g, '')}`
  const as = async (more: object) => {
    await page.unroute('**/api/v1/tickets/*')
    await page.route(`**/api/v1/tickets/${id}`, async (route) => {
      const response = await route.fetch()
      await route.fulfill({ response, json: { ...(await response.json()), you: 'reporter', kind: 'complaint', state: 'dispatched', query_code: 'ABCD2345', ...more } })
    })
    await page.goto('/privacy')
    await page.goto(`/tickets/${id}`)
    await expect(page.getByText(/编号/).first()).toBeVisible()
  }

  await as({ protected: false, urgency: 'u3' })
  await expect(page.locator(`a[href="${party}"]`)).toHaveCount(1)

  await as({ protected: true, urgency: 'u3' })
  await expect(page.locator('a[href="tel:12345"]')).toHaveCount(1)
  await expect(page.locator(`a[href="${party}"]`)).toHaveCount(0)
  await expect(page.getByText('打电话问进度时，报工单号')).toHaveCount(0)
  await expect(page.getByText('也不知道是几点反映的')).toBeVisible()
  await looksRight(page)

  await as({ protected: true, urgency: 'u1', on_duty: { title: '夜班值班长', name_masked: '王*', phone: '0379-06005001' } })
  await expect(page.locator('.duty')).toContainText('打给对方，对方会知道是您')
  await expect(page.locator('.duty')).not.toContainText('可以直接打')
  await expect(page.getByText('对方能推出大概几点反映的')).toBeVisible()
  await looksRight(page)
})

test('a code that was refused is not sent again, until it is changed', async ({ page }) => {
  const sent: string[] = []
  await page.route('**/api/v1/session/codes', (route) => route.fulfill({ json: { request_id: 'r', expires_in: 300, resend_after: 60 } }))
  await page.route('**/api/v1/session', (route) => {
    sent.push((route.request().postDataJSON() as { code: string }).code)
    return route.fulfill({ status: 422, contentType: 'application/problem+json', json: { code: 'session.code_wrong', params: { tries_left: 4 } } })
  })
  await page.goto('/sign-in')
  await page.getByLabel('手机号').fill('13800000000')
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
  const { page } = await phoneOf(browser, await loginOf(request, 'station_staff'))
  let asked = 0
  const row = { id: 1, role: 'resident', status: 'pending', scope_kind: 'unit', scope_id: 1, scope_name: '和谐花园 3号楼 501', valid_from: '2026-11-01', relation: 'owner', account_name: '王女士', phone_masked: '138****0000', asked_at: '2026-11-01T08:00:00+08:00' }
  await page.route('**/api/v1/memberships?*', (route) => route.fulfill({ json: { items: asked++ === 0 ? [row] : [] } }))
  await page.route('**/api/v1/memberships/1/decision', (route) => route.fulfill({ status: 409, contentType: 'application/problem+json', json: { code: 'membership.decided' } }))
  await page.goto('/requests')
  await page.locator('.request .btn').first().click()
  const sheet = page.getByRole('dialog')
  await sheet.getByLabel('对过业主名册').check()
  await sheet.locator('.sheet-action .btn').click()
  await expect(sheet).toHaveCount(0)
  await expect(page.locator('.request')).toHaveCount(0)
})

test('a ticket that went to others while it lay open at the desk says so', async ({ browser, request }) => {
  const { page, eyes } = await phoneOf(browser, await loginOf(request, 'operator_manager'), { viewport: { width: 1280, height: 900 } })
  const { items } = await eyes.json<{ items: { id: number }[] }>('/api/v1/tickets?box=desk&filter=open&limit=5')
  const id = items[0]!.id
  await page.goto(`/desk?filter=open&ticket=${id}`)
  await expect(page.locator('.desk-ticket .matter')).toBeVisible()
  await page.route(`**/api/v1/tickets/${id}`, (route) => route.fulfill({ status: 404, contentType: 'application/problem+json', json: { code: 'ticket.not_found' } }))
  await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')))
  await expect(page.getByText('刚刚已改派给别的单位')).toBeVisible()
  await expect(page.getByText('没有这个页面')).toHaveCount(0)
})
