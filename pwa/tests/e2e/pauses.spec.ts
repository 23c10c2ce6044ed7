import { expect, test, type Page } from '@playwright/test'
import { loginOf, phoneOf, unique, type Eyes, type Ticket } from './support'

const PHONE = { viewport: { width: 390, height: 844 } }
test.use(PHONE)
test.setTimeout(180_000)

interface Paused extends Ticket {
  resolve_due: string
  paused_until?: string
  pause?: { why: string; note?: string; until: string; due_before: string }
  pause_days?: { first: string; last: string }
}

/** What is rare stands behind "more", or quietly at the end of the page. */
async function rare(page: Page, words: string): Promise<void> {
  const quiet = page.getByRole('main').getByRole('button', { name: words })
  if (!(await quiet.isVisible())) await page.getByRole('button', { name: '更多' }).click()
  await page.getByRole('button', { name: words, exact: true }).click()
}

test('the party waits for parts, the reporter ends that and sets a day, and everybody reads the date', async ({ browser, request }) => {
  const words = unique('三楼楼道灯坏了')
  const order = '灯具已向厂家订货，单号 A-17'
  const reporter = await phoneOf(browser, await loginOf(request, 'resident'), PHONE)
  const handler = await phoneOf(browser, await loginOf(request, 'operator_staff'), PHONE)
  const seen = (eyes: Eyes) => eyes.json<Paused>(`/api/v1/tickets/${ticket.id}`)

  const { home } = await reporter.eyes.json<{ home: { building_id: number } }>('/api/v1/me')
  const filed = await request.post('/api/v1/tickets', {
    headers: { 'X-Linli-Client': 'pwa', Authorization: `Bearer ${reporter.eyes.token}` },
    data: { client_id: crypto.randomUUID(), category: 'REP-01', text: words, building_id: home.building_id },
  })
  expect(filed.status(), await filed.text()).toBe(201)
  const { ticket } = (await filed.json()) as { ticket: Paused }

  await test.step('the party says what it ordered, and until when', async () => {
    const { page } = handler
    await page.goto(`/tickets/${ticket.id}`)
    await page.getByRole('button', { name: '接单' }).click()
    await expect(page.getByText('您接单了')).toBeVisible()
    await rare(page, '等配件，暂停')
    const sheet = page.getByRole('dialog')
    await sheet.getByRole('button', { name: '暂停', exact: true }).click()
    await expect(sheet.getByText('请写清订了什么、向谁订、单号')).toBeVisible()
    await sheet.getByLabel('订了什么、向谁订、单号').fill('处理中')
    await sheet.getByRole('button', { name: '暂停', exact: true }).click()
    await expect(page.getByText('请写清订了什么、向谁订、单号是多少。')).toBeVisible()
    await sheet.getByLabel('订了什么、向谁订、单号').fill(order)
    await sheet.getByRole('button', { name: '暂停', exact: true }).click()
    await expect(page.getByText(/您在等配件，暂停到/)).toBeVisible()
  })

  await test.step('the reporter reads why and until when, and ends it', async () => {
    const { page, eyes } = reporter
    const paused = await seen(eyes)
    expect(paused.pause?.note).toBe(order)
    expect(Date.parse(paused.resolve_due)).toBeGreaterThan(Date.parse(ticket.resolve_due))
    await page.goto(`/tickets/${ticket.id}`)
    await expect(page.locator('.next')).toContainText(order)
    await rare(page, '恢复办理')
    await page.getByRole('dialog').getByRole('button', { name: '恢复办理' }).last().click()
    await expect(page.getByText(/您恢复了办理/)).toBeVisible()
    const ended = await seen(eyes)
    expect(ended.pause).toBeUndefined()
    expect(Date.parse(ended.resolve_due)).toBeLessThan(Date.parse(paused.resolve_due))
  })

  await test.step('the reporter sets a day of his own', async () => {
    const { page, eyes } = reporter
    await rare(page, '另约日期')
    const sheet = page.getByRole('dialog')
    await sheet.getByLabel('想说的话').fill('周末才在家')
    await sheet.getByRole('button', { name: '暂停', exact: true }).click()
    await expect(page.getByText(/您另约了日期，暂停到/)).toBeVisible()
    const set = await seen(eyes)
    expect(set.pause).toMatchObject({ why: 'day', note: '周末才在家', until: set.paused_until })
  })

  await test.step('the party reads that, and cannot wait for parts a second time', async () => {
    const { page, eyes } = handler
    await page.goto(`/tickets/${ticket.id}`)
    await expect(page.getByText(/反映人另约了日期/)).toBeVisible()
    await expect(page.locator('.next')).toContainText('周末才在家')
    const answer = await request.post(`/api/v1/tickets/${ticket.id}/pauses/end`, { headers: { 'X-Linli-Client': 'pwa', Authorization: `Bearer ${eyes.token}` }, data: {} })
    expect(answer.status(), await answer.text()).toBe(200)
    const again = await request.post(`/api/v1/tickets/${ticket.id}/pauses`, {
      headers: { 'X-Linli-Client': 'pwa', Authorization: `Bearer ${eyes.token}` },
      data: { why: 'parts', note: order, until: ticket.pause_days?.first ?? (await seen(reporter.eyes)).pause_days?.first },
    })
    expect(again.status()).toBe(409)
    expect(await again.json()).toMatchObject({ code: 'ticket.pause_used' })
  })

  for (const one of [reporter, handler]) await one.context.close()
})
