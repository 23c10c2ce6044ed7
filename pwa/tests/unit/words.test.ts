import { afterAll, describe, expect, it } from 'vitest'
import { homeSentence } from '@/features/ticket/mine'
import { allWords, errorWords, setLocale, t, tMaybe } from '@/i18n'
import { en as enFirst } from '@/i18n/en'
import { later as enLater } from '@/i18n/en/enLater'
import { office as enOffice } from '@/i18n/en/enOffice'
import { officeMore as enOfficeMore } from '@/i18n/en/enOfficeMore'
import * as enExplained from '@/i18n/en/laterExplained'
import * as enOnce from '@/i18n/en/laterOnce'
import * as enSlip from '@/i18n/en/laterProgress'
import { agoWords, areaWords, calendarWords, dateTimeWords, dateWords, dayWords, deadlineWords, durationWords, percentWords, pointWords } from '@/i18n/format'
import { zh as zhFirst } from '@/i18n/zh-CN'
import { later as zhLater } from '@/i18n/zh-CN/later'
import * as zhExplained from '@/i18n/zh-CN/laterExplained'
import * as zhOnce from '@/i18n/zh-CN/laterOnce'
import * as zhSlip from '@/i18n/zh-CN/laterProgress'
import { office as zhOffice } from '@/i18n/zh-CN/office'
import { officeMore as zhOfficeMore } from '@/i18n/zh-CN/officeMore'

type Tree = Record<string, Record<string, string>>

/** "part.area" with its words: the refusals stand in all three parts. */
function treeOf(parts: Record<string, Tree>): Tree {
  return Object.fromEntries(Object.entries(parts).flatMap(([part, areas]) => Object.entries(areas).map(([area, words]) => [`${part}.${area}`, words])))
}
const zh = treeOf({ first: zhFirst, later: zhLater, office: { ...zhOffice, ...zhOfficeMore }, slip: { ...zhSlip }, once: { ...zhOnce }, explained: { ...zhExplained } })
const en = treeOf({ first: enFirst, later: enLater, office: { ...enOffice, ...enOfficeMore }, slip: { ...enSlip }, once: { ...enOnce }, explained: { ...enExplained } })
const placeholders = (text: string) => [...new Set(text.match(/\{\w+\}/g) ?? [])].sort().join()
const now = '2026-09-02T02:00:00Z' // Wednesday, 10:00 in the county

describe('both languages', () => {
  const rows = Object.entries(zh).flatMap(([area, words]) => Object.entries(words).map(([key, text]) => [area, key, text] as const))

  it('have the same areas and keys', () => {
    expect(Object.keys(en).sort()).toEqual(Object.keys(zh).sort())
    for (const area of Object.keys(zh)) {
      expect(Object.keys(en[area]!).sort()).toEqual(Object.keys(zh[area]!).sort())
    }
  })

  it('have the same placeholders and no empty words', () => {
    for (const [area, key, text] of rows) {
      const other = en[area]![key]!
      expect(`${area}.${key} ${placeholders(other)}`).toBe(`${area}.${key} ${placeholders(text)}`)
      expect(text.trim()).not.toBe('')
      expect(other.trim()).not.toBe('')
    }
  })
})

describe('the parts of a language', () => {
  afterAll(() => setLocale('zh-CN'))

  it('come when they are wanted, and with a change of language all that are in use', async () => {
    expect(tMaybe('desk.late')).toBeUndefined()
    await allWords()
    expect(errorWords('photo.busy')).toBe('正在处理的照片太多，会自动再试。')
    expect(errorWords('request.too_often')).toBe('操作太快了，请歇一会儿再试。')
    expect(tMaybe('desk.late')).toBeUndefined()
    await setLocale('en')
    expect(errorWords('photo.busy')).toContain('Too many photos')
    expect(tMaybe('desk.late')).toBeUndefined()
    await allWords(true)
    expect(tMaybe('desk.late', { left: '2 days' })).toBe('2 days late')
    expect(errorWords('calendar.not_found')).toContain('no calendar')
    await setLocale('zh-CN')
    expect(errorWords('calendar.not_found')).toContain('工作日历')
    expect(errorWords('made.up')).toContain('made.up')
  })
})

describe('t', () => {
  afterAll(() => setLocale('zh-CN'))

  it('fills, picks the plural and names an unknown code', async () => {
    expect(t('common.outbox_waiting', { n: 3 })).toBe('有 3 条待发送')
    expect(errorWords('photo.heic')).toContain('HEIC')
    expect(errorWords('made.up')).toContain('made.up')
    expect(tMaybe('ticket.state_nonsense')).toBeUndefined()
    await setLocale('en')
    expect(t('common.outbox_waiting', { n: 1 })).toBe('1 item waits to be sent')
    expect(t('common.outbox_waiting', { n: 2 })).toBe('2 items wait to be sent')
  })
})

describe('dates are the county’s own', () => {
  it.each([
    ['2026-09-03T10:00:00Z', '明天 18:00前'],
    ['2026-09-02T10:00:00Z', '今天 18:00前'],
    ['2026-09-10T10:00:00Z', '9月10日 周四 18:00前'],
    ['2026-09-10T16:00:00Z', '9月10日 周四内'],
    ['2027-01-04T10:00:00Z', '2027年1月4日 周一 18:00前'],
  ])('%s is due %s', (moment, words) => {
    expect(deadlineWords(moment, 'zh-CN', now)).toBe(words)
  })

  it('says near days by name, across the turn of the day in the county', () => {
    expect(dayWords('2026-09-01T15:59:00Z', 'zh-CN', now)).toBe('昨天')
    expect(dayWords('2026-09-01T16:00:00Z', 'zh-CN', now)).toBe('今天')
    expect(dayWords('2026-09-02T16:00:00Z', 'zh-CN', now)).toBe('明天')
    expect(dayWords('2026-09-03', 'zh-CN', now)).toBe('明天')
    expect(dayWords('2026-09-20', 'zh-CN', now)).toBe('9月20日 周日')
    expect(dateTimeWords('2026-09-02T01:05:00Z', 'zh-CN', now)).toBe('今天 09:05')
    expect(dateWords('2025-12-31', 'zh-CN', now)).toBe('2025年12月31日')
    expect(dateWords('2026-12-31', 'zh-CN', now)).toBe('12月31日 周四')
    expect(calendarWords('2026-12-31', 'zh-CN', now)).toBe('12月31日')
    expect(calendarWords('2021-11-19', 'en', now)).toBe('19 Nov 2021')
    expect(calendarWords('2026-12-08', 'zh-CN', '2021-11-19')).toBe('2026年12月8日')
  })

  it('speaks English too', () => {
    expect(deadlineWords('2026-09-10T10:00:00Z', 'en', now)).toBe('by Thu 10 Sep, 18:00')
    expect(dayWords('2026-09-03', 'en', now)).toBe('tomorrow')
  })

  it('says how long and how long ago', () => {
    expect(durationWords(30_000, 'zh-CN')).toBe('不到 1 分钟')
    expect(durationWords(25 * 60_000, 'zh-CN')).toBe('25 分钟')
    expect(durationWords(6 * 3600_000, 'zh-CN')).toBe('6 小时')
    expect(durationWords(72 * 3600_000, 'zh-CN')).toBe('3 天')
    expect(durationWords(3600_000, 'en')).toBe('1 hour')
    expect(agoWords('2026-09-02T01:55:00Z', 'zh-CN', now)).toBe('5 分钟前')
    expect(agoWords('2026-09-01T11:42:00Z', 'zh-CN', now)).toBe('昨天 19:42')
  })

  it('says figures as people read them', () => {
    expect(pointWords(8675, 'zh-CN')).toBe('86.7')
    expect(pointWords(7499, 'zh-CN')).toBe('74.9') // not 75.0: "good" begins at 75
    expect(pointWords(-860, 'zh-CN')).toBe('-8.6')
    expect(percentWords(9420, 'zh-CN')).toBe('94.2%')
    expect(areaWords(1_234_567_00, 'zh-CN')).toBe('123.5 万平方米')
    expect(areaWords(98_00, 'zh-CN')).toBe('98 平方米')
  })
})

describe('English counts', () => {
  afterAll(() => setLocale('zh-CN'))

  /** Values that are a name or words, and words after a one that end in s and are no plural. */
  const NAMES = /^(party|name|who|said|points)$/
  const SINGULAR = /^(is|was|waits|counts|this|ms)$/

  it('one thing as one thing, in every sentence', async () => {
    await setLocale('en')
    await allWords(true)
    const wrong = Object.entries(en).flatMap(([area, words]) => Object.entries(words).flatMap(([key, text]) => {
      const ones = Object.fromEntries([...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => [name!, NAMES.test(name!) ? 'X' : 1]))
      const said = tMaybe(`${area.split('.')[1]}.${key}`, ones) ?? ''
      return [...said.matchAll(/(?<![\w.])1 (?:more |real |new |open |working )?([a-z]+s)\b/g)].filter(([, word]) => !SINGULAR.test(word!)).map(([found]) => `${area}.${key}: ${found}`)
    }))
    expect(wrong).toEqual([])
    expect(t('place.size_line', { buildings: 1, households: 12 })).toBe('1 building · 12 homes')
    expect(t('place.size_line', { buildings: 2, households: 1 })).toBe('2 buildings · 1 home')
  })
})

describe('my matters on the home page', () => {
  it('are told in the figures of the list: what waits for me is part of what is being handled', () => {
    expect(homeSentence({ open: 3, waiting_me: 1 })).toBe('3 件在处理，其中 1 件请您确认')
    expect(homeSentence({ open: 2, waiting_me: 0 })).toBe('2 件在处理')
    expect(homeSentence({ open: 0, waiting_me: 0 })).toBe('眼下没有在办的事')
  })
})
