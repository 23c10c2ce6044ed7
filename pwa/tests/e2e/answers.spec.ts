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
