import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { effectScope, nextTick, ref } from 'vue'
import { Problem } from '@/api/problem'
import { useList, useResource, type Resource } from '@/app/resource'
import { useSorted } from '@/app/sorted'

/** A page that was opened while no server answered comes back by itself, and asks nobody any more once it is left. */
describe('a resource whose server is away', () => {
  beforeEach(() => {
    vi.useFakeTimers()
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  function open(load: () => Promise<string>) {
    const scope = effectScope()
    let resource!: Resource<string>
    scope.run(() => {
      resource = useResource(load)
    })
    return { scope, resource }
  }

  for (const status of [0, 502, 503]) {
    it(`looks again after ${status || 'no answer'}, less and less often`, async () => {
      let away = true
      const asked: number[] = []
      const { scope, resource } = open(async () => {
        asked.push(Date.now())
        if (away) throw new Problem(status)
        return 'back'
      })
      await vi.advanceTimersByTimeAsync(60_000)
      expect(asked.length).toBeGreaterThan(3)
      expect(asked.length).toBeLessThan(7)
      expect(resource.problem.value?.status).toBe(status)
      away = false
      await vi.advanceTimersByTimeAsync(60_000)
      expect(resource.data.value).toBe('back')
      expect(resource.problem.value).toBeUndefined()
      const then = asked.length
      await vi.advanceTimersByTimeAsync(300_000)
      expect(asked.length).toBe(then)
      scope.stop()
    })
  }

  it('does not ask again where asking is of no use, nor when the page is gone', async () => {
    let asked = 0
    const denied = open(async () => {
      asked += 1
      throw new Problem(404)
    })
    await vi.advanceTimersByTimeAsync(300_000)
    expect(asked).toBe(1)
    denied.scope.stop()

    const left = open(async () => {
      asked += 1
      throw new Problem(0)
    })
    await vi.advanceTimersByTimeAsync(1000)
    left.scope.stop()
    await vi.advanceTimersByTimeAsync(300_000)
    expect(asked).toBe(2)
  })
})

/** Rows 0 to 249 by pages of 100, whose answers are let go by hand. */
describe('a list that is to be sorted', () => {
  const PAGE = 100
  const ALL = 250
  const settle = async () => {
    for (let turn = 0; turn < 10; turn += 1) await nextTick()
  }

  function open() {
    const asked: { from: number; what: string; answer: () => void; fail: () => void }[] = []
    const what = ref('all')
    const sort = ref('')
    const scope = effectScope()
    const list = scope.run(() => useList<string>((cursor) => {
      const from = Number(cursor ?? 0)
      const own = what.value
      return new Promise((resolve, reject) => {
        const items = Array.from({ length: Math.min(PAGE, ALL - from) }, (_, index) => `${own}-${from + index}`)
        asked.push({ from, what: own, answer: () => resolve({ items, next: from + PAGE < ALL ? String(from + PAGE) : undefined }), fail: () => reject(new Problem(0)) })
      })
    }))!
    const sorted = scope.run(() => useSorted(list, sort))!
    return { asked, what, sort, list, sorted, scope }
  }

  it('is fetched whole before, and not where nobody sorts', async () => {
    const { asked, sort, list, sorted, scope } = open()
    asked[0]!.answer()
    await settle()
    expect(asked).toHaveLength(1)
    sort.value = 'open'
    await settle()
    expect(sorted.whole.value).toBe(false)
    asked[1]!.answer()
    await settle()
    asked[2]!.answer()
    await settle()
    expect(sorted.whole.value).toBe(true)
    expect(asked.map((one) => one.from)).toEqual([0, 100, 200])
    expect(new Set(list.rows()).size).toBe(ALL)
    scope.stop()
  })

  it('says when a page did not come, and goes on from there', async () => {
    const { asked, sort, list, sorted, scope } = open()
    sort.value = 'open'
    asked[0]!.answer()
    await settle()
    asked[1]!.fail()
    await settle()
    expect([sorted.failed.value, sorted.whole.value]).toEqual([true, false])
    void sorted.complete()
    await settle()
    expect(sorted.failed.value).toBe(false)
    asked[2]!.answer()
    await settle()
    asked[3]!.answer()
    await settle()
    expect(list.rows()).toHaveLength(ALL)
    scope.stop()
  })

  it('holds nothing of what was asked for before', async () => {
    const { asked, what, sort, list, sorted, scope } = open()
    sort.value = 'open'
    asked[0]!.answer()
    await settle()
    what.value = 'few'
    void list.refresh()
    asked[1]!.answer() // a page of the first question, after the second was asked
    await settle()
    expect(asked[2]).toMatchObject({ from: 0, what: 'few' })
    asked[2]!.answer()
    await settle()
    asked[3]!.answer()
    await settle()
    asked[4]!.answer()
    await settle()
    expect(sorted.whole.value).toBe(true)
    expect(list.rows()).toHaveLength(ALL)
    expect(list.rows().every((row) => row.startsWith('few'))).toBe(true)
    scope.stop()
  })
})
