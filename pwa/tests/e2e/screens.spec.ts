import AxeBuilder from '@axe-core/playwright'
import { expect, test, type Page } from '@playwright/test'
import { fill, numbersOf, SCREENS } from '../screens/routes.mjs'
import { loginOf, phoneOf, signInByApi } from './support'

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']
/** The rules that judge colours: the dark look differs from the light one in nothing else. */
const OF_COLOURS = ['color-contrast', 'link-in-text-block']
const WIDTHS = [320, 360, 390]
/** What everybody opens holds together on the smallest screens, too: a watch, a phone at twice its size. */
const SMALLEST = 195
const EVERYBODYS = ['/', '/sign-in', '/tickets/new', '/tickets/{ticket}', '/desk']
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
const KEY = /\b(common|ticket|people|place|score|rating|desk|overview|bulletin|progress|error|ledger|joint|duty|handover|pressure|cause|template|promise|callback|suspension|closing_sign)\.[a-z][a-z0-9_]+\b/

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
  await page.setViewportSize({ width: 390, height: HEIGHT })
  return faults
}

/** What the server calls people, places, parties and their words: these are Chinese in every language. */
const NAMED = /(^|_)(names?|estates|text|short|words|note|reason|result|why|address|title|lead|place|answer|label|masked|said|device|meanwhile|interim|cause|remedy|example)(_|$)/
/** The switch of languages is found by whoever reads one of them. */
const OF_BOTH = ['Language 语言', '中文']
const CHINESE = /[\u3400-\u9fff\u3001-\u303f\uff01-\uff5e]+/

/** Collects the names and words that somebody wrote, from every answer that this page gets. */
function listen(page: Page): { written: () => Promise<string[]> } {
  const found = new Set<string>()
  const reading: Promise<void>[] = []
  function collect(value: unknown, key: string): void {
    if (typeof value === 'string') {
      if (NAMED.test(key) && CHINESE.test(value)) found.add(value)
    } else if (Array.isArray(value)) {
      for (const one of value) collect(one, key)
    } else if (value && typeof value === 'object') {
      for (const [name, one] of Object.entries(value)) if (name !== 'zh') collect(one, name)
    }
  }
  page.on('response', (answer) => {
    if (new URL(answer.url()).pathname.startsWith('/api/v1/')) reading.push(answer.json().then((body) => collect(body, ''), () => undefined))
  })
  return {
    written: async () => {
      await Promise.all(reading)
      return [...found].sort((a, b) => b.length - a.length)
    },
  }
}

/** Everything that is read or heard on an English page, without what says itself that it is in another language. */
function said(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const words: string[] = []
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT, (node) =>
      node instanceof Element && (!node.checkVisibility() || (node.getAttribute('lang') ?? 'en') !== 'en') ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_ACCEPT)
    while (walk.nextNode()) {
      const node = walk.currentNode
      if (node instanceof Element) words.push(...['aria-label', 'alt', 'title', 'placeholder'].map((name) => node.getAttribute(name) ?? ''))
      else words.push(node.nodeValue ?? '')
    }
    return [document.title, ...words]
  })
}

async function foreignFaults(page: Page, where: string, written: string[]): Promise<string[]> {
  const left = (await said(page)).filter((words) => CHINESE.test(words)).map((words) => [...written, ...OF_BOTH].reduce((rest, one) => rest.replaceAll(one, ''), words))
  return [...new Set(left.filter((words) => CHINESE.test(words)).map((words) => `${where}: Chinese in English: ${words.trim()}`))]
}

async function keyFaults(page: Page, where: string): Promise<string[]> {
  const found = KEY.exec(await page.locator('body').innerText())
  return found ? [`${where}: a key instead of words: ${found[0]}`] : []
}

/** Once in the other language and once in the large elder design, each as somebody who has set it finds it. */
async function otherFaults(page: Page, path: string, heard: ReturnType<typeof listen>, smallest: boolean): Promise<string[]> {
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
  const faults = [...(await foreignFaults(page, `${path} en`, await heard.written())), ...(await keyFaults(page, `${path} en`)), ...(await sidewaysFaults(page, `${path} en elder`)), ...(await axeFaults(page, `${path} en elder`))]
  if (smallest) {
    await wear(page, LOOKS[0]!)
    faults.push(...(await sidewaysFaults(page, `${path} en`, [SMALLEST])))
  }
  await set(null, null)
  return faults
}

for (const { role, paths } of SCREENS) {
  test(`screens of ${role || 'anybody'}`, async ({ browser, request }) => {
    const { page, context } = role ? await phoneOf(browser, await loginOf(request, role)) : await openPhone(browser)
    const faults: string[] = []
    const heard = listen(page)
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
        if (EVERYBODYS.includes(path) && !look.elder) faults.push(...(await sidewaysFaults(page, `${at} ${look.name}`, [SMALLEST])))
      }
      faults.push(...(await keyFaults(page, at)))
      faults.push(...(await otherFaults(page, at, heard, EVERYBODYS.includes(path))))
    }
    await context.close()
    expect(faults, faults.join('\n')).toEqual([])
  })
}

test('a Chinese word in English would be found, a name would not', async ({ browser, request }) => {
  const { page, context } = await phoneOf(browser, await loginOf(request, 'resident'))
  await context.addInitScript(() => localStorage.setItem('linli.locale', 'en'))
  const heard = listen(page)
  await page.goto('/me')
  await settled(page)
  const written = await heard.written()
  expect(await foreignFaults(page, '/me', written)).toEqual([])
  expect(await foreignFaults(page, '/me', []), 'the page names somebody').not.toEqual([])
  await page.locator('main').evaluate((main) => main.append('Not 翻译 yet'))
  expect(await foreignFaults(page, '/me', written)).toEqual(['/me: Chinese in English: Not 翻译 yet'])
  await context.close()
})

async function openPhone(browser: import('@playwright/test').Browser) {
  const context = await browser.newContext()
  return { context, page: await context.newPage() }
}
