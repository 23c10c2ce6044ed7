import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { effectScope } from 'vue'
import { Problem } from '@/api/problem'
import { useResource, type Resource } from '@/app/resource'

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
