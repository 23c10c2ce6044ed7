import { expect, test } from '@playwright/test'
import { fileAtHome, loginOf, phoneOf, signInByApi, unique } from './support'

const WIDE = { viewport: { width: 1280, height: 900 }, isMobile: false, hasTouch: false }

test('a manager keeps a template, his people reply with it, and nothing is sent that nobody sent', async ({ browser, request }) => {
  const boss = await phoneOf(browser, await loginOf(request, 'operator_manager'), WIDE)
  const staff = await phoneOf(browser, await loginOf(request, 'operator_staff'), WIDE)
  const reporter = await signInByApi(request, await loginOf(request, 'building_steward'))
  const title = unique('约上门')
  const page = boss.page
  const card = page.locator('article').filter({ hasText: title })

  await test.step('what is unknown in it is said at the text, and nothing is kept', async () => {
    await page.goto('/reply-templates')
    await page.getByRole('button', { name: '写模板' }).click()
    const sheet = page.getByRole('dialog')
    await sheet.getByLabel('名称').fill(title)
    await sheet.getByLabel('内容').fill('您好，{报事人}，')
    await sheet.getByRole('button', { name: '保存' }).click()
    await expect(sheet.getByText(/“报事人”这种填空/)).toBeVisible()
    await expect(card).toHaveCount(0)
    await sheet.getByLabel('内容').fill('您好，工单 ')
    await sheet.getByRole('button', { name: '加“工单号”' }).click()
    await expect(sheet.getByLabel('内容')).toHaveValue('您好，工单 {工单号}')
    await sheet.getByLabel('内容').pressSequentially('由')
    await sheet.getByRole('button', { name: '加“经办人”' }).click()
    await sheet.getByLabel('用在哪里').selectOption({ label: '回复住户' })
    await sheet.getByRole('button', { name: '保存' }).click()
    await expect(card).toContainText('您好，工单 {工单号}由{经办人}')
    await expect(card).toContainText('您好，工单 20260902-001-0017-3由小王')
  })

  await test.step('changed and taken back, removed and taken back', async () => {
    await card.getByRole('button', { name: '改模板' }).click()
    await page.getByRole('dialog').getByLabel('内容').fill('别的话')
    await page.getByRole('dialog').getByRole('button', { name: '保存' }).click()
    await expect(card).toContainText('别的话')
    await page.getByRole('status').getByRole('button', { name: '撤销' }).click()
    await expect(card).toContainText('由{经办人}')
    await card.getByRole('button', { name: '删除' }).click()
    await expect(card).toHaveCount(0)
    await page.locator('.gone').filter({ hasText: title }).getByRole('button', { name: '撤销' }).click()
    await expect(card).toContainText('由{经办人}')
  })

  const ticket = await fileAtHome(reporter, 'REP-01', unique('楼道灯不亮'))
  const desk = staff.page
  const thread = desk.getByRole('region', { name: '经过和留言' })
  const field = thread.getByRole('textbox')
  await test.step('at the desk it stands filled in behind what was written, and can be changed', async () => {
    await desk.goto(`/desk?filter=open&ticket=${ticket.id}`)
    await field.fill('收到您的反映。')
    await thread.getByRole('button', { name: '用模板' }).click()
    await thread.locator('[data-template]').filter({ hasText: title }).click()
    await expect(field).toHaveValue(`收到您的反映。\n您好，工单 ${ticket.number}由马永刚`)
    await field.press('End')
    await field.pressSequentially('今天下午上门。')
    expect((await reporter.json<{ messages: unknown[] }>(`/api/v1/tickets/${ticket.id}`)).messages).toHaveLength(0)
  })

  await test.step('it is said when its writer sends it', async () => {
    await thread.getByRole('button', { name: '发送' }).click()
    await expect(thread.getByText('今天下午上门。')).toBeVisible()
    await expect.poll(async () => (await reporter.json<{ messages: { text: string }[] }>(`/api/v1/tickets/${ticket.id}`)).messages.map((one) => one.text)).toEqual([`收到您的反映。\n您好，工单 ${ticket.number}由马永刚今天下午上门。`])
  })

  await test.step('a blank that is left is marked, asked about and selected; what is filled in goes', async () => {
    await field.fill('')
    await field.pressSequentially('我们＿＿前上门')
    await expect(thread.getByText('还有 1 处空没填：')).toBeVisible()
    await thread.getByRole('button', { name: '发送' }).click()
    const question = desk.getByRole('dialog')
    await expect(question.getByText('“我们＿＿前上门”里的空还没有填，对方看到的就是这个空。')).toBeVisible()
    await question.getByRole('button', { name: '回去填' }).click()
    await expect(field).toBeFocused()
    expect(await field.evaluate((one: HTMLTextAreaElement) => one.value.slice(one.selectionStart, one.selectionEnd))).toBe('＿＿')
    expect((await reporter.json<{ messages: unknown[] }>(`/api/v1/tickets/${ticket.id}`)).messages).toHaveLength(1)
    await desk.keyboard.insertText('明天九点')
    await expect(field).toHaveValue('我们明天九点前上门')
    await thread.getByRole('button', { name: '发送' }).click()
    await expect.poll(async () => (await reporter.json<{ messages: { text: string }[] }>(`/api/v1/tickets/${ticket.id}`)).messages.map((one) => one.text)).toContain('我们明天九点前上门')
    await field.fill('就这样＿＿')
    await thread.getByRole('button', { name: '发送' }).click()
    await question.getByRole('button', { name: '就这样发' }).click()
    await expect.poll(async () => (await reporter.json<{ messages: { text: string }[] }>(`/api/v1/tickets/${ticket.id}`)).messages.map((one) => one.text)).toContain('就这样＿＿')
  })

  await test.step('his people read them and change none; the station has its own', async () => {
    await desk.goto('/reply-templates')
    await expect(desk.locator('article').filter({ hasText: title })).toBeVisible()
    await expect(desk.getByRole('button', { name: /改模板|删除|写模板/ })).toHaveCount(0)
    const station = await phoneOf(browser, await loginOf(request, 'station_staff'), WIDE)
    await station.page.goto('/reply-templates')
    await expect(station.page.getByText('还没有模板')).toBeVisible()
    await expect(station.page.getByText(title)).toHaveCount(0)
    await station.page.getByRole('button', { name: '用这个例子' }).first().click()
    await expect(station.page.getByRole('dialog').getByLabel('内容')).toHaveValue(/由\{经办人\}负责/)
    await station.context.close()
  })
  await boss.context.close()
  await staff.context.close()
})
