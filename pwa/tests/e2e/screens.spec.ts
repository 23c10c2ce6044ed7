import AxeBuilder from '@axe-core/playwright'
import { expect, test, type Page } from '@playwright/test'
import { fill, numbersOf, SCREENS } from '../screens/routes.mjs'
import { loginOf, phoneOf, signInByApi } from './support'

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']
/** The rules that judge colours: the dark look differs from the light one in nothing else. */
const OF_COLOURS = ['color-contrast', 'link-in-text-block']
const WIDTHS = [320, 360, 390]
/** The page that everybody opens holds together on the smallest screens, too: a watch, a window at four times its size. */
const SMALLEST = 195
const HEIGHT = 844
/**
 * The looks that are measured. The sizes and colours hang on these attributes alone. The large elder design is put before the
 * accessibility check in English (otherFaults), where words are longest: here only its width is measured.
 */
const LOOKS = [
  { name: 'light', theme: 'light', size: 'm', elder: false },
  { name: 'dark', theme: 'dark', size: 'm', elder: false },
  { name: 'elder', theme: 'light', size: 'xl', elder: true },
]
/** "area.some_key", the way a missing key shows itself. */
const KEY = /\b(common|ticket|people|place|score|rating|desk|overview|bulletin|progress|error|ledger|joint|duty|hand_over|handover|pressure|closing_sign)\.[a-z][a-z0-9_]+\b/

let numbers: Record<string, number | string | undefined> = {}

test.describe.configure({ mode: 'default' })
test.use({ viewport: { width: 390, height: HEIGHT } })
test.setTimeout(420_000)

test.beforeAll(async ({ playwright, baseURL }) => {
  const request = await playwright.request.newContext({ baseURL })
  const resident = await signInByApi(request, await loginOf(request, 'resident'))
  const steward = await signInByApi(request, await loginOf(request, 'building_steward'))
  numbers = await numbersOf(resident.json, steward.json)
  await request.dispose()
})

/** Nothing is being loaded any more: the page says what it has to say. */
async function settled(page: Page): Promise<void> {
  await expect(page.locator('#content')).toBeVisible()
  await expect(page.locator('.skeleton')).toHaveCount(0)
  await page.evaluate(async () => {
    await document.fonts.ready
    await Promise.allSettled(document.getAnimations().map((animation) => animation.finished))
  })
}

function wear(page: Page, look: (typeof LOOKS)[number]): Promise<void> {
  return page.evaluate((one) => {
    const root = document.documentElement
    root.dataset.theme = one.theme
    root.dataset.size = one.size
    root.toggleAttribute('data-elder', one.elder)
  }, look)
}

async function axeFaults(page: Page, where: string, only?: string[]): Promise<string[]> {
  const axe = new AxeBuilder({ page }).setLegacyMode(true)
  const { violations } = await (only ? axe.withRules(only) : axe.withTags(TAGS)).analyze()
  return violations.map((one) => `${where}: ${one.id}: ${one.nodes.map((node) => node.target.join(' ')).slice(0, 3).join(' | ')}`)
}

async function sidewaysFaults(page: Page, where: string, widths = WIDTHS): Promise<string[]> {
  const faults: string[] = []
  for (const width of widths) {
    await page.setViewportSize({ width, height: HEIGHT })
    const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
    if (over > 0) faults.push(`${where}: ${over} px wider than ${width}`)
  }
  return faults
}

async function keyFaults(page: Page, where: string): Promise<string[]> {
  const found = KEY.exec(await page.locator('body').innerText())
  return found ? [`${where}: a key instead of words: ${found[0]}`] : []
}

/** Once in the other language and once in the large elder design, each as somebody who has set it finds it. */
async function otherFaults(page: Page, path: string): Promise<string[]> {
  const set = (locale: string | null, elder: string | null) =>
    page.evaluate(
      ([language, large]) => {
        for (const [name, value] of [['linli.locale', language], ['linli.elder', large]] as const) {
          if (value) localStorage.setItem(name, value)
          else localStorage.removeItem(name)
        }
      },
      [locale, elder],
    )
  await set('en', '1')
  await page.reload()
  await settled(page)
  const faults = [...(await keyFaults(page, `${path} en`)), ...(await sidewaysFaults(page, `${path} en elder`)), ...(await axeFaults(page, `${path} en elder`))]
  await set(null, null)
  return faults
}

for (const { role, paths } of SCREENS) {
  test(`screens of ${role || 'anybody'}`, async ({ browser, request }) => {
    const { page, context } = role ? await phoneOf(browser, await loginOf(request, role)) : await openPhone(browser)
    const faults: string[] = []
    let at = ''
    page.on('console', (message) => {
      if (message.type() === 'error') faults.push(`${at}: console: ${message.text()}`)
    })
    page.on('pageerror', (fault) => faults.push(`${at}: ${fault.message}`))
    for (const path of paths) {
      at = fill(path, numbers)
      await page.goto(at)
      await settled(page)
      for (const look of LOOKS) {
        await wear(page, look)
        if (!look.elder) faults.push(...(await axeFaults(page, `${at} ${look.name}`, look.theme === 'dark' ? OF_COLOURS : undefined)))
        faults.push(...(await sidewaysFaults(page, `${at} ${look.name}`)))
        if (path === '/' && !look.elder) faults.push(...(await sidewaysFaults(page, `${at} ${look.name}`, [SMALLEST])))
      }
      faults.push(...(await keyFaults(page, at)))
      faults.push(...(await otherFaults(page, at)))
    }
    await context.close()
    expect(faults, faults.join('\n')).toEqual([])
  })
}

async function openPhone(browser: import('@playwright/test').Browser) {
  const context = await browser.newContext()
  return { context, page: await context.newPage() }
}
