import { expect, test, type Browser, type Locator, type Page } from '@playwright/test'
import { addPhoto, drawJpeg, fileAtHome, loginOf, phoneOf, signInByApi, signInByHand, stored, unique, type Eyes, type Login, type Ticket } from './support'

const PHONE = { viewport: { width: 390, height: 844 } }
const WIDE = { viewport: { width: 1280, height: 900 }, isMobile: false, hasTouch: false }
test.setTimeout(120_000)

interface Draft {
  accountId: number
  data: { text?: string; note?: string }
  photos: unknown[]
}

/** A lamp that does not light, reported by this resident. */
async function filed(browser: Browser, resident: Login, options = {}): Promise<{ page: Page; eyes: Eyes; ticket: Ticket; close: () => Promise<void> }> {
  const { page, eyes, context } = await phoneOf(browser, resident, { ...PHONE, ...options })
  const ticket = await fileAtHome(eyes, 'REP-01', unique('楼道灯不亮'))
  return { page, eyes, ticket, close: () => context.close() }
}

const composer = (page: Page) => page.locator('form.composer textarea')

/** The draft has been read by then, so that an empty field is empty for good. */
async function opens(page: Page, path: string): Promise<void> {
  await page.goto(path)
  await expect(composer(page)).toBeVisible()
  await page.waitForTimeout(300)
}

/** Whoever leaves half a form behind is told so. */
async function leave(page: Page, begun = false): Promise<void> {
  await page.goto('/me')
  await page.getByRole('button', { name: '退出登录' }).click()
  if (begun) await page.getByRole('button', { name: '仍然退出' }).click()
  await expect(page).toHaveURL(/sign-in/)
}

test('half a reply outlives a reload, is offered to its writer alone, and is gone once it was sent', async ({ browser, request }) => {
  const resident = await loginOf(request, 'resident')
  // A session of its own: the one on the phone ends.
  const eyes = await signInByApi(request, resident)
  const { page, ticket, close } = await filed(browser, resident)
  const words = unique('师傅，灯在三楼')
  const path = `/tickets/${ticket.id}`

  await opens(page, path)
  await composer(page).fill(words)
  await page.reload()
  await expect(composer(page)).toHaveValue(words)

  await test.step('the one who handles it signs in on the same phone and finds nothing', async () => {
    await leave(page, true)
    await signInByHand(page, await loginOf(request, 'operator_staff'))
    await opens(page, path)
    await expect(composer(page)).toHaveValue('')
    await expect(page.getByText(words)).toHaveCount(0)
    await leave(page)
  })

  await test.step('its writer comes back, finds it and sends it', async () => {
    await signInByHand(page, resident)
    await opens(page, path)
    await expect(composer(page)).toHaveValue(words)
    await page.getByRole('button', { name: '发送', exact: true }).click()
    await expect.poll(async () => JSON.stringify((await eyes.json<Ticket & { messages: unknown[] }>(`/api/v1${path}`)).messages)).toContain(words)
    await opens(page, path)
    await expect(composer(page)).toHaveValue('')
    expect(JSON.stringify(await stored<Draft>(page, 'drafts'))).not.toContain(words)
  })
  await close()
})

test('what is half-said of one estate is not said of another', async ({ browser, request }) => {
  const { page, eyes, context } = await phoneOf(browser, await loginOf(request, 'resident'), PHONE)
  const { home } = await eyes.json<{ home: { estate_id: number } }>('/api/v1/me')
  const words = page.getByLabel('想说的话')
  await page.goto(`/rate?estate=${home.estate_id}`)
  await words.fill('保洁来得勤')
  await expect.poll(() => stored(page, 'drafts')).toHaveLength(1)
  await page.goto(`/rate?estate=${home.estate_id + 1}`)
  await expect(words).toBeVisible()
  await page.waitForTimeout(300)
  await expect(words).toHaveValue('')
  await page.goto(`/rate?estate=${home.estate_id}`)
  await expect(words).toHaveValue('保洁来得勤')
  await context.close()
})

test('a sheet at the desk is found again as it was left, and begins empty once it was sent', async ({ browser, request }) => {
  const { ticket, close } = await filed(browser, await loginOf(request, 'resident'))
  const { page, context } = await phoneOf(browser, await loginOf(request, 'operator_staff'), WIDE)
  const note = unique('灯已订货')
  const reason = unique('灯杆归供电公司')
  const sheet = page.getByRole('dialog')
  const press = (name: string) => page.locator('.pane-foot').getByRole('button', { name }).click()

  await page.goto(`/desk?ticket=${ticket.id}`)
  await press('接单')

  await test.step('how it goes: words', async () => {
    await press('说说进展')
    await sheet.getByLabel('给上报人的话').fill(note)
    await page.reload()
    await press('说说进展')
    await expect(sheet.getByLabel('给上报人的话')).toHaveValue(note)
    await sheet.getByRole('button', { name: '发出' }).click()
    await expect(sheet).toHaveCount(0)
    await page.reload()
    await press('说说进展')
    await expect(sheet).toBeVisible()
    await page.waitForTimeout(300)
    await expect(sheet.getByLabel('给上报人的话')).toHaveValue('')
    await closed(sheet)
  })

  await test.step('a return: whose duty it is, and why', async () => {
    await press('退单')
    await sheet.getByRole('button', { name: '这里的社区服务站' }).click()
    await sheet.getByLabel('为什么不归您管').fill(reason)
    await page.reload()
    await press('退单')
    await expect(sheet.locator('.chosen')).toContainText('服务站')
    await expect(sheet.getByLabel('为什么不归您管')).toHaveValue(reason)
    await closed(sheet)
    // On the ticket's own page it is the same sheet.
    await page.goto(`/tickets/${ticket.id}`)
    await page.getByRole('button', { name: '更多' }).click()
    await sheet.getByRole('button', { name: '退单', exact: true }).click()
    await expect(sheet.getByLabel('为什么不归您管')).toHaveValue(reason)
    await sheet.getByRole('button', { name: '提交退单' }).click()
    await expect(sheet).toHaveCount(0)
    expect(JSON.stringify(await stored<Draft>(page, 'drafts'))).not.toContain(reason)
  })
  await context.close()
  await close()
})

async function closed(sheet: Locator): Promise<void> {
  await sheet.getByRole('button', { name: '关闭' }).click()
  await expect(sheet).toHaveCount(0)
}

test('a photo that shows as added is kept by then', async ({ browser, request }) => {
  const { page, ticket, close } = await filed(browser, await loginOf(request, 'resident'))
  await opens(page, `/tickets/${ticket.id}`)
  const jpeg = await drawJpeg(page, '灯')
  await page.getByRole('button', { name: '加照片' }).click()
  // Looked at from inside, in the very moment in which it shows.
  const keptThen = page.evaluate(
    () =>
      new Promise<number>((resolve, reject) => {
        const watcher = new MutationObserver(() => {
          if (!document.querySelector('.picked img')) return
          watcher.disconnect()
          const opening = indexedDB.open('linli')
          opening.onerror = () => reject(opening.error)
          opening.onsuccess = () => {
            const reading = opening.result.transaction('drafts').objectStore('drafts').getAll()
            reading.onsuccess = () => resolve((reading.result as { photos: unknown[] }[]).reduce((sum, draft) => sum + draft.photos.length, 0))
          }
        })
        watcher.observe(document.body, { subtree: true, childList: true })
      }),
  )
  await addPhoto(page, jpeg)
  expect(await keptThen).toBe(1)
  await page.reload()
  await expect(page.getByRole('button', { name: '移除照片 1' })).toBeVisible()

  await close()
})

test('a phone without room says that the photo was not added, and keeps what was written', async ({ browser, request }) => {
  // Files of the app would take the little room that there is.
  const { page, ticket, close } = await filed(browser, await loginOf(request, 'resident'), { serviceWorkers: 'block' })
  const words = unique('灯是这样的')
  const client = await page.context().newCDPSession(page)
  await client.send('Storage.overrideQuotaForOrigin', { origin: new URL(test.info().project.use.baseURL!).origin, quotaSize: 200_000 })
  await opens(page, `/tickets/${ticket.id}`)
  await composer(page).fill(words)
  await page.getByRole('button', { name: '加照片' }).click()
  await page.getByLabel('相册').setInputFiles({ name: 'photo.jpg', mimeType: 'image/jpeg', buffer: await drawJpeg(page, '灯') })
  await expect(page.getByText('手机存储空间不够，这张照片没有加上')).toBeVisible()
  await expect(page.getByRole('button', { name: '移除照片 1' })).toHaveCount(0)
  await expect(composer(page)).toHaveValue(words)
  await page.reload()
  await expect(composer(page)).toHaveValue(words)
  await close()
})
