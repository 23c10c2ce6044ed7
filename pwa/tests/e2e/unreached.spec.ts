import { expect, test } from '@playwright/test'
import { fileAtHome, loginOf, phoneOf, unique, type Ticket } from './support'

const PHONE = { viewport: { width: 390, height: 844 } }
test.use(PHONE)
test.setTimeout(180_000)

interface Waiting extends Ticket {
  version: number
  actions: string[]
  pause?: { why: string; until: string }
  reaching?: { tries: { how: string; at: string }[]; missing: number; other_day: boolean }
  messages: { text: string }[]
}

test('the party writes down that nobody answered: after a line of its own, half an hour apart, and the reporter reads it', async ({ browser, request }) => {
  const reporter = await phoneOf(browser, await loginOf(request, 'resident'), PHONE)
  const handler = await phoneOf(browser, await loginOf(request, 'operator_staff'), PHONE)
  const ticket = await fileAtHome(reporter.eyes, 'REP-01', unique('楼道灯闪'))
  const seen = () => handler.eyes.json<Waiting>(`/api/v1/tickets/${ticket.id}`)
  const { page } = handler
  const sheet = page.getByRole('dialog')
  const logs = async () => {
    await page.getByRole('button', { name: '更多' }).click()
    await page.getByRole('button', { name: '记一次没找到人' }).click()
  }

  await test.step('who wrote nothing is told to write first', async () => {
    await page.goto(`/tickets/${ticket.id}`)
    await page.getByRole('button', { name: '接单' }).click()
    await expect(page.getByText('您接单了')).toBeVisible()
    await logs()
    await expect(sheet.getByText('请先在对话里写一句具体的话，再来记。')).toBeVisible()
    await expect(sheet.getByRole('button', { name: '记下' })).toHaveCount(0)
    await page.keyboard.press('Escape')
  })

  await test.step('after a line it is one try, and the next one waits half an hour', async () => {
    await page.locator('.composer textarea').fill('您好，师傅今天可以来，请问您几点方便？')
    await page.getByRole('button', { name: '发送' }).click()
    await expect.poll(async () => (await seen()).messages.length).toBe(1)
    await page.reload()
    await logs()
    await sheet.getByRole('button', { name: '记下' }).click()
    await expect(sheet.getByText('请写当时的情况')).toBeVisible()
    await sheet.getByLabel('当时的情况').fill('留言后没有回音')
    await sheet.getByRole('button', { name: '记下' }).click()
    await expect(page.getByText('您留言找上报人，没有回音')).toBeVisible()
    expect(await seen()).toMatchObject({ reaching: { missing: 2, other_day: true } })
    await logs()
    await expect(sheet.getByText(/两次之间要隔半小时/)).toBeVisible()
    await expect(sheet.getByText('1 次没有回音：')).toBeVisible()
    await page.keyboard.press('Escape')
    await handler.eyes.post(`/api/v1/tickets/${ticket.id}/messages`, { client_id: crypto.randomUUID(), text: '再问一次，您几点方便？' })
    await handler.eyes.post(`/api/v1/tickets/${ticket.id}/contact-tries`, { how: 'message', note: '还是没有' }, 409)
    await handler.eyes.post(`/api/v1/tickets/${ticket.id}/pauses`, { why: 'unreached', until: new Date(Date.now() + 2 * 86_400_000).toISOString().slice(0, 10) }, 409)
  })

  await test.step('the reporter reads that he was looked for, and one line of his ends the count', async () => {
    await reporter.page.goto(`/tickets/${ticket.id}`)
    await expect(reporter.page.locator('.next')).toContainText('找过您 1 次')
    await reporter.page.locator('.composer textarea').fill('下午四点以后在家')
    await reporter.page.getByRole('button', { name: '发送' }).click()
    await expect.poll(async () => (await seen()).reaching?.tries.length).toBe(0)
    await expect(reporter.page.locator('.next')).not.toContainText('找过您')
  })
  for (const one of [reporter, handler]) await one.context.close()
})

test('a matter that waits for its reporter goes on when he says that he is there', async ({ browser, request }) => {
  const { context, page, eyes } = await phoneOf(browser, await loginOf(request, 'resident'), PHONE)
  const mine = await eyes.json<{ items: { id: number; paused_until?: string }[] }>('/api/v1/tickets?box=mine&filter=open&limit=50')
  let waits: Waiting | undefined
  for (const row of mine.items.filter((one) => one.paused_until)) {
    const one = await eyes.json<Waiting>(`/api/v1/tickets/${row.id}`)
    if (one.pause?.why === 'unreached') waits = one
  }
  expect(waits, 'the demo county has a matter that waits for this resident').toBeTruthy()
  await page.goto(`/tickets/${waits!.id}`)
  await expect(page.locator('.next')).toContainText('先停下等您')
  await page.getByRole('button', { name: '我在，请接着办' }).click()
  await page.getByRole('dialog').getByRole('button', { name: '恢复办理' }).last().click()
  await expect(page.getByText(/您恢复了办理/)).toBeVisible()
  expect((await eyes.json<Waiting>(`/api/v1/tickets/${waits!.id}`)).pause).toBeUndefined()
  await context.close()
})
