/** A browser that signs people in and takes pictures of what they see. */
import { mkdir } from 'node:fs/promises'
import { chromium } from '@playwright/test'

const SERVER = process.env.LINLI_URL ?? 'http://127.0.0.1:8080'
export const FOLDER = new URL('../../test-results/screens/', import.meta.url)
export const PHONE = { width: 390, height: 844 }
export const DESK = { width: 1280, height: 900 }
/** Sheets of paper in CSS pixels. */
export const PAPERS = { A4: { width: 794, height: 1123 }, A5: { width: 559, height: 794 } }
export const LOOKS = {
  zh: {},
  'zh-elder': { elder: '1' },
  'zh-dark': { theme: 'dark' },
  en: { locale: 'en' },
}
const CLIENT = { 'X-Linli-Client': 'pwa' }
const ZONE = { locale: 'zh-CN', timezoneId: 'Asia/Shanghai', baseURL: SERVER }

export const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
})

async function answerOf(response) {
  if (!response.ok()) throw new Error(`${response.url()}: ${response.status()} ${await response.text()}`)
  return response.json()
}

/** A context in which somebody is signed in, and the API as this person sees it. */
export async function contextOf(role, options = {}) {
  const context = await browser.newContext({ ...ZONE, viewport: PHONE, ...options })
  context.setDefaultTimeout(30_000)
  if (!role) return { context }
  const { items } = await answerOf(await context.request.get('/api/v1/demo/logins'))
  const { phone, password } = items.find((login) => login.role === role)
  const session = await answerOf(await context.request.post('/api/v1/session', { headers: CLIENT, data: { phone, password, device: 'screens' } }))
  await context.addInitScript((account) => localStorage.setItem('linli.account', account), JSON.stringify(session.account))
  const headers = { ...CLIENT, Authorization: `Bearer ${session.access_token}` }
  return { context, account: session.account, json: async (path) => answerOf(await context.request.get(path, { headers })) }
}

/** How the app looks from its next start on. */
export function dress(page, look) {
  return page.evaluate((wanted) => {
    for (const name of ['elder', 'theme', 'locale']) {
      if (wanted[name]) localStorage.setItem(`linli.${name}`, wanted[name])
      else localStorage.removeItem(`linli.${name}`)
    }
  }, LOOKS[look])
}

/** Nothing is being fetched or moved any more, and every photo near the screen is drawn. */
export async function settled(page) {
  await page.locator('#content').waitFor()
  // A page that looks again by itself may never be idle: then what is drawn counts.
  await page.waitForLoadState('networkidle', { timeout: 8_000 }).catch(() => undefined)
  const drawn = () =>
    ![...document.querySelectorAll('.skeleton')].some((one) => one.checkVisibility()) &&
    [...document.querySelectorAll('.photo')].every((one) => one.getBoundingClientRect().top > innerHeight || (one.querySelector('img')?.complete ?? false))
  await page.waitForFunction(drawn, undefined, { timeout: 12_000 }).catch(() => undefined)
  await page.evaluate(() => Promise.allSettled(document.getAnimations().map((one) => one.finished)).then(() => undefined))
}

export async function open(page, path) {
  await page.goto(path)
  await settled(page)
}

/**
 * A picture. `whole`: the window grows to the height of the page, so that what sticks to its edge stands where it belongs
 * and not in the middle of the picture.
 */
export async function snap(page, role, name, { whole = true } = {}) {
  const folder = new URL(`${role || 'anybody'}/`, FOLDER)
  await mkdir(folder, { recursive: true })
  const size = page.viewportSize()
  if (whole) {
    const height = await page.evaluate(() => document.documentElement.scrollHeight)
    if (height > size.height) {
      await page.setViewportSize({ width: size.width, height: Math.min(height, 6000) })
      await settled(page)
    }
  }
  await page.screenshot({ path: new URL(`${name}.png`, folder).pathname })
  await page.setViewportSize(size)
}

/** A photo of this phone, drawn by the browser. */
export async function drawJpeg(page, hue = 160) {
  const data = await page.evaluate((tone) => {
    const canvas = document.createElement('canvas')
    canvas.width = 1600
    canvas.height = 1200
    const pen = canvas.getContext('2d')
    const sky = pen.createLinearGradient(0, 0, 0, 1200)
    sky.addColorStop(0, `hsl(${tone} 30% 72%)`)
    sky.addColorStop(1, `hsl(${tone} 25% 38%)`)
    pen.fillStyle = sky
    pen.fillRect(0, 0, 1600, 1200)
    pen.fillStyle = `hsl(${tone} 20% 24%)`
    pen.fillRect(520, 320, 560, 880)
    return canvas.toDataURL('image/jpeg', 0.8)
  }, hue)
  return { name: 'photo.jpg', mimeType: 'image/jpeg', buffer: Buffer.from(data.slice(data.indexOf(',') + 1), 'base64') }
}

/** A picture of the page as the printer gets it; it must be one sheet of that paper. */
export async function print(page, role, name, paper) {
  await page.emulateMedia({ media: 'print' })
  await page.setViewportSize(PAPERS[paper])
  await settled(page)
  await snap(page, role, name, { whole: false })
  const pdf = (await page.pdf({ preferCSSPageSize: true, printBackground: true })).toString('latin1')
  const pages = pdf.match(/\/Type\s*\/Page\b/g) ?? []
  if (pages.length !== 1) throw new Error(`${name} takes ${pages.length} sheets of paper`)
  const [, wide, high] = /\/MediaBox\s*\[\s*0\s+0\s+([\d.]+)\s+([\d.]+)/.exec(pdf) ?? []
  // A point is 4/3 of a pixel; the printer's sizes are rounded.
  const fits = (points, pixels) => Math.abs((Number(points) * 4) / 3 - pixels) <= 2
  if (!fits(wide, PAPERS[paper].width) || !fits(high, PAPERS[paper].height)) throw new Error(`${name} is ${wide} × ${high} points, not ${paper}`)
}
