import { describe, expect, it } from 'vitest'
import { searchIn } from '@/features/ticket/search'
import { SAID } from '@/features/ticket/said'
import type { Catalogue } from '@/features/ticket/types'
import document from '../../../models/ticket/catalogue_2026-01.json'

const catalogue = document as unknown as Pick<Catalogue, 'categories' | 'groups'>

describe('finding a matter by what people say', () => {
  it('has words for every matter, and for none that is not there', () => {
    expect(Object.keys(SAID).sort()).toEqual(catalogue.categories.map((one) => one.code).sort())
  })

  it.each([
    ['狗', 'ORD-03'], ['遛狗', 'ORD-03'], ['宠物', 'ORD-03'], ['广场舞', 'ORD-04'], ['没人打扫', 'CLN-02'], ['灯坏了', 'REP-01'], ['煤气味', 'SAFE-02'],
    ['电梯坏了', 'REP-08'], ['暖气', 'UTIL-05'], ['楼上漏水', 'DSP-01'], ['电瓶车', 'FIRE-03'], ['物业费', 'DSP-02'], ['dog', 'ORD-03'], ['trapped', 'SAFE-01'],
  ])('%s is %s', (words, code) => {
    expect(searchIn(catalogue, words, SAID).slice(0, 3).map((one) => one.code)).toContain(code)
  })

  it('offers nothing for one shared character', () => {
    expect(searchIn(catalogue, '宠物')).toEqual([])
  })
})
