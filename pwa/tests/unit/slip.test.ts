import { describe, expect, it } from 'vitest'
import { addressOf, slipIn } from '@/features/progress/slip'

describe('the code of a slip', () => {
  const slip = { number: '20260902-001-5017-3', code: 'K7PD3XQA' }

  it('opens what it was made of, behind the #', () => {
    const { hash, pathname, search } = new URL(addressOf(slip), 'https://linli.example')
    expect(slipIn(hash)).toEqual(slip)
    expect(pathname + search).toBe('/progress')
  })

  it('opens nothing else', () => {
    for (const hash of ['', '#', '#content', '#20260902', '#a/b/c', '#/K7PD3XQA', '#x/<b>']) expect(slipIn(hash)).toBeUndefined()
  })
})
