import { expect, test } from '@playwright/test'
import { loginOf, phoneOf, type Ticket } from './support'

type Lying = Ticket & { actions: string[]; handling_party: { id: number; name: string } }

test.use({ viewport: { width: 390, height: 844 } })

test('the town gives a matter that nobody answers to another party, and everybody on it reads why', async ({ browser, request }) => {
  const { page, eyes } = await phoneOf(browser, await loginOf(request, 'town_officer'), { viewport: { width: 390, height: 844 } })
  const { items } = await eyes.json<{ items: { id: number }[] }>('/api/v1/tickets?box=all&filter=overdue&limit=50')
  let lying: Lying | undefined
  for (const { id } of items) {
    const one = await eyes.json<Lying>(`/api/v1/tickets/${id}`)
    if (one.actions.includes('redispatch')) {
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

  await test.step('the new party has it, with the reason in the timeline', async () => {
    await sheet.getByLabel('改派给').fill(other.name)
    await sheet.getByRole('button', { name: other.name }).first().click()
    await sheet.getByLabel(/理由/).fill('到期三天无人应答')
    await sheet.getByRole('button', { name: '改派' }).click()
    await expect(sheet).toHaveCount(0)
    await expect(page.getByText(`改派给${other.name}，时限重新计算`)).toBeVisible()
    await expect(page.getByText('到期三天无人应答')).toBeVisible()
    await expect(page.getByRole('button', { name: '改派' })).toHaveCount(0)
  })

  const now = await eyes.json<Lying>(`/api/v1/tickets/${lying!.id}`)
  expect(now.handling_party.id).toBe(other.id)
  expect(now.state).toBe('dispatched')
})
