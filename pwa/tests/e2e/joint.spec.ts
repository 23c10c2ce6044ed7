import { expect, test, type APIRequestContext } from '@playwright/test'
import { arrivedOnce, chooseCategory, type Eyes, type Login, loginOf, looksRight, phoneOf, signInByApi, stored, type Ticket, unique } from './support'

const PHONE = { viewport: { width: 390, height: 844 } }
test.use(PHONE)
test.setTimeout(240_000)

const CATEGORY = '服务不达标（合同不符）'
/** A resident of the demo county, by his place in it. */
const somebody = (resident: Login, n: number): Login => ({ ...resident, phone: `1990000${4100 + n}`, name: `住户 ${n}` })

interface Joint extends Ticket {
  joint: boolean
  supporters?: string
  households?: number
  version: number
  joint_matter?: { answer?: string }
}

function post(request: APIRequestContext, eyes: Eyes, path: string, data: unknown) {
  return request.post(path, { headers: { 'X-Linli-Client': 'pwa', Authorization: `Bearer ${eyes.token}` }, data })
}

/** Ten households bring one matter to a written answer: each by its own phone, the last two by hand. */
test('a report is offered, supported, joint by the tenth household, and answered in writing', async ({ browser, request, playwright, baseURL }) => {
  const words = unique('保洁说好每天一次，半个月没有来')
  const resident = await loginOf(request, 'resident')
  const officer = await signInByApi(await playwright.request.newContext({ baseURL }), await loginOf(request, 'center_officer'))
  const centre = await playwright.request.newContext({ baseURL })

  const reporter = await phoneOf(browser, resident, PHONE)
  const { home } = await reporter.eyes.json<{ home: { estate_id: number; building_id: number; unit_id: number } }>('/api/v1/me')
  const steward = await signInByApi(await playwright.request.newContext({ baseURL }), await loginOf(request, 'building_steward'))
  const poster = await steward.json<{ token: string }>(`/api/v1/buildings/${home.building_id}/poster`)

  let ticket!: Ticket
  await test.step('one household files: nothing like it is there, so nothing is offered', async () => {
    const { page } = reporter
    await page.goto('/tickets/new')
    await chooseCategory(page, CATEGORY)
    await page.getByLabel('说明情况').fill(words)
    await page.getByRole('button', { name: '提交' }).click()
    ticket = await arrivedOnce(reporter.eyes, words)
  })

  const { items: units } = await reporter.eyes.json<{ items: { id: number }[] }>(`/api/v1/buildings/${home.building_id}/units`)
  const free = units.filter((unit) => unit.id !== home.unit_id).slice(-9)
  /** Moves somebody into a home of the building, as the centre confirms. */
  async function movesIn(n: number): Promise<{ login: Login; request: APIRequestContext; eyes: Eyes }> {
    const own = await playwright.request.newContext({ baseURL })
    const login = somebody(resident, n)
    const eyes = await signInByApi(own, login)
    const asked = await post(own, eyes, '/api/v1/memberships', { unit_id: free[n]!.id, relation: 'owner' })
    expect(asked.ok(), await asked.text()).toBe(true)
    const { id } = (await asked.json()) as { id: number }
    const decided = await post(centre, officer, `/api/v1/memberships/${id}/decision`, { approve: true, method: 'visit' })
    expect(decided.ok(), await decided.text()).toBe(true)
    return { login, request: own, eyes }
  }

  const second = await movesIn(0)
  const phone = await phoneOf(browser, second.login, PHONE)
  await test.step('a neighbour who is about to file the same is offered it, and supports it without a network', async () => {
    const { page, context } = phone
    await page.goto(`/tickets/new?poster=${poster.token}`)
    await chooseCategory(page, CATEGORY)
    const offer = page.locator('.similar')
    await expect(offer.getByText('邻居已经反映过')).toBeVisible()
    await expect(offer).not.toContainText(words)
    await expect(offer).not.toContainText(ticket.number)
    // It never stands in the way: the form goes on below it.
    await expect(page.getByLabel('说明情况')).toBeVisible()
    await expect(page.getByRole('button', { name: '提交' })).toBeEnabled()
    await context.setOffline(true)
    await offer.getByRole('button', { name: '我家也一样，附议' }).click()
    await expect(page.getByText('附议已保存在手机，联网后自动发送')).toBeVisible()
    expect(await stored(page, 'outbox')).toHaveLength(1)
    await context.setOffline(false)
    await expect(page.getByText('附议的不到 3 户')).toBeVisible({ timeout: 45_000 })
    // Who supports stays hidden as well: he calls others.
    const called = page.locator('main a[href^="tel:"]')
    await expect(called.last()).toHaveAttribute('href', 'tel:12345')
    expect(await called.evaluateAll((all) => all.map((one) => one.getAttribute('href')))).not.toContain(`tel:${ticket.handling_party.phone24.replaceAll('-', '')}`)
    await expect(page.getByRole('main')).not.toContainText(words)
  })

  const handler = await phoneOf(browser, await loginOf(request, 'operator_staff'), PHONE)
  const joint = (eyes: Eyes) => eyes.json<Joint>(`/api/v1/tickets/${ticket.id}`)
  await test.step('seven more households support it, and the party sees nothing move', async () => {
    const before = await joint(handler.eyes)
    for (let n = 1; n <= 7; n++) {
      const one = await movesIn(n)
      const answer = await post(one.request, one.eyes, `/api/v1/tickets/${ticket.id}/supports`, { client_id: crypto.randomUUID() })
      expect(answer.status(), await answer.text()).toBe(201)
    }
    const after = await joint(handler.eyes)
    expect(after).toEqual(before)
    expect(after.supporters).toBe('few')
    const known = await joint(officer)
    expect(known.households).toBe(9)
    expect(known.joint).toBe(false)
  })

  const tenth = await phoneOf(browser, (await movesIn(8)).login, PHONE)
  await test.step('the tenth makes it joint', async () => {
    const { page } = tenth
    await page.goto(`/tickets/new?poster=${poster.token}`)
    await chooseCategory(page, CATEGORY)
    await page.getByRole('button', { name: '我家也一样，附议' }).click()
    await expect(page.getByRole('heading', { name: '联名诉求' })).toBeVisible({ timeout: 30_000 })
    await expect(page.getByText(/应在.*书面答复/)).toBeVisible()
    expect((await joint(officer)).joint).toBe(true)
  })

  const answer = '接受：自明日起每日保洁一次，考勤每周公示'
  await test.step('the party finds it among the joint ones, takes it and answers in writing', async () => {
    const { page, eyes } = handler
    await page.goto('/desk?filter=joint')
    await page.locator(`a[href="/tickets/${ticket.id}"]`).click()
    await page.getByRole('button', { name: '接单' }).click()
    await expect(page.getByText('您接单了')).toBeVisible()
    await page.getByRole('button', { name: '书面答复' }).click()
    const sheet = page.getByRole('dialog')
    await sheet.getByRole('button', { name: '发出答复' }).click()
    await expect(sheet.getByText('请写答复')).toBeVisible()
    await sheet.locator('label', { hasText: /^接受$/ }).click()
    await sheet.getByLabel('答复', { exact: true }).fill(answer)
    await sheet.getByRole('button', { name: '发出答复' }).click()
    await expect(page.getByText('您书面答复：接受')).toBeVisible()
    const whole = JSON.stringify(await joint(eyes))
    for (const secret of [second.login.phone, resident.name, '住户']) expect(whole).not.toContain(secret)
  })

  await test.step('every household reads it, and the centre has it in its list', async () => {
    await phone.page.reload()
    await expect(phone.page.getByText(answer).first()).toBeVisible()
    await looksRight(phone.page, '/supported/:id')
    await reporter.page.goto(`/tickets/${ticket.id}`)
    await expect(reporter.page.getByText(answer).first()).toBeVisible()
    expect((await officer.json<{ items: Ticket[] }>('/api/v1/tickets?box=all&filter=joint')).items.map((one) => one.id)).toContain(ticket.id)
  })

  await test.step('a household takes its voice back, and nobody sees it', async () => {
    const before = await joint(handler.eyes)
    const { page } = phone
    await page.getByRole('button', { name: '撤回附议' }).click()
    await page.getByRole('dialog').getByRole('button', { name: '撤回', exact: true }).click()
    await expect(page.getByText('已撤回附议')).toBeVisible({ timeout: 30_000 })
    expect((await joint(officer)).households).toBe(9)
    expect(await joint(handler.eyes)).toEqual(before)
    await page.goto('/tickets')
    await expect(page.getByRole('heading', { name: '我家附议的' })).toHaveCount(0)
  })

  for (const one of [reporter, phone, handler, tenth]) await one.context.close()
})
