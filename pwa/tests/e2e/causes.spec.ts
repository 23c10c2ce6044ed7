import { expect, test } from '@playwright/test'
import { loginOf, looksRight, phoneOf, unique, type Ticket } from './support'

const PHONE = { viewport: { width: 390, height: 844 } }
test.use(PHONE)
test.setTimeout(240_000)

interface Row { id: number; category: string; state: string; number: string }
interface Found { thing: string; estate_id: number; times: number; households: number; matters: { ticket_id: number }[] }

test('the station finds the barrier that failed three times and opens a case, the operator plans, the resident reads who answers and by when, and the office takes a ticket out', async ({ browser, request }) => {
  const station = await phoneOf(browser, await loginOf(request, 'station_staff'), PHONE)
  const operator = await phoneOf(browser, await loginOf(request, 'operator_staff'), PHONE)
  const resident = await phoneOf(browser, await loginOf(request, 'resident'), PHONE)
  /** How often it failed depends on the day: neighbours of the demo county tell of barriers as well. What the pages say is held against this. */
  let repeat: Found | undefined
  let mine: Row | undefined
  await expect(async () => {
    const { items } = await resident.eyes.json<{ items: Row[] }>('/api/v1/tickets?box=mine&limit=50')
    const { found } = await station.eyes.json<{ found: Found[] }>('/api/v1/cause-cases')
    const barriers = items.filter((one) => one.category === 'REP-09')
    repeat = found.find((one) => one.thing === 'gate' && one.matters.some((matter) => barriers.some((own) => own.id === matter.ticket_id)))
    mine = barriers.find((own) => repeat?.matters.some((matter) => matter.ticket_id === own.id))
    expect(mine, 'the demo county has a barrier that failed again and again, told by the resident').toBeDefined()
    expect(repeat!.times).toBeGreaterThanOrEqual(3)
    expect(repeat!.households).toBeGreaterThanOrEqual(2)
  }).toPass({ timeout: 60_000 })
  const cause = unique('地感线圈受潮，断线处接触不良')
  const remedy = unique('重新铺设地感线圈，换防水接头')

  await test.step('nothing about a case stands on the ticket yet', async () => {
    await resident.page.goto(`/tickets/${mine!.id}`)
    await expect(resident.page.getByText(mine!.number).first()).toBeVisible()
    await expect(resident.page.locator('.cause-block')).toHaveCount(0)
  })

  await test.step('the station finds it and opens a case, with a cause and an owner', async () => {
    const { page } = station
    await page.goto('/me')
    await page.getByRole('link', { name: '反复问题' }).click()
    const found = page.locator(`[data-repeat="${repeat!.estate_id}-0-gate"]`)
    await expect(found).toContainText('监控道闸')
    await expect(found).toContainText(`坏了 ${repeat!.times} 次，${repeat!.households} 户反映过`)
    await found.locator('summary').click()
    await expect(found.getByRole('link')).toHaveCount(repeat!.matters.length)
    await looksRight(page)
    await found.getByRole('button', { name: '立为根治专案' }).click()
    const sheet = page.getByRole('dialog')
    await sheet.getByRole('button', { name: '立案' }).click()
    await expect(sheet).toContainText('请写出查到的原因')
    await expect(sheet).toContainText('请选由谁负责')
    await looksRight(page)
    await sheet.getByLabel('为什么反复发生').fill(`${cause}，问张师傅13812345678`)
    await sheet.locator('.likely').first().click()
    await sheet.getByRole('button', { name: '立案' }).click()
    await expect(page.getByText('这段话里有个人的姓名、电话或门牌')).toBeVisible()
    await sheet.getByLabel('为什么反复发生').fill(cause)
    await sheet.getByRole('button', { name: '立案' }).click()
    await expect(sheet).toHaveCount(0)
    await expect(page.getByRole('heading', { name: '监控道闸' })).toBeVisible()
    await expect(page.getByText(cause).first()).toBeVisible()
    await looksRight(page, '/causes/:id')
    await page.goto('/causes')
    await expect(page.getByText(cause)).toBeVisible()
    await expect(page.locator(`[data-repeat="${repeat!.estate_id}-0-gate"]`)).toHaveCount(0)
  })

  await test.step('the operator plans the remedy, with a day, an amount to the fen and who pays', async () => {
    const { page } = operator
    await page.goto('/causes')
    await expect(page.getByText('发现的反复问题')).toHaveCount(0)
    await page.getByRole('link').filter({ hasText: cause }).click()
    await expect(page.getByRole('button', { name: '结案' })).toHaveCount(0)
    await page.getByRole('button', { name: '定办法和日子' }).click()
    const sheet = page.getByRole('dialog')
    await sheet.getByRole('button', { name: '定下来' }).click()
    await expect(sheet).toContainText('请选钱从哪里来')
    await looksRight(page)
    await sheet.getByLabel('根治的办法').fill(remedy)
    await sheet.getByLabel('估计费用').fill('三千')
    await sheet.getByRole('radio', { name: '公共收益' }).check({ force: true })
    await sheet.getByRole('button', { name: '定下来' }).click()
    await expect(sheet).toContainText('请写金额')
    await sheet.getByLabel('估计费用').fill('3,280.29')
    await sheet.getByRole('button', { name: '定下来' }).click()
    await expect(sheet).toHaveCount(0)
    await expect(page.getByText('3,280.29 元').first()).toBeVisible()
    await looksRight(page)
    const { cases } = await operator.eyes.json<{ cases: { cause: string; estimate_fen: number; route: string }[] }>('/api/v1/cause-cases')
    const own = cases.find((one) => one.cause === cause)
    expect(own).toMatchObject({ estimate_fen: 328_029, route: 'common_income' })
    expect(JSON.stringify(cases)).not.toContain('陈慧敏')
  })

  await test.step('the resident reads in plain words who answers for the cause, and by when', async () => {
    const { page } = resident
    await page.reload()
    const block = page.locator('.cause-block')
    await expect(block).toContainText('监控道闸反复出问题，正在根治')
    await expect(block).toContainText(/计划.*前做完/)
    await expect(block).toContainText(remedy)
    await expect(block.getByRole('link')).toHaveCount(0)
    await looksRight(page)
    const seen = await resident.eyes.json<Ticket>(`/api/v1/tickets/${mine!.id}`)
    await expect(block).toContainText(seen.handling_party.name)
  })

  await test.step('the office takes the ticket out, in words, and the resident reads of no case any more', async () => {
    const { page } = station
    await page.getByRole('link').filter({ hasText: cause }).click()
    await page.getByRole('button', { name: `移出 ${mine!.number}` }).click()
    const sheet = page.getByRole('dialog')
    await sheet.getByLabel('为什么移出').fill('这一次是停电，道闸本身没坏')
    await sheet.getByRole('button', { name: '移出' }).click()
    await expect(sheet).toHaveCount(0)
    await expect(page.getByText(/移出一件诉求/)).toBeVisible()
    await expect(page.getByRole('heading', { name: '同一处、还没归入的诉求' })).toBeVisible()
    await looksRight(page)
    await resident.page.reload()
    await expect(resident.page.getByText(mine!.number).first()).toBeVisible()
    await expect(resident.page.locator('.cause-block')).toHaveCount(0)
    await page.getByRole('button', { name: `归入 ${mine!.number}` }).click()
    await expect(page.getByRole('button', { name: `移出 ${mine!.number}` })).toBeVisible()
  })
})
