import { expect, test } from '@playwright/test'
import { loginOf, phoneOf, signInByApi } from './support'

test('a place is found by its name: an estate leads to its buildings, a community and a town are searched', async ({ browser, request }) => {
  const login = await loginOf(request, 'center_officer')
  const eyes = await signInByApi(request, login)
  const { items } = await eyes.json<{ items: { id: number; name: string; buildings: number }[] }>('/api/v1/estates?limit=100&baseline_class=professional')
  const estate = items.find((one) => one.buildings > 1)!
  const { page } = await phoneOf(browser, login)
  await page.goto('/appointments')
  await page.getByRole('button', { name: '任命', exact: true }).click()
  const sheet = page.getByRole('dialog')
  await sheet.getByLabel('负责哪里').fill(estate.name)
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

test('a town officer who comes by the address sees that it is not his, and no form', async ({ browser, request }) => {
  const { page } = await phoneOf(browser, await loginOf(request, 'town_officer'))
  await page.goto('/appointments')
  await expect(page.getByRole('heading', { name: '这里您看不到', level: 1 })).toBeVisible()
  await expect(page.getByRole('button', { name: '任命' })).toHaveCount(0)
  await expect(page.getByRole('searchbox')).toHaveCount(0)
})
