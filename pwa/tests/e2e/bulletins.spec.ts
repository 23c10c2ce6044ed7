import { expect, test, type Page } from '@playwright/test'
import { chooseCategory, loginOf, phoneOf, unique } from './support'

test.setTimeout(120_000)

/** Does something that is sent at once, and waits until the server has taken it. */
async function taken<Answer>(page: Page, path: RegExp, act: () => Promise<void>): Promise<Answer> {
  const answer = page.waitForResponse((one) => one.request().method() === 'POST' && path.test(new URL(one.url()).pathname))
  await act()
  const given = await answer
  expect(given.ok(), `${given.url()} ${given.status()}`).toBe(true)
  return (await given.json()) as Answer
}

test('a party posts a bulletin, residents read it on their home and while they report, and it is gone when the party ends it', async ({ browser, request }) => {
  const operator = await phoneOf(browser, await loginOf(request, 'operator_staff'), { viewport: { width: 1280, height: 860 }, permissions: ['clipboard-read', 'clipboard-write'] })
  const resident = await phoneOf(browser, await loginOf(request, 'resident'), { viewport: { width: 390, height: 844 } })
  const home = (resident.eyes.account as { home: { estate_name: string; building_name: string; building_id: number } }).home
  const words = unique('配电箱检修，全楼停电')
  const desk = operator.page
  const phone = resident.page

  const { id } = await test.step('posted at the desk, after what is missing was said', async () => {
    await desk.goto('/desk')
    await desk.getByRole('link', { name: '停用公告' }).click()
    await desk.getByRole('button', { name: '发公告' }).click()
    await desk.getByRole('button', { name: '马上发布' }).click()
    await expect(desk.getByText('请选是什么事。')).toBeVisible()
    await desk.getByLabel('小区', { exact: true }).selectOption({ label: home.estate_name })
    await desk.getByRole('button', { name: home.building_name, exact: true }).click()
    await desk.getByRole('radio', { name: '停电或电压不稳' }).check()
    await desk.getByRole('button', { name: '2 小时', exact: true }).click()
    await desk.getByLabel('怎么回事').fill('请打 13803790001')
    await desk.getByRole('button', { name: '马上发布' }).click()
    await expect(desk.getByText(/公告里写了个人的电话/)).toBeVisible()
    await desk.getByLabel('怎么回事').fill(words)
    await desk.getByRole('button', { name: /请拔掉大功率电器的插头/ }).click()
    await expect(desk.getByRole('complementary').locator('.bulletin')).toContainText(words)
    return taken<{ id: number }>(desk, /\/bulletins$/, () => desk.getByRole('button', { name: '马上发布' }).click())
  })

  // Other tests post, too: this one looks at its own.
  const row = desk.locator(`.live [data-bulletin="${id}"]`)
  const past = desk.locator(`.past[data-bulletin="${id}"]`)
  await test.step('the text for the group names the day and nobody', async () => {
    await expect(row).toContainText(words)
    await expect(row).toContainText('进行中')
    await row.getByRole('button', { name: '复制群通知' }).click()
    await expect(desk.getByText('已复制，到微信群里粘贴就行')).toBeVisible()
    const copied = await desk.evaluate(() => navigator.clipboard.readText())
    expect(copied).toContain('【通知】停电或电压不稳')
    expect(copied).toContain(`${home.estate_name} ${home.building_name}`)
    expect(copied).toContain(words)
    expect(copied).not.toMatch(/今天|明天|马永刚/)
  })

  const known = phone.getByRole('region', { name: '这件事已经知道了' })
  await test.step('the resident reads it at home, and before he reports the same', async () => {
    await phone.goto('/')
    await expect(phone.locator('[data-bulletins]')).toContainText(words)
    await phone.goto('/tickets/new')
    await chooseCategory(phone, '停电、电压异常')
    await expect(known).toContainText(words)
    await expect(phone.getByRole('button', { name: '提交' })).toBeVisible()
    await known.getByRole('button', { name: '仍然要报' }).click()
    await expect(phone.getByText(/已知：停电或电压不稳，预计.+恢复。您这件照常受理。/)).toBeVisible()
  })

  await test.step('whoever opens the code on the door reads it without an account, and on the building\'s page everybody does', async () => {
    const { token } = await operator.eyes.json<{ token: string }>(`/api/v1/buildings/${home.building_id}/poster`)
    const stranger = await (await browser.newContext({ viewport: { width: 390, height: 844 } })).newPage()
    await stranger.goto(`/q/${token}`)
    await expect(stranger.locator('[data-bulletins]')).toContainText(words)
    await stranger.context().close()
    await desk.goto(`/buildings/${home.building_id}`)
    await expect(desk.locator('[data-bulletins]')).toContainText(words)
    await desk.goto('/bulletins')
  })

  await test.step('another matter of the same place shows none of it', async () => {
    await phone.getByRole('button', { name: /换一类/ }).click()
    await chooseCategory(phone, '停气')
    await expect(phone.getByRole('button', { name: '提交' })).toBeVisible()
    await expect(known).toHaveCount(0)
  })

  await test.step('the party moves the end, and the resident reads why', async () => {
    await row.getByRole('button', { name: '改时间' }).click()
    const sheet = desk.getByRole('dialog')
    await sheet.getByRole('button', { name: '8 小时', exact: true }).click()
    await sheet.getByRole('button', { name: '配件还没到' }).click()
    await taken(desk, /\/changes$/, () => sheet.getByRole('button', { name: '改好了' }).click())
    await expect(row).toContainText('改过 1 次')
    await phone.goto('/')
    await expect(phone.locator('[data-bulletins]')).toContainText('时间改过：配件还没到')
  })

  const end = async () => {
    await row.getByRole('button', { name: '结束公告' }).click()
    const sheet = desk.getByRole('dialog')
    await sheet.getByRole('button', { name: '已恢复' }).click()
    await taken(desk, /\/end$/, () => sheet.getByRole('button', { name: '现在结束' }).click())
    await expect(past).toContainText('已恢复')
  }
  await test.step('an end that slipped is taken back; ended for good it is gone', async () => {
    await end()
    await taken(desk, /\/end\/undo$/, () => desk.getByRole('button', { name: '撤销', exact: true }).click())
    await expect(row.getByText('进行中')).toBeVisible()
    await expect(past).toHaveCount(0)
    await end()
    await expect(row).toHaveCount(0)
    await phone.goto('/')
    await expect(phone.getByText('我反映的')).toBeVisible()
    await expect(phone.getByText(words)).toHaveCount(0)
    await phone.goto('/tickets/new')
    // The draft of before may lie there, with its category; a fresh form begins with the question.
    const other = phone.getByRole('button', { name: /换一类/ })
    await expect(other.or(phone.getByRole('button', { name: '搜索' })).first()).toBeVisible()
    if (await other.isVisible()) await other.click()
    await chooseCategory(phone, '停电、电压异常')
    await expect(phone.getByRole('button', { name: '提交' })).toBeVisible()
    await expect(known).toHaveCount(0)
  })
})
