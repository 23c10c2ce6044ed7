import { expect, test } from '@playwright/test'
import { loginOf, phoneOf, signInByApi } from './support'

interface Check { id: number; phone: string; party_name: string; due_at: string; result?: string }
interface Share { calls: number }

test.use({ viewport: { width: 390, height: 844 } })

test('a posted phone is called: the station finds it when its minute has come, tells what came of it, corrects it once; residents read the counts', async ({ browser, request }) => {
  const { page, eyes } = await phoneOf(browser, await loginOf(request, 'station_staff'), { viewport: { width: 390, height: 844 } })
  const { items } = await eyes.json<{ items: Check[] }>('/api/v1/phone-checks')
  expect(items.length, 'the demo county has a call for this station while it is young').toBeGreaterThan(0)
  const call = items[0]!
  expect(new Date(call.due_at).getTime()).toBeLessThan(Date.now())

  await test.step('the party that is called learns nothing of it', async () => {
    const party = await signInByApi(request, await loginOf(request, 'operator_manager'))
    expect((await party.ask('/api/v1/phone-checks')).status()).toBe(403)
    const draws = await party.json<{ items: { revealed: boolean; secret?: string; secret_hash: string }[] }>('/api/v1/phone-draws')
    expect(draws.items.filter((draw) => !draw.revealed && draw.secret)).toEqual([])
    expect(draws.items.filter((draw) => draw.revealed && draw.secret).length).toBeGreaterThan(0)
  })

  await test.step('one tap calls, one tells', async () => {
    await page.goto('/me')
    await page.getByRole('link', { name: '要打的公布电话' }).click()
    const card = page.locator('.check:not(.told)').first()
    await expect(card).toContainText(call.party_name)
    await expect(card.getByRole('link')).toHaveAttribute('href', `tel:${call.phone.replace(/[^0-9+]/g, '')}`)
    await card.getByRole('button', { name: '没人接' }).click()
    const told = page.locator('.told').first()
    await expect(told).toContainText(call.party_name)
    await expect(told).toContainText('没人接')
    await told.getByRole('button', { name: '占线' }).click()
    await expect(page.locator('.told')).toHaveCount(1)
    await expect(page.locator('.told').getByRole('button')).toHaveCount(0)
    await expect(page.locator('.told')).toContainText('占线')
  })

  await test.step('a third word is refused', async () => {
    const again = await request.post(`/api/v1/phone-checks/${call.id}/results`, { headers: { 'X-Linli-Client': 'pwa', Authorization: `Bearer ${eyes.token}` }, data: { result: 'answered' } })
    expect(again.status()).toBe(409)
    expect(((await again.json()) as { code: string }).code).toBe('phone_check.settled')
  })

  await test.step('the estate tells how often its numbers were answered', async () => {
    const resident = await phoneOf(browser, await loginOf(request, 'resident'), { viewport: { width: 390, height: 844 } })
    const estate = (resident.eyes.account as { home: { estate_id: number } }).home.estate_id
    const phones = await resident.eyes.json<{ party: Share; station: Share }>(`/api/v1/estates/${estate}/posted-phones`)
    await resident.page.goto(`/estates/${estate}`)
    const block = resident.page.locator('.answered')
    await expect(block).toContainText('公布的电话有没有人接')
    for (const share of [phones.party, phones.station]) {
      await expect(block).toContainText(share.calls ? `打了 ${share.calls} 次` : '还没有抽到打过')
    }
  })
})
