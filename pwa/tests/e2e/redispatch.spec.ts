import { expect, test } from '@playwright/test'
import { loginOf, looksRight, phoneOf, type Ticket } from './support'

type Lying = Ticket & { actions: string[]; handling_party: { id: number; name: string }; likely_parties?: { kind: string }[] }

test.use({ viewport: { width: 390, height: 844 } })
test.setTimeout(120_000)

test('the town gives a matter that nobody answers to another party, and everybody on it reads why', async ({ browser, request }) => {
  const { page, eyes } = await phoneOf(browser, await loginOf(request, 'town_officer'), { viewport: { width: 390, height: 844 } })
  const operator = await phoneOf(browser, await loginOf(request, 'operator_manager'), { viewport: { width: 390, height: 844 } })
  const { items } = await operator.eyes.json<{ items: { id: number }[] }>('/api/v1/tickets?box=desk&filter=overdue&limit=50')
  let lying: Lying | undefined
  for (const { id } of items) {
    const one = await eyes.json<Lying>(`/api/v1/tickets/${id}`)
    if (one.actions.includes('redispatch') && one.likely_parties?.some((party) => party.kind === 'service_station')) {
      lying = one
      break
    }
  }
  expect(lying, 'the demo county has a matter that lies').toBeDefined()
  const parties = await eyes.json<{ items: { id: number; name: string }[] }>('/api/v1/handling-parties?q=物业')
  const other = parties.items.find((party) => party.id !== lying!.handling_party.id)!

  await page.goto(`/tickets/${lying!.id}`)
  await page.getByRole('button', { name: '改派' }).click()
  const sheet = page.getByRole('dialog')
  await expect(sheet).toContainText(lying!.handling_party.name)

  await test.step('it asks for a party and a reason first', async () => {
    await sheet.getByRole('button', { name: '改派' }).click()
    await expect(sheet).toContainText('请写明改派的理由')
  })

  await test.step('the station of the community is one tap away', async () => {
    await expect(sheet.getByRole('group', { name: '改派给' }).getByRole('button', { name: '这里的镇（街道）' })).toBeVisible()
    await sheet.getByRole('group', { name: '改派给' }).getByRole('button', { name: '这里的社区服务站' }).click()
    await expect(sheet.locator('.chosen')).toContainText('服务站')
    await sheet.getByRole('button', { name: '换一个' }).click()
  })

  await test.step('the party that let it lie is no other', async () => {
    const own = lying!.handling_party.name
    await sheet.getByLabel('别的单位').fill(own)
    await sheet.getByRole('button', { name: own }).first().click()
    await sheet.getByRole('button', { name: '改派' }).click()
    await expect(sheet.getByRole('alert').first()).toContainText(own)
    await sheet.getByRole('button', { name: '换一个' }).click()
  })

  await test.step('the new party has it, with the reason in the timeline', async () => {
    await sheet.getByLabel('别的单位').fill(other.name)
    await sheet.getByRole('button', { name: other.name }).first().click()
    await sheet.getByLabel(/理由/).fill('到期三天无人应答')
    await sheet.getByRole('button', { name: '改派' }).click()
    await expect(sheet).toHaveCount(0)
    await expect(page.getByText(`改派给${other.name}，时限重新计算`)).toBeVisible()
    await expect(page.getByText('到期三天无人应答')).toBeVisible()
    await expect(page.getByRole('button', { name: '改派' })).toHaveCount(0)
  })

  await test.step('the party that lost it reads why, and what stays its own', async () => {
    await operator.page.goto('/desk/handed-over')
    const row = operator.page.getByRole('link').filter({ hasText: '到期三天无人应答' })
    await expect(row).toContainText(other.name)
    await looksRight(operator.page)
    await row.click()
    await expect(operator.page.getByText('期限已过，被改派：到期三天无人应答')).toBeVisible()
    await expect(operator.page.locator('.missed li').first()).toBeVisible()
    await looksRight(operator.page, '/desk/handed-over/:id')
  })

  await test.step('at its old address it is told where the matter went, and led to its look; whoever never had it reads that there is no such page', async () => {
    await operator.page.goto(`/tickets/${lying!.id}`)
    await expect(operator.page.getByText('这件事不再由您单位办理')).toBeVisible()
    await expect(operator.page.getByText(`交给了${other.name}`)).toBeVisible()
    await operator.page.getByRole('link', { name: '看当时的样子' }).click()
    await expect(operator.page.getByText('期限已过，被改派：到期三天无人应答')).toBeVisible()
    const stranger = await phoneOf(browser, await loginOf(request, 'owning_unit_staff'), { viewport: { width: 390, height: 844 } })
    await stranger.page.goto(`/tickets/${lying!.id}`)
    await expect(stranger.page.getByText('没有这个页面')).toBeVisible()
    await expect(stranger.page.getByText(other.name)).toHaveCount(0)
    await stranger.context.close()
    await operator.context.close()
  })

  const now = await eyes.json<Lying>(`/api/v1/tickets/${lying!.id}`)
  expect(now.handling_party.id).toBe(other.id)
  expect(now.state).toBe('dispatched')
})
