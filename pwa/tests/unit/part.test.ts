import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { createApp, defineComponent, h, onErrorCaptured, ref } from 'vue'
import { markDirty } from '@/app/dirty'
import { mendLostParts } from '@/app/preload'
import { part } from '@/ui/part'

// The addresses below are names only: nothing is to be fetched for them.
;(window as unknown as { happyDOM: { settings: { handleDisabledFileLoadingAsSuccess: boolean } } }).happyDOM.settings.handleDisabledFileLoadingAsSuccess = true

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
  document.body.innerHTML = ''
})

describe('a part of a page whose file does not come', () => {
  it('leaves the page alone, and is asked for until it comes', async () => {
    let tries = 0
    const Offers = part(async () => {
      tries += 1
      if (tries < 4) throw new TypeError('Failed to fetch dynamically imported module')
      return { default: defineComponent({ render: () => h('p', 'offers') }) }
    })
    const broken = ref(false)
    const page = createApp({
      setup() {
        onErrorCaptured(() => {
          broken.value = true
          return false
        })
        return () => (broken.value ? h('p', 'broken') : [h('p', 'what I wrote'), h(Offers)])
      },
    })
    const root = document.createElement('div')
    page.mount(root)
    await vi.advanceTimersByTimeAsync(500)
    expect(tries).toBe(1)
    expect(root.textContent).toBe('what I wrote')
    await vi.advanceTimersByTimeAsync(10_000)
    expect(tries).toBe(4)
    expect(root.textContent).toBe('what I wroteoffers')
    page.unmount()
  })
})

describe('the app begins anew', () => {
  let reloads = 0
  let answer: () => Promise<Response>

  mendLostParts()
  // Read while the clock is still the real one.
  beforeAll(() => import('@/app/lost'))

  beforeEach(() => {
    vi.setSystemTime(new Date('2026-11-27T00:00:00Z'))
    sessionStorage.clear()
    reloads = 0
    vi.spyOn(location, 'reload').mockImplementation(() => {
      reloads += 1
    })
    globalThis.fetch = (() => answer()) as typeof fetch
    document.body.innerHTML = '<script type="module" src="/assets/index-1.js"></script><main id="content"></main>'
  })

  async function lose(): Promise<void> {
    const event = new Event('vite:preloadError', { cancelable: true }) as Event & { payload: Error }
    event.payload = new TypeError('Failed to fetch dynamically imported module')
    dispatchEvent(event)
    await vi.advanceTimersByTimeAsync(100)
  }
  const gone = async () => new Response(null, { status: 404 })

  it('not because the line is weak', async () => {
    answer = async () => {
      throw new TypeError('Failed to fetch')
    }
    await lose()
    answer = async () => new Response(null, { status: 200 })
    await lose()
    answer = async () => new Response(null, { status: 502 })
    await lose()
    expect(reloads).toBe(0)
  })

  it('once, where a new release removed the file', async () => {
    answer = gone
    await lose()
    expect(reloads).toBe(1)
    await lose()
    expect(reloads).toBe(1)
    await vi.advanceTimersByTimeAsync(60_000)
    await lose()
    expect(reloads).toBe(2)
  })

  it('never while somebody is writing', async () => {
    answer = gone
    const done = markDirty(() => true)
    await lose()
    expect(reloads).toBe(0)
    done()
  })

  it('soon, while there is no page yet; not if one came meanwhile', async () => {
    const page = document.getElementById('content')!
    page.remove()
    answer = async () => {
      throw new TypeError('Failed to fetch')
    }
    await lose()
    expect(reloads).toBe(0)
    await vi.advanceTimersByTimeAsync(4_000)
    expect(reloads).toBe(1)
    await lose()
    document.body.append(page)
    await vi.advanceTimersByTimeAsync(60_000)
    expect(reloads).toBe(1)
  })
})

it('a style that did not come is asked for until it comes', async () => {
  document.body.innerHTML = '<main id="content"></main>'
  document.head.innerHTML = '<link rel="stylesheet" href="/assets/a.css"><link rel="stylesheet" href="/assets/b.css">'
  const links = () => [...document.head.querySelectorAll('link')]
  const [kept, lost] = links()
  const event = new Event('vite:preloadError') as Event & { payload: Error }
  event.payload = new Error(`Unable to preload CSS for ${lost!.href}`)
  dispatchEvent(event)
  await vi.advanceTimersByTimeAsync(1_000)
  const second = links()[1]!
  expect(second).not.toBe(lost)
  second.dispatchEvent(new Event('error'))
  await vi.advanceTimersByTimeAsync(2_000)
  const third = links()[1]!
  expect(third).not.toBe(second)
  await vi.advanceTimersByTimeAsync(600_000)
  expect(links()).toEqual([kept, third])
  expect(links().map((one) => one.getAttribute('href'))).toEqual(['/assets/a.css', '/assets/b.css'])
})
