import { expect, test } from '@playwright/test'
import { fileAtHome, loginOf, looksRight, phoneOf, unique, type Ticket } from './support'

const PHONE = { viewport: { width: 390, height: 844 } }
test.use(PHONE)
test.setTimeout(180_000)

interface Called extends Ticket {
  closing: number
  send_backs: number
  timeline: { action: string; actor_role: string; note?: string }[]
}
interface Callback {
  id: number
  ticket_id: number
}

test('a resident confirms a complaint; the station calls back, hears that it is not solved, and it is open again: the resident reads why, the party reads no more than that', async ({ browser, request }) => {
  const resident = await phoneOf(browser, await loginOf(request, 'resident'), PHONE)
  const operator = await phoneOf(browser, await loginOf(request, 'operator_staff'), PHONE)
  const station = await phoneOf(browser, await loginOf(request, 'station_staff'), PHONE)
  const words = unique('楼道两周没人打扫')
  const ticket = (await fileAtHome(resident.eyes, 'CLN-02', words)) as Called
  await operator.eyes.post(`/api/v1/tickets/${ticket.id}/moves`, { action: 'acknowledge' })
  await operator.eyes.post(`/api/v1/tickets/${ticket.id}/done`, { client_id: crypto.randomUUID(), result: '已安排保洁清扫一遍' })
  await resident.eyes.post(`/api/v1/tickets/${ticket.id}/confirmations`, { client_id: crypto.randomUUID(), closing: 1, level: 4 })

  const { items, ...hours } = await station.eyes.json<{ items: Callback[]; call_from: string; call_to: string }>('/api/v1/callbacks')
  // Nobody is called at night, whenever this runs: then the journey ends at the refusal.
  const clock = new Date().toLocaleTimeString('en-GB', { timeZone: 'Asia/Shanghai', hour: '2-digit', minute: '2-digit' })
  const night = clock < hours.call_from || clock >= hours.call_to
  const drawn = items.find((one) => one.ticket_id === ticket.id)
  expect(drawn, 'every complaint is called back by the station').toBeDefined()
  expect((await operator.eyes.ask('/api/v1/callbacks')).status()).toBe(403)
  await operator.page.goto('/callbacks')
  await expect(operator.page).toHaveURL(/denied/)

  const said = '只扫了一楼，二楼往上还是脏'
  await test.step('the station finds it, asks for the number, and tells what came of the call', async () => {
    const { page } = station
    await page.goto('/me')
    await page.getByRole('link', { name: /回访/ }).click()
    const card = page.locator('.ask').filter({ hasText: ticket.number })
    await expect(card).toContainText('已安排保洁清扫一遍')
    await expect(card).toContainText('投诉，必访')
    await expect(card.getByRole('link', { name: /拨打|打电话/ })).toHaveCount(0)
    await looksRight(page)
    await card.getByRole('button', { name: '看电话' }).click()
    await expect(card.locator('a[href^="tel:1"]')).toBeVisible()
    await looksRight(page)
    const sheet = page.getByRole('dialog')
    await card.getByRole('button', { name: `没打通 ${ticket.number}` }).click()
    await expect(sheet).toContainText('这是第 1 次没打通')
    await looksRight(page)
    await sheet.getByRole('button', { name: '关闭' }).click()
    await card.getByRole('button', { name: `解决了 ${ticket.number}`, exact: true }).click()
    await expect(sheet).not.toContainText('要不要退回去重办')
    await sheet.getByRole('radio').nth(1).check({ force: true })
    await expect(sheet).toContainText('要不要退回去重办')
    await sheet.getByRole('button', { name: '关闭' }).click()
    await card.getByRole('button', { name: `没解决 ${ticket.number}` }).click()
    await sheet.getByRole('button', { name: '退回重办' }).click()
    await expect(sheet).toContainText('请写下他说的话')
    await looksRight(page)
    await sheet.getByLabel('他说哪里没解决？').fill(`${said}，我电话13812345678`)
    // A look is over after some hours: the number goes, and can be asked for again; the words stay.
    await page.route('**/results', (route) => route.fulfill({ status: 409, contentType: 'application/problem+json', body: JSON.stringify({ status: 409, code: 'callback.look_first', params: { hours: 12 } }) }), { times: 1 })
    await sheet.getByRole('button', { name: '退回重办' }).click()
    await expect(sheet).toHaveCount(0)
    await card.getByRole('button', { name: '看电话' }).click()
    await card.getByRole('button', { name: `没解决 ${ticket.number}` }).click()
    await expect(sheet.getByLabel('他说哪里没解决？')).toHaveValue(`${said}，我电话13812345678`)
    await sheet.getByRole('button', { name: '退回重办' }).click()
    if (night) {
      await expect(sheet).toContainText(`请在 ${hours.call_from}–${hours.call_to} 之间打`)
      return
    }
    await expect(sheet).toHaveCount(0)
    await expect(card).toHaveCount(0)
    await expect(page.getByRole('region', { name: '回访完成情况' })).toBeVisible()
  })

  if (night) return

  await test.step('the party has it again, and reads that it was sent back: nobody called anybody, as far as it knows', async () => {
    const seen = await operator.eyes.json<Called>(`/api/v1/tickets/${ticket.id}`)
    expect(seen.state).toBe('in_progress')
    expect(seen.send_backs).toBe(1)
    const last = seen.timeline.at(-1)!
    expect([last.action, last.actor_role]).toEqual(['send_back', 'resident'])
    const all = JSON.stringify(seen)
    expect(all).toContain(said)
    for (const hidden of ['callback', 'reopen', 'contact_view', '13812345678']) expect(all).not.toContain(hidden)
    await operator.page.goto(`/tickets/${ticket.id}`)
    await expect(operator.page.getByText(said).first()).toBeVisible()
    await expect(operator.page.getByText('回访')).toHaveCount(0)
  })

  await test.step('the resident reads who looked at the number, why, and what was written down', async () => {
    await resident.page.goto(`/tickets/${ticket.id}`)
    await expect(resident.page.getByText(/看了您的电话，要问您事情解决了没有/)).toBeVisible()
    await expect(resident.page.getByText(/您在电话里告诉.*没解决，已退回重办/)).toBeVisible()
    await expect(resident.page.getByText(said).first()).toBeVisible()
    await looksRight(resident.page)
  })
})
