import { describe, expect, it } from 'vitest'
import { fenOf } from '@/features/cause/causeWords'

describe('an amount that was typed as yuan', () => {
  it.each([
    ['0', 0], ['0.29', 29], ['1.1', 110], ['8650', 865_000], ['8650.5', 865_050], [' 3,280.29 ', 328_029], ['4，000', 400_000], ['999999999.99', 99_999_999_999],
  ])('%s is told to the fen', (typed, fen) => expect(fenOf(typed)).toBe(fen))

  it.each(['', '三千', '-5', '1.234', '1e3', '.5', '5.', '12 元', '1000000000', '0x10', '１２'])('%s is no amount', (typed) => expect(fenOf(typed)).toBeUndefined())
})
