import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { exactFigure, figure, share, sumOf, whichOne } from '@/features/score/figures'
import { allWords, setLocale } from '@/i18n'

describe('the figures behind a score', () => {
  beforeAll(() => allWords(false, 'explained'))
  afterAll(() => setLocale('zh-CN'))

  it.each([
    ['7', '7'], ['0', '0'], ['4.5', '4.5'], ['0.75', '0.75'], ['13/15', '约 0.9'], ['8.3333', '约 8.3'], ['0.675', '约 0.7'], ['29/3', '约 9.7'],
  ])('%s is read as %s', (exact, words) => {
    expect(figure(exact)).toBe(words)
  })

  it('lose nothing where they are computed again', () => {
    expect(exactFigure('5/6')).toBe('5/6（83.3%）')
    expect(exactFigure('0.8333')).toBe('0.8333（83.3%）')
    expect(exactFigure('12.3375')).toBe('12.3375（约 12.3）')
    expect(exactFigure('12.25')).toBe('12.25')
  })

  it('say what a part of one is as a share of it', () => {
    expect(['5/6', '0.8333', '0.75', '1/3'].map(share)).toEqual(['83.3%', '83.3%', '75%', '33.3%'])
    expect(['0', '1', '2', '24.5', '29/3'].map(share)).toEqual(['0', '1', '2', '24.5', '约 9.7'])
  })

  it('add up, fractions too', () => {
    expect(sumOf(3, '0.3', '0.75')).toBe('0.675')
    expect(sumOf(3, '1', '1/3')).toBe('1')
    expect(sumOf(2, '1', '0')).toBe('0')
  })

  it('tells two matters of one category apart by day and number', () => {
    expect(whichOne('20261108-001-0007-3')).toEqual({ day: '2026-11-08', tail: '0007-3' })
    expect(whichOne('LL-7')).toBeUndefined()
  })

  it('speak English, too', async () => {
    await setLocale('en')
    expect(figure('13/15')).toBe('about 0.9')
  })
})
