import { expect, test, type Page, type Route } from '@playwright/test'
import { arrivedOnce, chooseCategory, loginOf, phoneOf, shellIsKept, signInByApi, stored, ticketsWith, unique } from './support'

test.use({ viewport: { width: 390, height: 844 } })
test.setTimeout(120_000)

interface Item {
  state: string
  attempts: number
}

const isFiling = (route: Route) => route.request().method() === 'POST'

async function writeReport(page: Page, words: string): Promise<void> {
  await page.goto('/tickets/new')
  await chooseCategory(page, '楼道灯、路灯不亮')
  await page.getByLabel('说明情况').fill(words)
}

async function report(page: Page, words: string): Promise<void> {
  await writeReport(page, words)
  await page.getByRole('button', { name: '提交' }).click()
  await expect(page.getByRole('heading', { name: /已保存在手机|提交好了/ }).last()).toBeVisible()
}

async function statesOf(page: Page): Promise<string[]> {
  return (await stored<Item>(page, 'outbox')).map((item) => item.state)
}

test('the answer is lost after the server has written: one ticket', async ({ browser, request }) => {
  const words = unique('回答丢了')
  const { page, eyes, context } = await phoneOf(browser, await loginOf(request, 'resident'))
  let posts = 0
  await context.route('**/api/v1/tickets', async (route) => {
    if (!isFiling(route)) return route.continue()
    posts += 1
    if (posts > 1) return route.continue()
    const answer = await route.fetch()
    expect(answer.status()).toBe(201)
    return route.abort('connectionreset')
  })
  await report(page, words)
  await expect.poll(() => statesOf(page), { timeout: 30_000 }).toEqual(['sent'])
  expect(posts).toBeGreaterThan(1)
  await arrivedOnce(eyes, words)
  await context.close()
})

test('a part of the form that does not come takes nothing with it, and is asked for again', async ({ browser, request }) => {
  const words = unique('线路不好')
  // Without the service worker every file is asked for where the test can lose it.
  const { page, eyes, context } = await phoneOf(browser, await loginOf(request, 'resident'), { serviceWorkers: 'block' })
  const lost = { js: 0, css: 0 }
  await context.route(/\/assets\/SimilarOffers-/, (route) => {
    const kind = route.request().url().endsWith('.css') ? 'css' : 'js'
    lost[kind] += 1
    return lost[kind] < 3 ? route.abort('connectionreset') : route.continue()
  })
  let opened = 0
  page.on('domcontentloaded', () => {
    opened += 1
  })
  await writeReport(page, words)
  await expect.poll(() => Math.min(lost.js, lost.css), { timeout: 30_000 }).toBeGreaterThan(2)
  await expect(page.getByLabel('说明情况')).toHaveValue(words)
  await page.getByRole('button', { name: '提交' }).click()
  await expect(page.getByRole('heading', { name: /已保存在手机|提交好了/ }).last()).toBeVisible()
  expect(opened).toBe(1)
  await arrivedOnce(eyes, words)
  await context.close()
})

test('a server that asks to wait is waited for', async ({ browser, request }) => {
  const words = unique('请稍后')
  const { page, eyes, context } = await phoneOf(browser, await loginOf(request, 'resident'))
  const at: number[] = []
  await context.route('**/api/v1/tickets', async (route) => {
    if (!isFiling(route)) return route.continue()
    at.push(Date.now())
    if (at.length > 1) return route.continue()
    const body = JSON.stringify({ status: 503, title: 'busy', code: 'server.busy' })
    return route.fulfill({ status: 503, headers: { 'Retry-After': '4', 'Content-Type': 'application/problem+json' }, body })
  })
  await report(page, words)
  await expect.poll(async () => (await stored<Item>(page, 'outbox')).map((item) => item.attempts)).toEqual([1])
  // A tap changes nothing: the server's word counts.
  await page.getByRole('link', { name: '去看待发送' }).click()
  await page.getByRole('button', { name: '现在发送' }).click()
  await expect.poll(() => statesOf(page), { timeout: 30_000 }).toEqual(['sent'])
  expect(at).toHaveLength(2)
  expect(at[1]! - at[0]!).toBeGreaterThanOrEqual(3_900)
  await arrivedOnce(eyes, words)
  await context.close()
})

test('two tabs send one ticket', async ({ browser, request }) => {
  const words = unique('两个页面')
  const { page, eyes, context } = await phoneOf(browser, await loginOf(request, 'resident'))
  let posts = 0
  // What left the phone: a try while the network was cut reaches nobody.
  context.on('response', (response) => {
    if (response.request().method() === 'POST' && new URL(response.url()).pathname === '/api/v1/tickets') posts += 1
  })
  await writeReport(page, words)
  const second = await context.newPage()
  await second.goto('/outbox')
  await expect(second.getByText('都发出去了')).toBeVisible()
  await context.setOffline(true)
  await page.getByRole('button', { name: '提交' }).click()
  await expect(second.getByText(words)).toBeVisible()
  // Both tabs hear of the network at the same moment.
  await context.setOffline(false)
  await arrivedOnce(eyes, words)
  await expect(second.getByText('都发出去了')).toBeVisible()
  expect(posts).toBe(1)
  expect(await ticketsWith(eyes, words)).toHaveLength(1)
  await context.close()
})

test('before a poster without a network, the report is of the house with the poster, not of the home', async ({ browser, request }) => {
  const words = unique('海报这栋楼')
  const { page, eyes, context } = await phoneOf(browser, await loginOf(request, 'resident'))
  const { home } = await eyes.json<{ home: { estate_id: number } }>('/api/v1/me')
  const centre = await signInByApi(request, await loginOf(request, 'center_officer'))
  const elsewhere = await centre.json<{ id: number; buildings_list: { id: number }[] }>(`/api/v1/estates/${home.estate_id + 1}`)
  const poster = await centre.json<{ token: string }>(`/api/v1/buildings/${elsewhere.buildings_list[0]!.id}/poster`)
  await context.route('**/api/v1/posters/**', (route) => route.abort('internetdisconnected'))
  await page.goto(`/tickets/new?poster=${poster.token}`)
  await chooseCategory(page, '楼道灯、路灯不亮')
  await expect(page.getByText('就报海报所在的那栋楼')).toBeVisible()
  await page.getByLabel('说明情况').fill(words)
  await page.getByRole('button', { name: '提交' }).click()
  const ticket = await arrivedOnce(eyes, words)
  expect(ticket.estate_id).toBe(elsewhere.id)
  await context.close()
})

test('sign-out warns of what waits, and another account on the same phone sees only a number', async ({ browser, request }) => {
  const words = unique('还没发出去')
  const neighbour = await loginOf(request, 'building_steward')
  const resident = await loginOf(request, 'resident')
  // A session of its own: the one on the phone is about to end.
  const eyes = await signInByApi(request, resident)
  const { page, context } = await phoneOf(browser, resident)
  await context.route('**/api/v1/tickets', (route) => (isFiling(route) ? route.abort('connectionrefused') : route.continue()))
  await page.goto('/tickets/new?for=neighbour')
  await page.getByLabel('姓名').fill('写了一半')
  await expect.poll(() => stored(page, 'drafts')).toHaveLength(1)
  await page.goto('/me')
  await page.getByRole('button', { name: '退出登录' }).click()
  await expect(page.getByText('1 份写了一半')).toBeVisible()
  await expect(page.getByText('没有发送')).toHaveCount(0)
  await page.getByRole('button', { name: '先不退出' }).click()
  await report(page, words)
  await page.goto('/me')
  await page.getByRole('button', { name: '退出登录' }).click()
  await expect(page.getByRole('dialog')).toContainText(/1 条没有发送.+1 份写了一半.+别人.+看不到内容/)
  await page.getByRole('button', { name: '先不退出' }).click()
  await expect(page).toHaveURL(/\/me$/)
  await page.getByRole('button', { name: '退出登录' }).click()
  await page.getByRole('button', { name: '仍然退出' }).click()
  await expect(page).toHaveURL(/sign-in/)

  await context.unroute('**/api/v1/tickets')
  await page.getByRole('button', { name: '用密码登录' }).click()
  await page.getByLabel('手机号').fill(neighbour.phone)
  await page.getByLabel('密码', { exact: true }).fill(neighbour.password)
  await page.getByRole('button', { name: '登录', exact: true }).click()
  await expect(page).not.toHaveURL(/sign-in/)
  await page.goto('/outbox')
  await expect(page.getByText('另一账号有 1 条待发送')).toBeVisible()
  await expect(page.getByText(words)).toHaveCount(0)
  expect(await ticketsWith(eyes, words)).toHaveLength(0)
  expect((await statesOf(page))[0]).not.toBe('sent')
  await context.close()
})

test('a phone whose clock is a day off still sends', async ({ browser, request }) => {
  const words = unique('钟错了一天')
  const { page, eyes, context } = await phoneOf(browser, await loginOf(request, 'resident'))
  await page.clock.install({ time: new Date(Date.now() - 24 * 3600_000) })
  await writeReport(page, words)
  await shellIsKept(page)
  await context.setOffline(true)
  await page.getByRole('button', { name: '提交' }).click()
  await expect(page.getByRole('heading', { name: '已保存在手机' }).last()).toBeVisible()
  // While it waits the clock is put right.
  await page.clock.setSystemTime(new Date(Date.now() + 24 * 3600_000))
  await context.setOffline(false)
  await arrivedOnce(eyes, words)
  await context.close()
})
