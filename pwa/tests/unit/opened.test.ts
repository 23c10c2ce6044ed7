import { afterEach, describe, expect, it, vi } from 'vitest'
import { nextTick, ref, shallowRef } from 'vue'
import type { Resource } from '@/app/resource'
import { keptOpen, standAgain } from '@/features/score/opened'

/** A page that is come back to is made anew: only its entry in the history remembers. */
describe('what was open on a page', () => {
  afterEach(() => {
    history.replaceState(null, '')
    vi.restoreAllMocks()
  })

  it('is open when the page is made again, and nothing else is', () => {
    history.replaceState({ back: '/estates/7', position: 3 }, '')
    keptOpen('lines-response_rate').value = true
    keptOpen('why-response_rate').value = true
    keptOpen('why-response_rate').value = false
    expect(keptOpen('lines-response_rate').value).toBe(true)
    expect(keptOpen('why-response_rate').value).toBe(false)
    expect(keptOpen('lines-resolution_rate').value).toBe(false)
    expect(history.state).toMatchObject({ back: '/estates/7', position: 3 })
  })

  it('stands where it was left, once, as soon as it has something to show', async () => {
    const scroll = vi.spyOn(window, 'scrollTo').mockImplementation(() => undefined)
    const data = shallowRef<string>()
    const resource = { data, problem: shallowRef(), loading: ref(true), stale: ref(false), at: ref(), refresh: async () => undefined } as Resource<string>
    history.replaceState({ scroll: { left: 0, top: 940 } }, '')
    standAgain(resource)
    await nextTick()
    expect(scroll).not.toHaveBeenCalled()
    data.value = 'kept'
    await nextTick()
    await nextTick()
    data.value = 'fresh'
    await nextTick()
    await nextTick()
    expect(scroll.mock.calls).toEqual([[{ top: 940 }]])
  })

  it('begins at the top where nobody has been before', async () => {
    const scroll = vi.spyOn(window, 'scrollTo').mockImplementation(() => undefined)
    const data = shallowRef<string>()
    standAgain({ data, problem: shallowRef(), loading: ref(true), stale: ref(false), at: ref(), refresh: async () => undefined } as Resource<string>)
    data.value = 'fresh'
    await nextTick()
    await nextTick()
    expect(scroll).not.toHaveBeenCalled()
  })
})
