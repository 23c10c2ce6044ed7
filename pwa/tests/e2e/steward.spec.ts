import { expect, test } from '@playwright/test'
import { chooseCategory, arrivedOnce, loginOf, phoneOf, unique } from './support'

test.use({ viewport: { width: 390, height: 844 } })

test('the steward files for a neighbour who has no phone', async ({ browser, request }) => {
  const words = unique('王奶奶家门口的灯不亮')
  const { page, eyes, context } = await phoneOf(browser, await loginOf(request, 'building_steward'))
  await page.goto('/')
  await page.getByRole('link', { name: '代邻居上报' }).click()
  await expect(page.getByRole('heading', { name: '替谁上报' })).toBeVisible()
  await chooseCategory(page, '楼道灯、路灯不亮')
  await page.getByLabel('说明情况').fill(words)

  // Without a name it stays on the phone and says why.
  await page.getByRole('button', { name: '提交' }).click()
  await expect(page.getByText('请写邻居的姓名')).toBeVisible()

  await page.getByLabel('姓名').fill('王桂英')
  await page.getByRole('radio', { name: '当面说的' }).check()
  await page.getByRole('button', { name: '提交' }).click()
  const ticket = await arrivedOnce(eyes, words)
  expect(ticket.on_behalf).toBe(true)

  await page.goto(`/tickets/${ticket.id}`)
  await expect(page.getByText('您代邻居反映。办好以后请问问他本人，再替他转告；您不能代他评价。')).toBeVisible()
  await context.close()
})
