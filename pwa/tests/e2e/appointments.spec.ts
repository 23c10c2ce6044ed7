import { expect, test } from '@playwright/test'
import { loginOf, looksRight, phoneOf, signInByApi } from './support'

test('a place is found by its name: an estate leads to its buildings, a community and a town are searched', async ({ browser, request }) => {
  const login = await loginOf(request, 'center_officer')
  const eyes = await signInByApi(request, login)
  const { items } = await eyes.json<{ items: { id: number; name: string; buildings: number }[] }>('/api/v1/estates?limit=100&baseline_class=professional')
  const estate = items.find((one) => one.buildings > 1)!
  const { page } = await phoneOf(browser, login)
  // The divisions come late: whoever types at once keeps what he typed.
  let late = () => {}
  const typed = new Promise<void>((resolve) => (late = resolve))
  await page.route('**/api/v1/divisions*', async (route) => {
    await typed
    await route.continue()
  })
  await page.goto('/appointments')
  await page.getByRole('button', { name: '任命', exact: true }).click()
  const sheet = page.getByRole('dialog')
  await sheet.getByLabel('负责哪里').fill(estate.name)
  const arrived = page.waitForResponse('**/api/v1/divisions*')
  late()
  await arrived
  await sheet.getByRole('button', { name: estate.name }).first().click()
  await expect(sheet.getByText(`${estate.name}：请选楼栋`)).toBeVisible()
  await expect(sheet.locator('.found button')).toHaveCount(estate.buildings)
  await sheet.locator('.found button').nth(1).click()
  await expect(sheet.locator('.chosen')).toContainText(estate.name)

  const { items: divisions } = await eyes.json<{ items: { level: string; name: string }[] }>('/api/v1/divisions')
  for (const [role, level] of [['station_staff', 'community'], ['town_officer', 'town']] as const) {
    const place = divisions.find((one) => one.level === level)!
    await sheet.getByLabel('身份').selectOption(role)
    await expect(sheet.locator('.chosen')).toHaveCount(0)
    await sheet.getByLabel('负责哪里').fill(place.name.slice(0, 2))
    await sheet.locator('.found button').filter({ hasText: place.name }).first().click()
    await expect(sheet.locator('.chosen')).toContainText(place.name)
  }
})

test('an end before the beginning is told at its field, and a day that is past is asked about', async ({ browser, request }) => {
  const { page } = await phoneOf(browser, await loginOf(request, 'center_officer'))
  const sent: string[] = []
  page.on('request', (one) => {
    if (one.method() === 'POST' && one.url().endsWith('/api/v1/appointments')) sent.push(one.postData() ?? '')
  })
  await page.goto('/appointments')
  await page.getByRole('button', { name: '任命', exact: true }).click()
  const sheet = page.getByRole('dialog', { name: '任命一位' })
  const phone = `139${String(Date.now()).slice(-8)}`
  await sheet.getByLabel('姓名').fill('试任一位')
  await sheet.getByLabel('手机号').fill(phone)
  await sheet.getByLabel('身份').selectOption('town_officer')
  await sheet.getByLabel('负责哪里').fill('镇')
  await sheet.locator('.found button').first().click()
  await sheet.getByLabel('从哪天起').fill('2026-01-10')
  await sheet.getByLabel(/到哪天为止/).fill('2026-01-09')
  await sheet.getByRole('button', { name: '确定任命' }).click()
  await expect(sheet.getByText('不能早于开始的那天')).toBeVisible()
  await sheet.getByLabel(/到哪天为止/).fill('')
  await sheet.getByRole('button', { name: '确定任命' }).click()
  await page.getByRole('button', { name: '取消' }).click()
  expect(sent).toEqual([])
  await sheet.getByRole('button', { name: '确定任命' }).click()
  await expect(page.getByRole('dialog').filter({ hasText: /已经过去 \d+ 天/ })).toBeVisible()
  await page.getByRole('button', { name: '日期没错，任命' }).click()
  await expect(page.getByText('试任一位 已任命为')).toBeVisible()
  expect(sent.map((body) => (JSON.parse(body) as { valid_from: string }).valid_from)).toEqual(['2026-01-10'])
})

test('the number is read back, what the poster will say stands there, and a number that is known under another name is asked about', async ({ browser, request }) => {
  const login = await loginOf(request, 'center_officer')
  const resident = await loginOf(request, 'resident')
  const eyes = await signInByApi(request, login)
  const { items } = await eyes.json<{ items: { buildings: number; name: string }[] }>('/api/v1/estates?limit=100&baseline_class=professional')
  const estate = items.filter((one) => one.buildings > 2).at(-1)!
  const { page } = await phoneOf(browser, login)
  const sent: { same_person?: boolean }[] = []
  await page.route('**/api/v1/appointments', async (route) => {
    if (route.request().method() !== 'POST') return route.fallback()
    sent.push(route.request().postDataJSON() as { same_person?: boolean })
    // The resident of the demo is to stay what he is: what would appoint him goes no further.
    return sent.at(-1)!.same_person ? route.abort() : route.continue()
  })
  await page.goto('/appointments')
  await page.getByRole('button', { name: '任命', exact: true }).click()
  const sheet = page.getByRole('dialog', { name: '任命一位' })
  await sheet.getByLabel('姓名').fill('试错号')
  await sheet.getByLabel('手机号').fill(resident.phone.slice(0, 10))
  await expect(sheet.getByText('本人用它登录；不印在海报上')).toBeVisible()
  await sheet.getByLabel('手机号').fill(resident.phone)
  await expect(sheet.getByText(`${resident.phone.slice(0, 3)} ${resident.phone.slice(3, 7)} ${resident.phone.slice(7)}，请对一遍`)).toBeVisible()
  await sheet.getByLabel('负责哪里').fill(estate.name)
  await sheet.getByRole('button', { name: estate.name }).first().click()
  await sheet.locator('.found button').nth(1).click()
  await expect(sheet.getByText('海报上会写“楼栋长 试错号”')).toBeVisible()
  const choice = sheet.getByRole('radio', { name: /一起担任/ })
  if (await choice.count()) {
    await choice.check()
    await expect(sheet.getByText('海报上仍写先任命的那位')).toBeVisible()
  }
  await looksRight(page)
  await sheet.getByRole('button', { name: '确定任命' }).click()
  await expect(page.getByText('这个号码登记的是别的名字，是同一个人吗？')).toBeVisible()
  await page.getByRole('button', { name: '回去核对' }).click()
  await expect(page.getByText('已任命为')).toHaveCount(0)
  expect(sent).toHaveLength(1)
  await sheet.getByRole('button', { name: '确定任命' }).click()
  await page.getByRole('button', { name: '是同一个人，任命' }).click()
  await expect.poll(() => sent.map((one) => one.same_person ?? false)).toEqual([false, false, true])
})

test('a town officer who comes by the address sees that it is not his, and no form', async ({ browser, request }) => {
  const { page } = await phoneOf(browser, await loginOf(request, 'town_officer'))
  await page.goto('/appointments')
  await expect(page.getByRole('heading', { name: '这里您看不到', level: 1 })).toBeVisible()
  await expect(page.getByRole('button', { name: '任命' })).toHaveCount(0)
  await expect(page.getByRole('searchbox')).toHaveCount(0)
})

test('whoever appoints a steward where there is one reads who it is, and says whether both serve or one takes over', async ({ browser, request }) => {
  const login = await loginOf(request, 'center_officer')
  const eyes = await signInByApi(request, login)
  const { items } = await eyes.json<{ items: { id: number; buildings: number; name: string }[] }>('/api/v1/estates?limit=100&baseline_class=professional')
  const estate = items.filter((one) => one.buildings > 1).at(-1)!
  const { page } = await phoneOf(browser, login)
  const stewards: string[] = [`甲${String(Date.now()).slice(-5)}`, `乙${String(Date.now()).slice(-5)}`]
  const sheet = page.getByRole('dialog', { name: '任命一位' })
  let place = ''
  for (const [n, name] of stewards.entries()) {
    await page.goto('/appointments')
    await page.getByRole('button', { name: '任命', exact: true }).click()
    await sheet.getByLabel('姓名').fill(name)
    await sheet.getByLabel('手机号').fill(`13${n + 7}${String(Date.now()).slice(-8)}`)
    await sheet.getByLabel('负责哪里').fill(estate.name)
    await sheet.getByRole('button', { name: estate.name }).first().click()
    await expect(sheet.getByText(`${estate.name}：请选楼栋`)).toBeVisible()
    const looked = page.waitForResponse(/appointments\?role=building_steward&/)
    await sheet.locator('.found button').last().click()
    const there = ((await (await looked).json()) as { items: unknown[] }).items.length > 0
    expect(there || n === 0).toBe(true)
    place = await sheet.locator('.chosen .strong').first().innerText()
    const choice = sheet.getByRole('group', { name: /这栋楼已经有楼栋长/ })
    if (n === 1) {
      await expect(choice).toContainText(stewards[0]!)
      await sheet.getByRole('button', { name: '确定任命' }).click()
      await expect(choice).toContainText('请选一起担任，还是接任')
    }
    if (there) await choice.getByRole('radio', { name: /由新任命的人接任/ }).check()
    await sheet.getByRole('button', { name: '确定任命' }).click()
    await expect(page.getByText(`${name} 已任命为`)).toBeVisible()
  }
  await page.getByRole('searchbox').fill(place)
  await expect(page.getByText(stewards[1]!).filter({ visible: true }).first()).toBeVisible()
  await expect(page.getByText(stewards[0]!).filter({ visible: true })).toHaveCount(0)
})
