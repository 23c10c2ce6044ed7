import AxeBuilder from '@axe-core/playwright'
import { expect, type APIRequestContext, type APIResponse, type Browser, type BrowserContext, type Locator, type Page } from '@playwright/test'

export interface Login {
  role: string
  name: string
  phone: string
  password: string
}

export interface Photo {
  id: number
  kind: string
  status: string
}

export interface Ticket {
  id: number
  number: string
  state: string
  text: string
  estate_id: number
  photos: Photo[]
  on_behalf: boolean
  handling_party: { name: string; phone24: string }
  rating?: { level?: number }
}

const CLIENT = { 'X-Linli-Client': 'pwa' }

/** One sign-in for each role of the demo county. */
export async function logins(request: APIRequestContext): Promise<Map<string, Login>> {
  const answer = await request.get('/api/v1/demo/logins')
  expect(answer.ok(), 'the server under test must run with LINLI_DEMO=1').toBe(true)
  const { items } = (await answer.json()) as { items: Login[] }
  return new Map(items.map((login) => [login.role, login]))
}

export async function loginOf(request: APIRequestContext, role: string): Promise<Login> {
  const login = (await logins(request)).get(role)
  if (!login) throw new Error(`the demo county has no ${role}`)
  return login
}

/** Somebody who asks the API directly: the tests' own eyes, besides the pages. */
export interface Eyes {
  token: string
  account: unknown
  ask: (path: string) => Promise<APIResponse>
  json: <T>(path: string) => Promise<T>
  /** Sends what a page would send, and expects this status. */
  post: <T>(path: string, data: unknown, status?: number) => Promise<T>
}

/** The request context keeps its cookies: with a browser context's own, its pages are signed in as well. */
export async function signInByApi(request: APIRequestContext, login: Login): Promise<Eyes> {
  const answer = await request.post('/api/v1/session', {
    headers: CLIENT,
    data: { phone: login.phone, password: login.password, device: 'test' },
  })
  expect(answer.status(), await answer.text()).toBe(200)
  const session = (await answer.json()) as { access_token: string; account: unknown }
  /** Looks as patiently as the app does: asked to wait, it waits. */
  const ask = async (path: string): Promise<APIResponse> => {
    for (let tries = 1; ; tries++) {
      const found = await request.get(path, { headers: { ...CLIENT, Authorization: `Bearer ${session.access_token}` } })
      if (found.status() !== 429 || tries === 5) return found
      await new Promise((resolve) => setTimeout(resolve, 1000 * Number(found.headers()['retry-after'] ?? 1)))
    }
  }
  const json = async <T>(path: string) => {
    const found = await ask(path)
    expect(found.status(), `${path}: ${await found.text()}`).toBe(200)
    return (await found.json()) as T
  }
  const post = async <T>(path: string, data: unknown, status = 200) => {
    const answer = await request.post(path, { headers: { ...CLIENT, Authorization: `Bearer ${session.access_token}` }, data })
    expect(answer.status(), `${path}: ${await answer.text()}`).toBe(status)
    return (await answer.json()) as T
  }
  return { token: session.access_token, account: session.account, ask, json, post }
}

/** Reports something in the building where somebody lives. */
export async function fileAtHome(eyes: Eyes, category: string, text: string, more: Record<string, unknown> = {}): Promise<Ticket> {
  const { home } = await eyes.json<{ home: { building_id: number } }>('/api/v1/me')
  const { ticket } = await eyes.post<{ ticket: Ticket }>('/api/v1/tickets', { client_id: crypto.randomUUID(), category, text, building_id: home.building_id, ...more }, 201)
  return ticket
}

/** Signs in on the page, as a person does. */
export async function signInByHand(page: Page, login: Login): Promise<void> {
  await page.goto('/sign-in')
  await page.getByRole('button', { name: '用密码登录' }).click()
  await page.getByLabel('手机号').fill(login.phone)
  await page.getByLabel('密码', { exact: true }).fill(login.password)
  await page.getByRole('button', { name: '登录', exact: true }).click()
  await expect(page).not.toHaveURL(/sign-in/)
}

/** Once only: whoever signs out in a test stays signed out. */
async function remember(context: BrowserContext, account: unknown): Promise<void> {
  await context.addInitScript((known) => {
    if (location.pathname.includes('.') || localStorage.getItem('test.remembered')) return
    localStorage.setItem('test.remembered', '1')
    localStorage.setItem('linli.account', known)
  }, JSON.stringify(account))
}

/** A phone of its own on which somebody is signed in already. */
export async function phoneOf(browser: Browser, login: Login, options: Parameters<Browser['newContext']>[0] = {}): Promise<{ context: BrowserContext; page: Page; eyes: Eyes }> {
  const context = await browser.newContext(options)
  const eyes = await signInByApi(context.request, login)
  await remember(context, eyes.account)
  return { context, page: await context.newPage(), eyes }
}

/** Words that no other run has written. */
export function unique(words: string): string {
  return `${words} ${Date.now().toString(36)}${Math.floor(Math.random() * 1e6).toString(36)}`
}

/** A real JPEG, drawn by the browser: with enough noise to weigh what a photo weighs. */
export async function drawJpeg(page: Page, words: string): Promise<Buffer> {
  const data = await page.evaluate((text) => {
    const canvas = document.createElement('canvas')
    canvas.width = 1600
    canvas.height = 1200
    const pen = canvas.getContext('2d')!
    for (let x = 0; x < canvas.width; x += 20) {
      for (let y = 0; y < canvas.height; y += 20) {
        pen.fillStyle = `hsl(${Math.floor(Math.random() * 360)} 40% 60%)`
        pen.fillRect(x, y, 20, 20)
      }
    }
    pen.fillStyle = '#111'
    pen.font = '90px sans-serif'
    pen.fillText(text, 120, 600)
    return canvas.toDataURL('image/jpeg', 0.85)
  }, words)
  return Buffer.from(data.slice(data.indexOf(',') + 1), 'base64')
}

export async function addPhoto(page: Page, jpeg: Buffer): Promise<void> {
  await page.getByLabel('相册').setInputFiles({ name: 'photo.jpg', mimeType: 'image/jpeg', buffer: jpeg })
  // Only a photo that has been made small can be taken away again.
  await expect(page.getByRole('button', { name: '移除照片 1' })).toBeVisible()
}

/**
 * Counts what a finger does on the pages of a phone: each touch of the screen, and each picture that is taken or chosen, which a
 * test hands over without a touch.
 */
export async function countTaps(context: BrowserContext): Promise<() => number> {
  let taps = 0
  await context.exposeFunction('testTapped', () => {
    taps += 1
  })
  await context.addInitScript(() => {
    const tapped = () => void (globalThis as unknown as { testTapped: () => void }).testTapped()
    addEventListener('pointerdown', (event) => event.isTrusted && tapped(), true)
    addEventListener('change', (event) => event.target instanceof HTMLInputElement && event.target.type === 'file' && tapped(), true)
  })
  return () => taps
}

/** Types as a person does: into the field that has the focus, or else into one that is touched first. */
export async function write(field: Locator, words: string): Promise<void> {
  if (!(await field.evaluate((one) => one === document.activeElement))) await field.click()
  await field.fill(words)
}

/** Chooses a category by its name, in the sheet with the search. */
export async function chooseCategory(page: Page, name: string): Promise<void> {
  await page.getByRole('button', { name: '搜索' }).click()
  const sheet = page.getByRole('dialog')
  await expect(sheet.getByRole('searchbox')).toBeFocused()
  await write(sheet.getByRole('searchbox'), name)
  await sheet.getByRole('button', { name }).click()
  await expect(sheet).toHaveCount(0)
}

/** The service worker has the shell: from now on the app opens without a network. */
export async function shellIsKept(page: Page): Promise<void> {
  const active = () => navigator.serviceWorker.getRegistration().then((found) => found?.active?.state)
  await expect.poll(() => page.evaluate(active), { timeout: 30_000 }).toBe('activated')
  await expect.poll(() => page.evaluate(() => caches.match('/index.html', { ignoreSearch: true }).then(Boolean))).toBe(true)
}

/** What one store of the phone's database holds. */
export function stored<T>(page: Page, store: 'outbox' | 'drafts' | 'photos'): Promise<T[]> {
  return page.evaluate(
    (name) =>
      new Promise<T[]>((resolve, reject) => {
        const opening = indexedDB.open('linli')
        opening.onerror = () => reject(opening.error)
        opening.onsuccess = () => {
          const reading = opening.result.transaction(name).objectStore(name).getAll()
          reading.onerror = () => reject(reading.error)
          reading.onsuccess = () => {
            opening.result.close()
            resolve(reading.result as T[])
          }
        }
      }),
    store,
  )
}

/** The reporter's tickets with exactly these words. */
export async function ticketsWith(eyes: Eyes, words: string): Promise<Ticket[]> {
  const { items } = await eyes.json<{ items: { id: number; text_short: string }[] }>('/api/v1/tickets?box=mine&limit=20')
  const found = items.filter((row) => words.startsWith(row.text_short.replace(/…$/, '')) && row.text_short !== '')
  const tickets = await Promise.all(found.map((row) => eyes.json<Ticket>(`/api/v1/tickets/${row.id}`)))
  return tickets.filter((ticket) => ticket.text === words)
}

export async function arrivedOnce(eyes: Eyes, words: string): Promise<Ticket> {
  await expect.poll(async () => (await ticketsWith(eyes, words)).length, { timeout: 45_000 }).toBe(1)
  return (await ticketsWith(eyes, words))[0]!
}

/**
 * Nothing to be wider than a small phone, nothing that a screen reader trips over, in the large dark design as well. `route`: of
 * which page of the router this is the look, for those that need a story first (tests/unit/screens.test.ts wants each to have one).
 */
export async function looksRight(page: Page, route?: string): Promise<void> {
  if (route) expect(new URL(page.url()).pathname).toMatch(new RegExp(`^${route.replace(/:\w+/g, '\\d+')}$`))
  const set = (elder: boolean, theme: string) =>
    page.evaluate(([large, colours]) => {
      const root = document.documentElement
      root.toggleAttribute('data-elder', large as boolean)
      root.dataset.size = large ? 'xl' : 'm'
      root.dataset.theme = colours as string
    }, [elder, theme] as const)
  for (const [elder, theme, width] of [[false, 'light', 390], [true, 'dark', 320]] as const) {
    await set(elder, theme)
    await page.setViewportSize({ width, height: 844 })
    const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
    expect(over, `wider than ${width} px`).toBeLessThanOrEqual(0)
    const { violations } = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21aa']).setLegacyMode(true).analyze()
    expect(violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.target.join(' ')).join(' | ')}`)).toEqual([])
  }
  await set(false, 'light')
  await page.setViewportSize({ width: 390, height: 844 })
}
