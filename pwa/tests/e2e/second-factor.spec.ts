import { expect, test, type Page } from '@playwright/test'
import { App, ownProgram, type Program } from './program'
import { loginOf, looksRight, phoneOf, signInByHand } from './support'

const PHONE = '13900000001'
const PASSWORD = '雪地里的梅花开得真好'
const MONO = '.codes li'

test.use({ viewport: { width: 390, height: 844 } })
test.describe.configure({ mode: 'serial' })
test.setTimeout(240_000)

/** Types digits as a person does: the sixth sends by itself. */
async function typeCode(page: Page, code: string): Promise<void> {
  await page.getByLabel('6 位动态码').pressSequentially(code)
}

async function keyOnScreen(page: Page): Promise<App> {
  const secret = (await page.locator('.secret').innerText()).replace(/\s/g, '')
  expect(secret).toMatch(/^[A-Z2-7]{32}$/)
  const link = await page.getByRole('link', { name: '应用就在这台设备上' }).getAttribute('href')
  expect(link).toContain(`secret=${secret}&`)
  expect(link).not.toContain(PHONE)
  await expect(page.getByRole('img', { name: '给身份验证器扫的二维码' })).toBeVisible()
  return new App(secret)
}

async function keepCodes(page: Page): Promise<string[]> {
  await expect(page.locator(MONO)).toHaveCount(10)
  const codes = await page.locator(MONO).allInnerTexts()
  await page.getByRole('button', { name: '完成' }).click()
  await expect(page.getByText('请先保存好，再勾选上面这一句')).toBeVisible()
  await page.getByLabel('我已经保存好了').check()
  await page.getByRole('button', { name: '完成' }).click()
  await expect(page.locator(MONO)).toHaveCount(0)
  return codes
}

async function signOutOf(page: Page): Promise<void> {
  await page.goto('/me')
  await page.getByRole('button', { name: '退出登录' }).click()
  await expect(page).toHaveURL(/sign-in/)
}

async function passwordAt(page: Page, url: string): Promise<void> {
  await page.goto(`${url}/sign-in`)
  await page.getByRole('button', { name: '用密码登录' }).click()
  await page.getByLabel('手机号').fill(PHONE)
  await page.getByLabel('密码', { exact: true }).fill(PASSWORD)
  await page.getByRole('button', { name: '登录', exact: true }).click()
}

test.describe('where it counts', () => {
  let program: Program

  test.beforeAll(async () => {
    program = await ownProgram()
  })
  test.afterAll(async () => {
    await program.stop()
  })

  test('the first administrator, from the set-up to a lost phone', async ({ browser }) => {
    const context = await browser.newContext({ baseURL: program.url, permissions: ['clipboard-read', 'clipboard-write'] })
    const page = await context.newPage()
    const faults: string[] = []
    page.on('pageerror', (fault) => faults.push(fault.message))

    // The set-up leads straight to the key: the password was typed a moment ago.
    await page.goto('/setup')
    await page.getByLabel('一次性口令').fill(program.token)
    await page.getByLabel('姓名').fill('高建国')
    await page.getByLabel('手机号').fill(PHONE)
    await page.getByLabel('新密码').fill(PASSWORD)
    await page.getByRole('button', { name: '设置第一位管理员' }).click()
    await expect(page.getByText('第 2 步，共 3 步')).toBeVisible()

    // Every other page leads back here, and there is no way around by the tabs.
    await page.goto('/appointments')
    await expect(page).toHaveURL(/second-factor\?next=\/appointments/)
    await expect(page.getByText('第 1 步，共 3 步')).toBeVisible()
    await expect(page.locator('.tab-bar')).toHaveCount(0)
    await looksRight(page)
    await page.getByLabel('密码', { exact: true }).fill('不是这个密码也不行')
    await page.getByRole('button', { name: '下一步' }).click()
    await expect(page.getByText('现在的密码不对')).toBeVisible()
    await page.getByLabel('密码', { exact: true }).fill(PASSWORD)
    await page.getByRole('button', { name: '下一步' }).click()

    const app = await keyOnScreen(page)
    await looksRight(page)
    await typeCode(page, app.wrong())
    await expect(page.getByText('动态码不对')).toBeVisible()
    await typeCode(page, await app.code())
    await expect(page.locator(MONO)).toHaveCount(10)
    await looksRight(page)
    await page.emulateMedia({ media: 'print' })
    await expect(page.getByText('邻里 恢复码 · 高建国')).toBeVisible()
    await expect(page.getByRole('button', { name: '打印' })).toBeHidden()
    await page.emulateMedia({ media: 'screen' })
    await page.getByRole('button', { name: '复制' }).click()
    const copied = await page.evaluate(() => navigator.clipboard.readText())
    const codes = await keepCodes(page)
    expect(copied.split('\n')).toEqual(codes)
    await expect(page).toHaveURL(/appointments$/) // where he wanted to go
    await page.goto('/me')
    await expect(page.getByText('恢复码还剩 10 个')).toBeVisible()

    // From now on the password alone opens nothing.
    await signOutOf(page)
    await passwordAt(page, program.url)
    await expect(page.getByRole('heading', { name: '再确认一次是您本人' })).toBeVisible()
    await looksRight(page)
    await typeCode(page, app.wrong())
    await expect(page.getByText('还可以试 4 次')).toBeVisible()
    await page.goto('/me')
    await expect(page).toHaveURL(/sign-in/)
    await passwordAt(page, program.url)
    await typeCode(page, await app.code())
    await expect(page).not.toHaveURL(/sign-in/)

    // A lost phone, a new device: by text message and a recovery code, typed carelessly.
    const other = await (await browser.newContext({ baseURL: program.url })).newPage()
    await other.goto('/sign-in')
    await other.getByLabel('手机号').fill(PHONE)
    await other.getByRole('button', { name: '获取验证码' }).click()
    await other.getByLabel('验证码', { exact: true }).pressSequentially(await program.codeFor(PHONE))
    await other.getByRole('button', { name: '手机不在身边？用恢复码' }).click()
    await other.getByLabel('恢复码', { exact: true }).fill(codes[0]!.toUpperCase().replaceAll('-', ' '))
    await other.getByRole('button', { name: '登录', exact: true }).click()
    await expect(other).not.toHaveURL(/sign-in/)
    await other.goto('/me')
    await expect(other.getByText('恢复码还剩 9 个')).toBeVisible()

    await other.getByRole('link', { name: '换一批恢复码' }).click()
    await other.getByRole('button', { name: '手机不在身边？用恢复码' }).click()
    await other.getByLabel('恢复码', { exact: true }).fill(codes[0]!)
    await other.getByRole('button', { name: '换一批恢复码' }).click()
    await expect(other.getByText('恢复码不对，或已经用过')).toBeVisible()
    await looksRight(other, '/second-factor/codes')
    await other.getByLabel('恢复码', { exact: true }).fill(codes[1]!)
    await other.getByRole('button', { name: '换一批恢复码' }).click()
    const fresh = await keepCodes(other)
    expect(fresh).not.toContain(codes[2])

    // A new phone: the old factor goes for a code, and the next one is asked for at once.
    await other.getByRole('button', { name: '换一部手机' }).click()
    const sheet = other.getByRole('dialog')
    await sheet.getByRole('button', { name: '手机不在身边？用恢复码' }).click()
    await sheet.getByLabel('恢复码', { exact: true }).fill(fresh[0]!)
    await sheet.getByRole('button', { name: '换一部手机' }).click()
    await expect(other).toHaveURL(/second-factor/)
    await expect(other.getByText('第 1 步，共 3 步')).toBeVisible()
    await page.goto('/appointments') // and so it is on the first device
    await expect(page).toHaveURL(/second-factor/)
    await page.getByRole('button', { name: '退出登录' }).click()
    await expect(page).toHaveURL(/sign-in/)
    expect(faults).toEqual([])
  })
})

test('the demo lets its administrator in without, and he helps a colleague who has lost his phone', async ({ browser, request }) => {
  const colleague = await loginOf(request, 'town_officer')
  const admin = await phoneOf(browser, await loginOf(request, 'admin'))
  await admin.page.goto('/me')
  await expect(admin.page.getByText('演示县不强制')).toBeVisible()

  const context = await browser.newContext({ serviceWorkers: 'block' }) // so that its files can be held up
  const page = await context.newPage()
  await signInByHand(page, colleague)
  await page.goto('/me')
  await page.getByRole('link', { name: '开启两步验证' }).click()
  await page.getByLabel('密码', { exact: true }).fill(colleague.password)
  await page.getByRole('button', { name: '下一步' }).click()
  const app = await keyOnScreen(page)
  await typeCode(page, await app.code())
  await keepCodes(page)
  await expect(page).toHaveURL(/\/me$/)
  await expect(page.getByText('已开启')).toBeVisible()

  // His button on the start page asks for the code, too.
  const third = await (await browser.newContext()).newPage()
  await third.goto('/sign-in')
  await third.getByRole('button', { name: '看全部身份' }).click()
  await third.getByRole('button', { name: colleague.name }).click()
  await expect(third.getByRole('heading', { name: '再确认一次是您本人' })).toBeVisible()

  await admin.page.goto('/appointments')
  await admin.page.getByLabel('按姓名、小区或楼栋找').fill(colleague.name)
  const lost = admin.page.getByRole('button', { name: `手机丢了 ${colleague.name}` }).filter({ visible: true })
  await lost.click()
  const sheet = admin.page.getByRole('dialog')
  await sheet.getByRole('button', { name: '在所有设备上退出' }).click()
  await expect(sheet.getByText('请写明理由')).toBeVisible()
  await sheet.getByLabel('理由').fill('手机丢了，已当面确认')
  await sheet.getByLabel('同时重置两步验证').check()
  await sheet.getByRole('button', { name: '在所有设备上退出' }).click()
  await expect(admin.page.getByText('的两步验证已重置')).toBeVisible()
  await lost.click() // with nothing to reset any more, only the sign-out is left
  await expect(sheet.getByRole('heading', { name: '的手机丢了？' })).toBeVisible()
  await expect(sheet.getByLabel('同时重置两步验证')).toHaveCount(0)
  await sheet.getByLabel('理由').fill('又丢了一部，已当面确认')
  await sheet.getByRole('button', { name: '在所有设备上退出' }).click()
  await expect(admin.page.getByText('已在所有设备上退出登录')).toBeVisible()

  // The server's no arrives while the page's own file is still on its way.
  await page.route('**/assets/MePage-*.js', async (route) => {
    await page.waitForResponse('**/api/v1/session/refresh')
    await route.continue()
  })
  await page.goto('/me') // signed out everywhere, and in again by the password alone
  await expect(page).toHaveURL(/sign-in/)
  await signInByHand(page, colleague)
  await page.goto('/me')
  await expect(page.getByText('未开启')).toBeVisible()
})
