import { expect, test } from '@playwright/test'
import { addPhoto, arrivedOnce, chooseCategory, countTaps, drawJpeg, fileAtHome, loginOf, looksRight, phoneOf, signInByApi, signInByHand, unique, write } from './support'

const PHONE = { viewport: { width: 390, height: 844 } }
test.use(PHONE)
test.setTimeout(180_000)

test('one question at a time; who has to do it again reads why first, and that his message waits to be read', async ({ browser, request }) => {
  const steward = await phoneOf(browser, await loginOf(request, 'building_steward'), PHONE)
  const operator = await phoneOf(browser, await loginOf(request, 'operator_staff'), PHONE)
  const ticket = await fileAtHome(steward.eyes, 'REP-01', unique('门厅灯不亮'))
  const path = `/tickets/${ticket.id}`
  const at = `/api/v1${path}`
  await operator.eyes.post(`${at}/moves`, { action: 'acknowledge' })

  await test.step('a message that nobody has read is no contact, and the card says what it waits for', async () => {
    const { page } = operator
    await page.goto(path)
    await expect(page.getByText('他看到了才算联系上').first()).toBeVisible()
    await operator.eyes.post(`${at}/messages`, { client_id: crypto.randomUUID(), text: '您好，明天上午电工来换灯' })
    await page.reload()
    await expect(page.getByText('已经留了言，等上报人看到')).toBeVisible()
    await looksRight(page)
  })

  await test.step('done by the promised day: whether it is solved is the one question', async () => {
    const today = new Intl.DateTimeFormat('en-CA', { timeZone: 'Asia/Shanghai' }).format(new Date())
    await operator.eyes.post(`${at}/promises`, { result: '门厅灯换好，晚上亮着', day: today })
    await operator.eyes.post(`${at}/done`, { client_id: crypto.randomUUID(), result: '换了灯泡', no_photo_reason: '夜间无法拍照' })
    const { page } = steward
    await page.goto(path)
    await expect(page.getByRole('button', { name: '解决了', exact: true })).toBeVisible()
    await expect(page.getByText('也就回答了这个承诺')).toBeVisible()
    await expect(page.getByRole('button', { name: '没有办到' })).toHaveCount(0)
    await looksRight(page)
  })

  await test.step('sent back: the operator reads why in the first card', async () => {
    await steward.eyes.post(`${at}/send-backs`, { client_id: crypto.randomUUID(), closing: 1, reason: '没有人来过，灯还是黑的' })
    const { page } = operator
    await page.goto(path)
    await expect(page.locator('.next')).toContainText('上报人退回：没有人来过，灯还是黑的')
    await looksRight(page)
  })
})

test('a text of 2,000 letters is folded where it is read; what is too long is told and not cut; who keeps his number back reads why no call is offered, and who urged when he may again', async ({ browser, request }) => {
  const { page, context, eyes } = await phoneOf(browser, await loginOf(request, 'building_steward'), PHONE)
  const words = unique('门厅灯不亮').padEnd(2000, '，楼道里一到晚上什么也看不见')
  const ticket = await fileAtHome(eyes, 'REP-01', words)
  await page.goto(`/tickets/${ticket.id}`)
  const text = page.locator('.folded-words').first()

  await test.step('folded to twelve lines, opened in place', async () => {
    const lines = () => text.evaluate((one) => Math.round(one.clientHeight / parseFloat(getComputedStyle(one).lineHeight)))
    await expect(page.getByRole('button', { name: '展开全文' })).toHaveAttribute('aria-expanded', 'false')
    expect(await lines()).toBe(12)
    await looksRight(page)
    await page.getByRole('button', { name: '展开全文' }).click()
    expect(await lines()).toBeGreaterThan(60)
    await expect(text).toHaveText(words)
    await page.getByRole('button', { name: '收起' }).click()
    expect(await lines()).toBe(12)
  })

  await test.step('pasted: nothing is cut off, it is said how much is too much, and it is not sent', async () => {
    await context.grantPermissions(['clipboard-read', 'clipboard-write'])
    await page.evaluate(() => navigator.clipboard.writeText('字'.repeat(2100)))
    const field = page.locator('.composer textarea')
    await field.focus()
    await page.keyboard.press('ControlOrMeta+V')
    await expect(field).toHaveValue('字'.repeat(2100))
    await expect(page.getByText('超出 100 个字')).toBeVisible()
    await expect(page.getByText('2100/2000')).toBeVisible()
    await expect(page.getByRole('button', { name: '发送', exact: true })).toBeDisabled()
    await looksRight(page)
    await field.fill('门厅灯还是不亮')
    await expect(page.locator('.composer .field-error')).toHaveCount(0)
    await expect(page.getByRole('button', { name: '发送', exact: true })).toBeEnabled()
    await field.fill('')
  })

  await test.step('a repair without a shared number: whom to call instead, and why', async () => {
    await expect(page.getByText('打过去会显示您的号码，所以这里不放')).toBeVisible()
    await expect(page.locator(`main a[href="tel:${ticket.handling_party.phone24.replace(/\D/g, '')}"]`)).toHaveCount(0)
    await expect(page.locator('main').getByRole('link', { name: /12345/ })).toBeVisible()
  })

  await test.step('urged: the button is gone, and it is said when it comes back', async () => {
    await eyes.post(`/api/v1/tickets/${ticket.id}/moves`, { action: 'urge' })
    await page.reload()
    await expect(page.locator('.next')).toContainText(/催办过 1 次，.+ \d\d:\d\d 起可以再催/)
    await expect(page.getByRole('button', { name: '催办' })).toHaveCount(0)
    await looksRight(page)
  })
})

test('whoever comes from a poster finds it again behind the sign-in, and files with six taps at most', async ({ page, context, request }) => {
  const taps = await countTaps(context)
  const steward = await loginOf(request, 'building_steward')
  const eyes = await signInByApi(request, steward)
  const { home } = await eyes.json<{ home: { building_id: number } }>('/api/v1/me')
  const poster = await eyes.json<{ token: string }>(`/api/v1/buildings/${home.building_id}/poster`)
  await page.context().clearCookies()
  await page.goto(`/q/${poster.token}`)
  await page.getByRole('link', { name: /上报/ }).first().click()
  await expect(page).toHaveURL(/sign-in/)
  await page.goBack()
  await expect(page).toHaveURL(/\/q\//)
  await page.goForward()
  await expect(page).toHaveURL(/sign-in/)
  await signInByHand(page, steward)

  const words = unique('门口的井盖松了')
  await page.goto(`/q/${poster.token}`)
  const before = taps()
  await page.getByRole('link', { name: /上报/ }).first().click()
  await chooseCategory(page, '楼道灯、路灯不亮')
  await addPhoto(page, await drawJpeg(page, '门口'))
  await write(page.getByLabel('说明情况'), words)
  await page.getByRole('button', { name: '提交' }).click()
  await arrivedOnce(eyes, words)
  expect(taps() - before, 'taps to file from a poster').toBeLessThanOrEqual(6)
  expect(taps() - before, 'the taps are counted').toBeGreaterThan(3)
})

test('who only wants to look from a poster is told what the sign-in is for, and finds the way back', async ({ page, request }) => {
  const steward = await loginOf(request, 'building_steward')
  const eyes = await signInByApi(request, steward)
  const { home } = await eyes.json<{ home: { building_id: number } }>('/api/v1/me')
  const poster = await eyes.json<{ token: string }>(`/api/v1/buildings/${home.building_id}/poster`)
  await page.context().clearCookies()
  await page.goto(`/q/${poster.token}`)
  await page.getByRole('link', { name: '看这个小区的得分' }).click()
  await expect(page.getByText('看得分、看谁负责要先登录')).toBeVisible()
  await looksRight(page)
  await page.getByRole('button', { name: '回海报那一页' }).click()
  await expect(page).toHaveURL(/\/q\//)
  await page.getByRole('link', { name: '看这个小区的得分' }).click()
  await page.getByRole('button', { name: '用密码登录' }).click()
  await page.getByLabel('手机号').fill(steward.phone)
  await page.getByLabel('密码', { exact: true }).fill(steward.password)
  await page.getByRole('button', { name: '登录', exact: true }).click()
  await expect(page).toHaveURL(/\/estates\/\d+$/)
  await page.goBack()
  await expect(page).toHaveURL(/\/q\//)
})

test('each way to the sign-in says what it is for, and a plain one says nothing', async ({ page }) => {
  for (const [path, words] of [['/rate?estate=1', '评价前请先登录'], ['/tickets/1', '只给本人和有关的人看'], ['/desk', '那一页要登录才能看'], ['/tickets/new', '上报前请先登录']] as const) {
    await page.goto(path)
    await expect(page.locator('.banner')).toContainText(words)
    await expect(page.getByRole('button', { name: '回海报那一页' })).toHaveCount(0)
  }
  await page.goto('/')
  await expect(page.getByRole('button', { name: '用密码登录' })).toBeVisible()
  await expect(page.locator('.banner')).toHaveCount(0)
})
