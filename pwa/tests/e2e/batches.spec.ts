import { expect, test } from '@playwright/test'
import { arrivedOnce, chooseCategory, loginOf, phoneOf, unique } from './support'

test.use({ viewport: { width: 390, height: 844 } })

interface Building {
  id: number
  name: string
  households: number
}

interface Estate {
  id: number
  name: string
  buildings_list: Building[]
}

test('in a small building a complaint waits for its batch, and whom it is about sees nothing of it', async ({ browser, request }) => {
  const words = unique('楼道一个月没人扫了')
  const resident = await phoneOf(browser, await loginOf(request, 'resident'))
  const station = await phoneOf(browser, await loginOf(request, 'station_staff'), { viewport: { width: 1280, height: 800 } })
  const town = await phoneOf(browser, await loginOf(request, 'town_officer'), { viewport: { width: 1280, height: 800 } })

  // A building of few homes that the station of the fixed sign-in answers for: the resident's mother lives there.
  const { items } = await town.eyes.json<{ items: { id: number; state: string; estate_id: number; text_short: string }[] }>('/api/v1/tickets?box=all&filter=open&limit=100')
  const mother = items.find((row) => row.text_short.startsWith('我妈住的这栋楼'))
  expect(mother, 'the demo county has a complaint from a small building').toBeDefined()
  const estate = await resident.eyes.json<Estate>(`/api/v1/estates/${mother!.estate_id}`)
  expect(estate.buildings_list[0]!.households).toBeLessThan(20)
  if (mother!.state === 'accepted') expect((await station.eyes.ask(`/api/v1/tickets/${mother!.id}`)).status()).toBe(404)

  const { page } = resident
  await page.goto('/tickets/new')
  await chooseCategory(page, '楼道、道路脏乱')
  await page.getByRole('button', { name: '换地方' }).click()
  const sheet = page.getByRole('dialog')
  await sheet.getByRole('searchbox').fill(estate.name)
  await sheet.getByRole('button', { name: estate.name }).first().click()
  await sheet.getByRole('button', { name: estate.buildings_list[0]!.name }).first().click()
  await sheet.getByRole('button', { name: '公共地方' }).click()
  await expect(page.getByText('不单独派单：每天10:00或16:00')).toBeVisible()
  await page.getByLabel('说明情况').fill(words)
  await page.getByRole('button', { name: '提交' }).click()
  const ticket = await arrivedOnce(resident.eyes, words)
  expect(ticket.state).toBe('accepted')
  await expect(page.getByText(`和别的一起派给${ticket.handling_party.name}`)).toBeVisible()

  await page.goto(`/tickets/${ticket.id}`)
  await expect(page.getByText(`已受理，会和别的一起派给${ticket.handling_party.name}`)).toBeVisible()
  await expect(page.getByText(/(10|16):00前派单/).first()).toBeVisible()
  await expect(page.getByText('派单以后可以在这里留言。')).toBeVisible()

  // The station must answer: nothing of it is there for it.
  expect((await station.eyes.ask(`/api/v1/tickets/${ticket.id}`)).status()).toBe(404)
  for (const box of ['desk', 'all']) {
    const seen = await station.eyes.ask(`/api/v1/tickets?box=${box}&limit=100`)
    expect(await seen.text()).not.toContain(words)
  }
  await station.page.goto('/desk')
  await expect(station.page.getByText(words)).toHaveCount(0)

  // The town has no interest: it sees it at once, marked.
  await town.page.goto(`/tickets/${ticket.id}`)
  await expect(town.page.getByText(`在等集中派单，${ticket.handling_party.name}还看不到`)).toBeVisible()
  await expect(town.page.getByText('待派单').first()).toBeVisible()

  await page.getByRole('button', { name: '撤回', exact: true }).click()
  await page.getByRole('dialog').getByRole('button', { name: '撤回', exact: true }).click()
  await expect(page.getByText('已撤回').first()).toBeVisible()
  for (const one of [resident, station, town]) await one.context.close()
})
