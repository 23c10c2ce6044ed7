/**
 * Pictures of every screen, for the eye: test-results/screens/<role>/<page>.<look>.png.
 * With --readme also the one that README.md shows. The server is started by the caller, as for the browser tests.
 */
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { chromium } from '@playwright/test'
import { fill, numbersOf, SCREENS, STAFF } from './routes.mjs'

const SERVER = process.env.LINLI_URL ?? 'http://127.0.0.1:8080'
const FOLDER = new URL('../../test-results/screens/', import.meta.url)
const README = new URL('../../../docs/screens/readme.png', import.meta.url)
const CLIENT = { 'X-Linli-Client': 'pwa' }
const PHONE = { width: 390, height: 844 }
const DESK = { width: 1280, height: 900 }
const ZONE = { locale: 'zh-CN', timezoneId: 'Asia/Shanghai', baseURL: SERVER }
const LOOKS = {
  zh: {},
  'zh-elder': { elder: '1' },
  'zh-dark': { theme: 'dark' },
  en: { locale: 'en' },
}

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
})

async function answerOf(response) {
  if (!response.ok()) throw new Error(`${response.url()}: ${response.status()} ${await response.text()}`)
  return response.json()
}

/** A context in which somebody is signed in, and the API as this person sees it. */
async function contextOf(role, options = {}) {
  const context = await browser.newContext({ ...ZONE, viewport: PHONE, ...options })
  if (!role) return { context }
  const { items } = await answerOf(await context.request.get('/api/v1/demo/logins'))
  const { phone, password } = items.find((login) => login.role === role)
  const session = await answerOf(await context.request.post('/api/v1/session', { headers: CLIENT, data: { phone, password, device: 'screens' } }))
  await context.addInitScript((account) => localStorage.setItem('linli.account', account), JSON.stringify(session.account))
  const headers = { ...CLIENT, Authorization: `Bearer ${session.access_token}` }
  return { context, json: async (path) => answerOf(await context.request.get(path, { headers })) }
}

async function open(page, path) {
  await page.goto(path)
  await page.locator('#content').waitFor()
  await page.waitForFunction(() => {
    const pictures = [...document.querySelectorAll('main img')].filter((one) => one.getBoundingClientRect().top < innerHeight)
    return !document.querySelector('.skeleton') && pictures.every((one) => one.complete)
  })
  await page.evaluate(() => Promise.allSettled(document.getAnimations().map((one) => one.finished)).then(() => undefined))
}

function dress(page, look) {
  return page.evaluate((wanted) => {
    for (const name of ['elder', 'theme', 'locale']) {
      if (wanted[name]) localStorage.setItem(`linli.${name}`, wanted[name])
      else localStorage.removeItem(`linli.${name}`)
    }
  }, look)
}

function nameOf(path) {
  return path.replace(/[{}]/g, '').replace(/^\/$/, 'home').replace(/^\//, '').replace(/[/?=]/g, '-')
}

async function photograph(role, paths, numbers) {
  const { context } = await contextOf(role)
  const page = await context.newPage()
  const folder = new URL(`${role || 'anybody'}/`, FOLDER)
  await mkdir(folder, { recursive: true })
  let count = 0
  await page.goto('/privacy')
  for (const [look, wanted] of Object.entries(LOOKS)) {
    await dress(page, wanted)
    for (const path of paths) {
      await page.setViewportSize(PHONE)
      await open(page, fill(path, numbers))
      await page.screenshot({ path: new URL(`${nameOf(path)}.${look}.png`, folder).pathname, fullPage: true })
      count += 1
      if (!STAFF.includes(role)) continue
      await page.setViewportSize(DESK)
      await open(page, fill(path, numbers))
      await page.screenshot({ path: new URL(`${nameOf(path)}.${look}.desk.png`, folder).pathname })
      count += 1
    }
  }
  await context.close()
  return count
}

async function shot(role, path, viewport) {
  const { context } = await contextOf(role, { viewport, deviceScaleFactor: 1 })
  const page = await context.newPage()
  await open(page, path)
  const bytes = await page.screenshot()
  await context.close()
  return `data:image/png;base64,${bytes.toString('base64')}`
}

/** The resident's home, a ticket with its proof and the desk, side by side. */
async function composeReadme(numbers) {
  const pictures = [
    [await shot('resident', '/', PHONE), 234],
    [await shot('resident', fill('/tickets/{done}', numbers), PHONE), 234],
    [await shot('operator_staff', '/desk', DESK), 630],
  ]
  const page = await browser.newPage({ viewport: { width: 1200, height: 560 } })
  await page.setContent(`<body style="margin:0;display:flex;gap:22px;align-items:center;justify-content:center;height:560px;background:linear-gradient(120deg,#e2f2ee,#f4f6f5)">
    ${pictures.map(([source, width]) => `<img src="${source}" style="width:${width}px;border-radius:16px;box-shadow:0 8px 28px rgb(14 46 39 / .16)">`).join('')}</body>`)
  await writeFile(README, await page.screenshot())
  await page.close()
}

try {
  const resident = await contextOf('resident')
  const steward = await contextOf('building_steward')
  const numbers = await numbersOf(resident.json, steward.json)
  await resident.context.close()
  await steward.context.close()
  await rm(FOLDER, { recursive: true, force: true })
  let count = 0
  for (const { role, paths } of SCREENS) {
    const made = await photograph(role, paths, numbers)
    count += made
    console.log(`${String(made).padStart(4)} pictures of ${role || 'anybody'}`)
  }
  if (process.argv.includes('--readme')) await composeReadme(numbers)
  console.log(`${count} pictures in pwa/test-results/screens`)
} finally {
  await browser.close()
}
