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

test('what the neighbour says of the result is passed on, without stars', async ({ browser, request }) => {
  test.setTimeout(120_000)
  const words = unique('赵大爷家楼道的灯又不亮')
  const steward = await phoneOf(browser, await loginOf(request, 'building_steward'))
  const { page, eyes } = steward
  await page.goto('/tickets/new?for=neighbour')
  await chooseCategory(page, '楼道灯、路灯不亮')
  await page.getByLabel('说明情况').fill(words)
  await page.getByLabel('姓名').fill('赵德福')
  await page.getByRole('radio', { name: '当面说的' }).check()
  await page.getByRole('button', { name: '提交' }).click()
  const ticket = await arrivedOnce(eyes, words)

  // He has no telephone: there is no number that anybody could be let see.
  await page.goto(`/tickets/${ticket.id}`)
  await expect(page.getByRole('button', { name: '撤回', exact: true })).toBeVisible()
  await expect(page.getByRole('button', { name: '同意看邻居的电话' })).toHaveCount(0)

  const handler = await phoneOf(browser, await loginOf(request, 'operator_staff'))
  const post = async (path: string, data: object) => {
    const answer = await handler.context.request.post(`/api/v1/tickets/${ticket.id}${path}`, { headers: { 'X-Linli-Client': 'pwa', Authorization: `Bearer ${handler.eyes.token}` }, data })
    expect(answer.ok(), `${path}: ${await answer.text()}`).toBe(true)
  }
  const done = () => post('/done', { client_id: crypto.randomUUID(), result: '换了灯泡，试亮正常', no_photo_reason: '相机坏了，无法拍照' })
  await post('/moves', { action: 'acknowledge' })
  await done()

  await page.goto(`/tickets/${ticket.id}`)
  await expect(page.getByText('请问问邻居本人，解决没解决')).toBeVisible()
  await page.getByRole('button', { name: '他说没解决' }).click()
  const sheet = page.getByRole('dialog')
  await expect(sheet.getByRole('heading', { name: '他说哪里没有解决？' })).toBeVisible()
  await sheet.getByLabel('他是怎么说的').fill('他说一楼还是不亮')
  await sheet.getByRole('button', { name: '退回重办' }).click()
  await expect(page.getByText('您转告：邻居说没有解决，退回重办')).toBeVisible()

  await done()
  await page.goto(`/tickets/${ticket.id}`)
  await page.getByRole('button', { name: '他说解决了' }).click()
  await expect(sheet.getByText('不打星')).toBeVisible()
  await expect(sheet.getByRole('radio')).toHaveCount(0)
  await sheet.getByRole('button', { name: '问过了，他说解决了' }).click()
  await expect(page.getByText('您转告：邻居说解决了')).toBeVisible()
  expect((await eyes.json<{ state: string }>(`/api/v1/tickets/${ticket.id}`)).state).toBe('closed_unrated')

  // The party reads who said it.
  await handler.page.goto(`/tickets/${ticket.id}`)
  await expect(handler.page.getByText('据楼栋长转告，邻居说解决了')).toBeVisible()
  await handler.context.close()
  await steward.context.close()
})
