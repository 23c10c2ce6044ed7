import { beforeAll, describe, expect, it } from 'vitest'
import { costWords, fenOf, timesWords } from '@/features/cause/causeWords'
import { allWords } from '@/i18n'

beforeAll(() => allWords(true))

describe('an amount that was typed as yuan', () => {
  it.each([
    ['0', 0], ['0.29', 29], ['1.1', 110], ['8650', 865_000], ['8650.5', 865_050], [' 3,280.29 ', 328_029], ['4，000', 400_000], ['999999999.99', 99_999_999_999],
  ])('%s is told to the fen', (typed, fen) => expect(fenOf(typed)).toBe(fen))

  it.each(['', '三千', '-5', '1.234', '1e3', '.5', '5.', '12 元', '1000000000', '0x10', '１２'])('%s is no amount', (typed) => expect(fenOf(typed)).toBeUndefined())
})

describe('what a case costs', () => {
  it.each([
    ['nothing is known', {}, ''],
    ['an estimate', { estimate_fen: 328_029 }, '3,280.29'],
    ['an estimate of nothing', { estimate_fen: 0 }, '0'],
    ['done for nothing', { done_on: '2026-11-20', estimate_fen: 500_000, cost_fen: 0 }, '0'],
    ['opened again: what the last attempt cost is not what this one costs', { cost_fen: 700_000 }, ''],
    ['planned again', { cost_fen: 700_000, estimate_fen: 900_000 }, '9,000'],
  ])('%s', (_, one, yuan) => {
    const words = costWords(one)
    expect(/[\d,.]+/.exec(words)?.[0] ?? '').toBe(yuan)
  })
  it('is an amount that was paid only once the work is done', () => {
    expect(costWords({ done_on: '2026-11-20', cost_fen: 0 })).not.toBe(costWords({ estimate_fen: 0 }))
  })
})

describe('how many told of a repeat', () => {
  it('is a number only for who may know it', () => {
    expect(timesWords({ times: 4, households: 3 })).toMatch(/4.*3/)
    expect(timesWords({ times: 4 })).toMatch(/^[^\d{]*4[^\d{]*$/)
  })
})
