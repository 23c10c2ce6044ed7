import { expect, test } from '@playwright/test'
import { fileAtHome, loginOf, looksRight, phoneOf, unique, type Ticket } from './support'

const PHONE = { viewport: { width: 390, height: 844 } }
test.use(PHONE)
test.setTimeout(240_000)

test('the operator asks, the centre suspends a road and looks again, the resident says what he thinks, the estate’s page names nobody, and the operator goes on', async ({ browser, request }) => {
  const resident = await phoneOf(browser, await loginOf(request, 'resident'), PHONE)
  const operator = await phoneOf(browser, await loginOf(request, 'operator_staff'), PHONE)
  const centre = await phoneOf(browser, await loginOf(request, 'center_officer'), PHONE)
  const { home } = await resident.eyes.json<{ home: { building_id: number; estate_id: number } }>('/api/v1/me')
  const ticket = await fileAtHome(resident.eyes, 'REP-07', unique('路面塌了'))
  const path = `/tickets/${ticket.id}`
  await operator.eyes.post(`/api/v1${path}/moves`, { action: 'acknowledge' })
  await resident.eyes.post(`/api/v1${path}/moves`, { action: 'contact_confirm' })
  const more = async (page: typeof resident.page, name: string) => {
    await page.getByRole('button', { name: '更多' }).click()
    await page.getByRole('dialog').getByRole('button', { name }).click()
  }

  await test.step('the operator asks, in words', async () => {
    const { page } = operator
    await page.goto(path)
    await more(page, '申请挂账')
    const sheet = page.getByRole('dialog')
    await sheet.getByRole('button', { name: '提交申请' }).click()
    await expect(sheet).toContainText('请填写')
    await looksRight(page)
    await sheet.getByLabel('为什么现在办不了').fill('整段翻修要动用维修资金')
    await sheet.getByRole('button', { name: '提交申请' }).click()
    await expect(sheet).toHaveCount(0)
    await expect(page.getByRole('heading', { name: /申请挂账，等县物业中心决定/ })).toBeVisible()
    await looksRight(page)
  })

  await test.step('the centre finds it and suspends it with all that the rule asks for', async () => {
    const { page } = centre
    await page.goto('/me')
    await page.getByRole('link', { name: '挂账' }).click()
    await looksRight(page)
    await page.getByRole('link').filter({ hasText: ticket.number }).click()
    await page.getByRole('button', { name: '决定挂账' }).click()
    const sheet = page.getByRole('dialog')
    await expect(sheet).toContainText('整段翻修要动用维修资金')
    await sheet.getByRole('radio', { name: '同意挂账', exact: true }).check({ force: true })
    await sheet.getByRole('button', { name: '就这样定' }).click()
    await expect(sheet).toContainText('请选一个原因')
    await looksRight(page)
    await sheet.getByRole('radio', { name: '要动用维修资金' }).check({ force: true })
    await sheet.getByLabel('文件编号').fill('孟房维〔2026〕18号')
    await sheet.getByLabel('文件说明了什么').fill('维修资金申请已受理，等业主表决')
    await sheet.getByLabel('挂账期间怎么做').fill('已围挡、铺钢板，每周巡查一次，问张师傅13812345678')
    await sheet.getByRole('button', { name: '就这样定' }).click()
    await expect(sheet).toHaveCount(0)
    await expect(page.getByText(/^下次复核/)).toBeVisible()
    await looksRight(page)
  })

  await test.step('the resident reads why and until when, and says what he thinks', async () => {
    const { page } = resident
    await page.goto(path)
    await expect(page.getByText('要动用维修资金').first()).toBeVisible()
    await expect(page.getByText(/已挂账，.*前复核/).first()).toBeVisible()
    await looksRight(page)
    await page.getByRole('button', { name: '对挂账有意见' }).click()
    const sheet = page.getByRole('dialog')
    await sheet.getByLabel('您的意见').fill('坑越来越大，请先补上')
    await sheet.getByRole('button', { name: '提交' }).click()
    await expect(sheet).toHaveCount(0)
    await expect(page.getByText('您对挂账提了意见')).toBeVisible()
  })

  await test.step('the public list of the estate names nobody', async () => {
    const { page } = resident
    await page.goto(`/estates/${home.estate_id}`)
    const list = page.locator('section').filter({ has: page.getByRole('heading', { name: '挂账的事' }) })
    await expect(list).toContainText('已围挡、铺钢板')
    await expect(list).not.toContainText('13812345678')
    await expect(list).not.toContainText(ticket.number)
    await looksRight(page)
  })

  await test.step('the centre looks again, in new words', async () => {
    const { page } = centre
    await page.goto('/suspensions')
    const row = page.getByRole('link').filter({ hasText: ticket.number })
    await expect(row).toContainText('上报人有意见')
    await row.click()
    await page.getByRole('button', { name: '复核挂账' }).click()
    const sheet = page.getByRole('dialog')
    await expect(sheet).toContainText('上报人有意见')
    await sheet.getByRole('radio', { name: '继续挂账' }).check({ force: true })
    await sheet.getByLabel('这段时间做了什么').fill('坑洞已先填平，表决完成一半')
    await looksRight(page)
    await sheet.getByRole('button', { name: '就这样定' }).click()
    await expect(sheet).toHaveCount(0)
    await expect(page.getByText('坑洞已先填平，表决完成一半').first()).toBeVisible()
  })

  await test.step('the operator goes on, with the time that was left', async () => {
    const { page } = operator
    await page.goto(path)
    await page.getByRole('button', { name: '恢复办理' }).or(page.getByRole('button', { name: '更多' })).first().click()
    const sheet = page.getByRole('dialog')
    if (!(await sheet.getByLabel('为什么可以办了').isVisible())) await sheet.getByRole('button', { name: '恢复办理' }).click()
    await sheet.getByLabel('为什么可以办了').fill('资金已到位，开始施工')
    await sheet.getByRole('button', { name: '恢复办理' }).click()
    await expect(sheet).toHaveCount(0)
    const seen = await operator.eyes.json<Ticket & { suspension: { ended_why: string } }>(`/api/v1${path}`)
    expect(seen.state).toBe('in_progress')
    expect(seen.suspension.ended_why).toBe('cleared')
    await looksRight(page)
  })
})
