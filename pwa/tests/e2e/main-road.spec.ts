import { expect, test, type Page } from '@playwright/test'
import { addPhoto, arrivedOnce, chooseCategory, countTaps, drawJpeg, loginOf, phoneOf, shellIsKept, signInByHand, stored, ticketsWith, unique, write, type Eyes, type Ticket } from './support'

/** From home, or from a poster on the door. */
const MOST_TAPS = 6
const PHONE = { viewport: { width: 390, height: 844 } }
test.use(PHONE)
// Several people on several phones, one after the other: this road is long.
test.setTimeout(180_000)

interface Explanation {
  lines: { ticket_id?: number }[]
  figures: { tickets_per_100_households: { households: number } }
}

async function storedPhoto(eyes: Eyes, id: number, kind: string): Promise<void> {
  const photoOf = async () => (await eyes.json<Ticket>(`/api/v1/tickets/${id}`)).photos.find((photo) => photo.kind === kind)
  await expect.poll(async () => (await photoOf())?.status, { timeout: 45_000 }).toBe('stored')
  const bytes = await eyes.ask(`/api/v1/photos/${(await photoOf())!.id}?size=full`)
  expect(bytes.headers()['content-type']).toBe('image/jpeg')
  const body = await bytes.body()
  expect(body.subarray(0, 2).toString('hex')).toBe('ffd8')
  expect(body.length).toBeGreaterThan(10_000)
}

/** Opens the ticket again, as somebody does who wants to know how it stands. */
async function openTicket(page: Page, id: number): Promise<void> {
  await page.goto(`/tickets/${id}`)
  await expect(page.getByRole('heading', { name: '经过' })).toBeVisible()
}

test('reported without a network, answered with photos, confirmed, explained and seen', async ({ page, context, browser, request }) => {
  const words = unique('三楼楼道灯不亮')
  const resident = await loginOf(request, 'resident')
  const handler = await loginOf(request, 'operator_staff')
  const officer = await loginOf(request, 'center_officer')
  const taps = await countTaps(context)
  let signedInAfter = 0

  await test.step('the resident signs in and begins a report', async () => {
    await signInByHand(page, resident)
    signedInAfter = taps()
    await page.getByRole('link', { name: /上报问题/ }).click()
    await chooseCategory(page, '楼道灯、路灯不亮')
    await shellIsKept(page)
    await addPhoto(page, await drawJpeg(page, '处理前'))
    await write(page.getByLabel('说明情况'), words)
    await expect.poll(async () => JSON.stringify(await stored(page, 'drafts'))).toContain(words)
  })

  await test.step('the network goes, the tab is killed, the draft is still there and is sent', async () => {
    await context.setOffline(true)
    await page.close()
    const second = await context.newPage()
    await second.goto('/tickets/new')
    await expect(second.getByText('已接着上次没写完的内容')).toBeVisible()
    await expect(second.getByLabel('说明情况')).toHaveValue(words)
    await expect(second.getByRole('button', { name: '移除照片 1' })).toBeVisible()
    await second.getByRole('button', { name: '提交' }).click()
    await expect(second.getByRole('heading', { name: '已保存在手机' }).last()).toBeVisible()
    // From the home to "kept on the phone": with a searched category, a photo and words.
    expect(taps() - signedInAfter, 'taps to file').toBeLessThanOrEqual(MOST_TAPS)
    expect(taps() - signedInAfter, 'the taps are counted').toBeGreaterThan(3)
    await second.close()
  })

  const phone = await context.newPage()
  await test.step('killed once more, it still waits', async () => {
    await phone.goto('/outbox')
    await expect(phone.getByText('1 件还在这部手机里')).toBeVisible()
    await expect(phone.getByText(words)).toBeVisible()
  })

  const watching = await phoneOf(browser, resident, PHONE)
  const { eyes } = watching
  const scoreOf = async (estate: number) => (await eyes.json<{ t: number }>(`/api/v1/estates/${estate}/score`)).t
  expect(await ticketsWith(eyes, words)).toHaveLength(0)

  let ticket!: Ticket
  await test.step('with the network back it arrives exactly once, with its photo', async () => {
    await context.setOffline(false)
    ticket = await arrivedOnce(eyes, words)
    await storedPhoto(eyes, ticket.id, 'before')
    await expect(phone.getByText('都发出去了')).toBeVisible()
    expect(await stored(phone, 'photos')).toHaveLength(0)
    expect(await ticketsWith(eyes, words)).toHaveLength(1)
  })

  const worker = await phoneOf(browser, handler, PHONE)
  await test.step('who answers finds it, takes it, writes, and says done with a photo', async () => {
    await worker.page.goto('/desk')
    await worker.page.getByRole('searchbox').fill(ticket.number)
    await worker.page.locator(`a[href="/tickets/${ticket.id}"]`).click()
    await worker.page.getByRole('button', { name: '接单' }).click()
    await expect(worker.page.getByText('您接单了')).toBeVisible()
    await worker.page.getByLabel('给上报人留言').fill('今天下午来换灯泡')
    await worker.page.getByRole('button', { name: '发送', exact: true }).click()
    await expect(worker.page.getByText('今天下午来换灯泡')).toBeVisible()
    await expect.poll(async () => JSON.stringify(await worker.eyes.json(`/api/v1/tickets/${ticket.id}`))).toContain('今天下午来换灯泡')
    await worker.page.getByRole('button', { name: '办好了' }).click()
    await addPhoto(worker.page, await drawJpeg(worker.page, '处理后'))
    await worker.page.getByLabel('怎么处理的').fill('换了新灯泡')
    await worker.page.getByRole('button', { name: '提交办结' }).click()
    await storedPhoto(worker.eyes, ticket.id, 'after')
    await expect(worker.page.getByText('等上报人确认', { exact: true })).toBeVisible({ timeout: 30_000 })
  })

  await test.step('the resident reads it, sees both photos, and confirms with stars', async () => {
    await openTicket(phone, ticket.id)
    await expect(phone.getByText('今天下午来换灯泡')).toBeVisible()
    await expect(phone.getByText('请您看看，解决了没有')).toBeVisible()
    const before = await scoreOf(ticket.estate_id)
    await expect(phone.getByRole('button', { name: /看大图.*处理前/ })).toBeVisible()
    await expect(phone.getByRole('button', { name: /看大图.*处理后/ })).toBeVisible()
    await phone.getByRole('button', { name: '解决了', exact: true }).click()
    await phone.locator('label', { hasText: /^非常满意$/ }).click()
    await expect(phone.getByRole('radio', { name: '非常满意', exact: true })).toBeChecked()
    await phone.getByRole('button', { name: '确认解决' }).click()
    await expect(phone.getByText('您确认解决了')).toBeVisible({ timeout: 30_000 })
    const now = await eyes.json<Ticket>(`/api/v1/tickets/${ticket.id}`)
    expect(now.state).toBe('closed')
    expect(now.rating?.level).toBe(5)
    expect(await scoreOf(ticket.estate_id), 'the score rises by it').toBeGreaterThan(before)
  })

  await test.step('the estate says how its score is computed, and names the ticket', async () => {
    await phone.goto(`/estates/${ticket.estate_id}`)
    await phone.getByRole('link', { name: '怎么算的' }).click()
    await expect(phone.getByRole('heading', { name: '三个比率' })).toBeVisible()
    const explanation = await eyes.json<Explanation>(`/api/v1/estates/${ticket.estate_id}/score/explanation`)
    expect(explanation.lines.map((line) => line.ticket_id)).toContain(ticket.id)
    const details = phone.locator('details.lines')
    for (let index = 0; index < (await details.count()); index += 1) {
      await details.nth(index).locator('summary').click()
      const all = details.nth(index).getByRole('button', { name: /看全部/ })
      if (await all.isVisible()) await all.click()
    }
    await expect(phone.locator(`a[href="/tickets/${ticket.id}"]`).first()).toBeVisible()
    const beside = phone.locator('section', { has: phone.getByRole('heading', { name: '另外公布 · 不计分' }) })
    await expect(beside.getByText(`${explanation.figures.tickets_per_100_households.households} 户`)).toBeVisible()
  })

  await test.step('the centre sees the whole of it', async () => {
    const centre = await phoneOf(browser, officer, PHONE)
    await openTicket(centre.page, ticket.id)
    await expect(centre.page.getByText(words)).toBeVisible()
    await expect(centre.page.getByText('换了新灯泡').first()).toBeVisible()
    await expect(centre.page.getByText('上报人确认解决了')).toBeVisible()
    await centre.context.close()
  })

  await worker.context.close()
  await watching.context.close()
})

test('who a complaint is about never learns who complained', async ({ browser, request }) => {
  const words = unique('打电话没人接')
  const resident = await loginOf(request, 'resident')
  const handler = await loginOf(request, 'operator_staff')
  const phone = await phoneOf(browser, resident, PHONE)
  await phone.page.goto('/tickets/new')
  await chooseCategory(phone.page, '服务态度、无人接电话')
  await expect(phone.page.getByText('对方不会知道是谁反映的')).toBeVisible()
  await phone.page.getByLabel('说明情况').fill(words)
  await phone.page.getByRole('button', { name: '提交' }).click()
  const ticket = await arrivedOnce(phone.eyes, words)

  const worker = await phoneOf(browser, handler, PHONE)
  const answers: string[] = []
  worker.page.on('response', async (response) => {
    if (response.url().includes('/api/v1/tickets')) answers.push(await response.text().catch(() => ''))
  })
  await openTicket(worker.page, ticket.id)
  await expect(worker.page.getByText(words)).toBeVisible()
  await expect.poll(() => answers.join()).toContain(words)

  const json = await (await worker.eyes.ask(`/api/v1/tickets/${ticket.id}`)).text()
  const shown = await worker.page.content()
  const masked = `${resident.phone.slice(0, 3)}****${resident.phone.slice(-4)}`
  for (const told of [json, shown, answers.join()]) {
    expect(told).toContain(words)
    expect(told).not.toContain(resident.name)
    expect(told).not.toContain(resident.phone)
    expect(told).not.toContain(masked)
  }
  expect(JSON.parse(json)).not.toHaveProperty('reporter')
  await phone.context.close()
  await worker.context.close()
})
