import { expect, test, type Browser, type BrowserContext, type Page } from '@playwright/test'
import { chooseCategory, logins, phoneOf, shellIsKept, stored, unique, type Eyes, type Login, type Ticket } from '../e2e/support'
import { openLine, type Line, type Toxic } from './line'

const SERVER = process.env.LINLI_URL ?? 'http://127.0.0.1:8080'
const PHONES = Number(process.env.LINLI_TEST_PHONES ?? 10)
const TICKETS = Number(process.env.LINLI_TEST_TICKETS ?? 5)
const PHOTOS = Number(process.env.LINLI_TEST_PHOTOS ?? 1)
const FULL_PHOTOS = process.env.LINLI_TEST_FULL_PHOTOS === '1'
/** How many phones are at it at the same time: the machine has few cores, the line is shared all the same. */
const TOGETHER = Number(process.env.LINLI_TEST_TOGETHER ?? 3)
const ROLES = ['resident']

/** 400 ms ± 300 each way, 20 kB/s, every third connection cut after some bytes, every tenth reset. */
const BAD: Toxic[] = [
  { type: 'latency', stream: 'downstream', attributes: { latency: 400, jitter: 300 } },
  { type: 'latency', stream: 'upstream', attributes: { latency: 400, jitter: 300 } },
  { type: 'bandwidth', stream: 'upstream', attributes: { rate: 20 } },
  { type: 'bandwidth', stream: 'downstream', attributes: { rate: 20 } },
  { type: 'limit_data', stream: 'upstream', toxicity: 0.3, attributes: { bytes: 2500 } },
  { type: 'limit_data', stream: 'downstream', toxicity: 0.2, attributes: { bytes: 900 } },
  { type: 'reset_peer', stream: 'downstream', toxicity: 0.1, attributes: { timeout: 700 } },
]

interface Item {
  state: string
  clientId?: string
}

interface Phone {
  context: BrowserContext
  page: Page
  eyes: Eyes
  words: string[]
}

test.use({ viewport: { width: 390, height: 844 } })

/** A small real JPEG, or one of a full phone photo's weight. */
function picture(page: Page, words: string): Promise<Buffer> {
  const [width, height] = FULL_PHOTOS ? [4000, 3000] : [320, 240]
  return page
    .evaluate(
      ({ text, width, height }) => {
        const canvas = document.createElement('canvas')
        canvas.width = width
        canvas.height = height
        const pen = canvas.getContext('2d')!
        for (let x = 0; x < width; x += 10) {
          for (let y = 0; y < height; y += 10) {
            pen.fillStyle = `hsl(${Math.floor(Math.random() * 360)} 40% 60%)`
            pen.fillRect(x, y, 10, 10)
          }
        }
        pen.fillStyle = '#111'
        pen.fillText(text, 10, 100)
        return canvas.toDataURL('image/jpeg', 0.85)
      },
      { text: words, width: width!, height: height! },
    )
    .then((data) => Buffer.from(data.slice(data.indexOf(',') + 1), 'base64'))
}

async function report(page: Page, words: string): Promise<void> {
  await page.goto('/tickets/new')
  await chooseCategory(page, '楼道灯、路灯不亮')
  await page.getByLabel('说明情况').fill(words)
  for (let n = 0; n < PHOTOS; n++) {
    await page.getByLabel('相册').setInputFiles({ name: `${n}.jpg`, mimeType: 'image/jpeg', buffer: await picture(page, `${words} ${n}`) })
    await expect(page.getByRole('button', { name: `移除照片 ${n + 1}` })).toBeVisible({ timeout: 60_000 })
  }
  await page.getByRole('button', { name: '提交' }).click()
  await expect(page.getByRole('heading', { name: /已保存在手机|提交好了/ }).last()).toBeVisible({ timeout: 60_000 })
}

async function arrived(eyes: Eyes, words: string): Promise<Ticket[]> {
  const found: Ticket[] = []
  let cursor = ''
  do {
    const page = await eyes.json<{ items: { id: number; text_short: string }[]; next?: string }>(`/api/v1/tickets?box=mine&limit=100&cursor=${cursor}`)
    for (const row of page.items.filter((one) => words === one.text_short)) found.push(await eyes.json<Ticket>(`/api/v1/tickets/${row.id}`))
    cursor = page.next ?? ''
  } while (cursor)
  return found
}

async function ready(browser: Browser, line: Line, login: Login): Promise<Phone> {
  const { context, page, eyes } = await phoneOf(browser, login, { baseURL: line.url })
  await page.goto('/tickets/new')
  await expect(page.getByRole('button', { name: '搜索' })).toBeVisible()
  await shellIsKept(page)
  return { context, page, eyes, words: [] }
}

/** Files its tickets; the tab is killed after the first, in the middle of whatever it was sending. */
async function use(phone: Phone): Promise<void> {
  for (let n = 0; n < TICKETS; n++) {
    const words = unique('坏线路')
    phone.words.push(words)
    await report(phone.page, words)
    if (n === 0) {
      await phone.page.close({ runBeforeUnload: false })
      phone.page = await phone.context.newPage()
    }
  }
}

const unsent = async (phone: Phone) => (await stored<Item>(phone.page, 'outbox')).filter((item) => item.state !== 'sent').length

test(`${PHONES} phones on a bad line send ${TICKETS} tickets each: all arrive, none twice`, async ({ browser, request }) => {
  const known = await logins(request)
  const line = await openLine(SERVER)
  try {
    const phones: Phone[] = []
    for (let n = 0; n < PHONES; n++) phones.push(await ready(browser, line, known.get(ROLES[n % ROLES.length]!)!))
    await line.spoil(BAD)
    for (let n = 0; n < phones.length; n += TOGETHER) {
      const some = phones.slice(n, n + TOGETHER)
      await Promise.all(some.map(use))
    }
    const during = (await Promise.all(phones.map(unsent))).reduce((a, b) => a + b)
    // The control: on a line that spoils nothing, nothing would wait at this moment.
    expect(during, 'the line was bad enough to hold something back').toBeGreaterThan(0)
    // Cut altogether, then whole again.
    await line.cut()
    await phones[0]!.page.waitForTimeout(3_000)
    await line.mend()
    for (const phone of phones) {
      await expect.poll(() => unsent(phone), { timeout: 60_000, message: 'unsent a minute after the line is whole' }).toBe(0)
    }
    const eyes = phones.map((phone) => phone.eyes)
    let tickets = 0
    for (const [n, phone] of phones.entries()) {
      for (const words of phone.words) {
        const found = await arrived(eyes[n]!, words)
        expect(found, words).toHaveLength(1)
        expect(found[0]!.photos.map((photo) => photo.status)).toEqual(Array.from({ length: PHOTOS }, () => 'stored'))
        tickets += 1
      }
    }
    expect(tickets).toBe(PHONES * TICKETS)
    console.log(`${tickets} tickets with ${tickets * PHOTOS} photos arrived once each; ${during} waited when the last was written`)
    for (const phone of phones) await phone.context.close()
  } finally {
    line.close()
  }
})
