import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { groupText } from '@/features/bulletin/group'
import type { Said } from '@/features/bulletin/types'
import { endFault, endsFrom, fieldOf, momentOf, startFault } from '@/features/bulletin/when'
import { spanWords, whereWords } from '@/features/bulletin/words'
import { allWords, setLocale } from '@/i18n'

const HOUR = 3_600_000
const at = (field: string) => momentOf(field)!

describe('the times of a bulletin', () => {
  it('are the county’s own, whatever the zone of the phone is', () => {
    expect(fieldOf('2026-11-27T10:00:00Z')).toBe('2026-11-27T18:00')
    expect(new Date(at('2026-11-28T00:30')).toISOString()).toBe('2026-11-27T16:30:00.000Z')
    expect(momentOf('')).toBeUndefined()
    expect(momentOf('2026-11-')).toBeUndefined()
  })

  it('offer round ends, then the evening and the morning that come next', () => {
    const ends = endsFrom(at('2026-11-27T10:07'), 72 * HOUR)
    expect(ends.map((one) => fieldOf(one.at))).toEqual(['2026-11-27T12:10', '2026-11-27T14:10', '2026-11-27T18:10', '2026-11-27T22:00', '2026-11-28T08:00'])
    expect(ends.map((one) => one.hours)).toEqual([2, 4, 8, undefined, undefined])
    const late = endsFrom(at('2026-11-27T21:30'), 72 * HOUR).map((one) => fieldOf(one.at))
    expect(late).toEqual(['2026-11-27T23:30', '2026-11-28T01:30', '2026-11-28T05:30', '2026-11-28T08:00', '2026-11-28T18:00'])
  })

  it('offer none that would be refused', () => {
    for (const from of ['2026-11-27T00:00', '2026-11-27T15:59', '2026-11-27T23:59']) {
      for (const longest of [3 * HOUR, 12 * HOUR, 72 * HOUR]) {
        for (const { at: end } of endsFrom(at(from), longest)) expect(endFault(end, at(from), at(from), longest)).toBeUndefined()
      }
    }
  })

  it('say what is wrong with a beginning', () => {
    const now = at('2026-11-27T10:00')
    const ahead = 14 * 24 * HOUR
    expect(startFault(undefined, now, ahead)).toBe('missing')
    expect(startFault(now - 24 * HOUR - 60_000, now, ahead)).toBe('early')
    expect(startFault(now - 24 * HOUR, now, ahead)).toBeUndefined()
    expect(startFault(now + ahead, now, ahead)).toBeUndefined()
    expect(startFault(now + ahead + 60_000, now, ahead)).toBe('late')
  })

  it('say what is wrong with an end', () => {
    const from = at('2026-11-27T10:00')
    expect(endFault(undefined, from, from, 72 * HOUR)).toBe('missing')
    expect(endFault(from, from, from - HOUR, 72 * HOUR)).toBe('before')
    expect(endFault(from + HOUR, from, from + 2 * HOUR, 72 * HOUR)).toBe('before')
    expect(endFault(from + 72 * HOUR, from, from, 72 * HOUR)).toBeUndefined()
    expect(endFault(from + 72 * HOUR + 60_000, from, from, 72 * HOUR)).toBe('long')
  })
})

describe('the words of a bulletin', () => {
  const said: Said = {
    category: 'UTIL-01', estate_name: '阳光小区', buildings: [{ id: 3, name: '3号楼' }, { id: 5, name: '5号楼' }], text: '主管渗漏，正在抢修。', meanwhile: '请先存些水。',
    state: 'running', from_at: '2026-11-27T02:00:00Z', until_at: '2026-11-27T10:00:00Z', changes: 0, party: { name: '和顺物业', phone24: '0379-67900001' },
  }
  beforeAll(() => allWords(true))
  afterAll(() => setLocale('zh-CN'))

  it('name the place as people do', () => {
    expect(whereWords(said)).toBe('阳光小区 3号楼、5号楼')
    expect(whereWords({ ...said, buildings: [] })).toBe('阳光小区 整个小区')
    expect(whereWords({ ...said, buildings: [{ id: 1, name: '阳光小区' }] })).toBe('阳光小区')
  })

  it('say when it begins only before it has begun', () => {
    expect(spanWords(said)).toMatch(/^预计.+18:00 恢复$/)
    expect(spanWords({ ...said, state: 'planned' })).toMatch(/10:00 到 18:00$/)
  })

  it('for a group stand with their day, because they are read tomorrow, too', () => {
    expect(groupText(said)).toBe('【通知】停水或水压小\n阳光小区 3号楼、5号楼\n时间：11月27日 周五 10:00 到 18:00（预计）\n主管渗漏，正在抢修。\n这段时间：请先存些水。\n到时间没恢复，请在“邻里”上报，或打 0379-67900001。\n——和顺物业')
    const soon = new Date()
    const now = groupText({ ...said, from_at: soon.toISOString(), until_at: new Date(soon.getTime() + 30 * HOUR).toISOString() })
    expect(now).not.toMatch(/今天|明天|后天/)
    expect(groupText({ ...said, changes: 1, why: '配件还没到' })).toContain('时间改过：配件还没到')
  })

  it('tell the group that it is over', () => {
    const over = groupText({ ...said, state: 'over', ended_at: '2026-11-27T08:05:00Z', why: '已恢复' })
    expect(over).toContain('【已恢复】停水或水压小')
    expect(over).toContain('11月27日 周五 16:05结束：已恢复')
    expect(over).not.toContain('抢修')
  })

  it('are there in English, with no key left over', async () => {
    await setLocale('en')
    const text = groupText(said)
    expect(text).toContain('[Notice] No water or low pressure')
    expect(text).not.toMatch(/bulletin\.|\{\w+\}/)
  })
})
