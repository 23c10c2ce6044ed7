/** Everything is said in the county's own time, wherever the phone is. */
const ZONE = 'Asia/Shanghai'

export type Locale = 'zh-CN' | 'en'
export type Moment = string | number | Date

const cache = new Map<string, Intl.DateTimeFormat>()

function formatter(locale: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = locale + JSON.stringify(options)
  let found = cache.get(key)
  if (!found) {
    found = new Intl.DateTimeFormat(locale, { timeZone: ZONE, ...options })
    cache.set(key, found)
  }
  return found
}

interface Parts {
  year: number
  month: number
  day: number
  hour: number
  minute: number
  weekday: number
}

/** A bare date is that day in the county, not midnight in London. */
export function toDate(moment: Moment): Date {
  if (typeof moment === 'string' && /^\d{4}-\d\d-\d\d$/.test(moment)) return new Date(`${moment}T00:00:00+08:00`)
  return new Date(moment)
}

function partsOf(moment: Moment): Parts {
  const date = toDate(moment)
  const options: Intl.DateTimeFormatOptions = {
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    hourCycle: 'h23',
  }
  const read: Record<string, number> = {}
  for (const part of formatter('en-US', options).formatToParts(date)) read[part.type] = Number(part.value)
  const { year, month, day, hour, minute } = read as unknown as Parts
  const weekday = new Date(Date.UTC(year, month - 1, day)).getUTCDay()
  return { year, month, day, hour, minute, weekday }
}

/** Days from today to that day; yesterday is -1. */
export function daysFromToday(moment: Moment, now: Moment = Date.now()): number {
  const there = partsOf(moment)
  const here = partsOf(now)
  const day = 24 * 3600_000
  return Math.round((Date.UTC(there.year, there.month - 1, there.day) - Date.UTC(here.year, here.month - 1, here.day)) / day)
}

const two = (value: number) => String(value).padStart(2, '0')
const ZH_WEEKDAYS = ['周日', '周一', '周二', '周三', '周四', '周五', '周六']
// Written out, because browsers disagree about the short forms (Sep, Sept, Sep.).
const EN_WEEKDAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat']
const EN_MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
const ZH_NEAR: Record<number, string> = { [-2]: '前天', [-1]: '昨天', 0: '今天', 1: '明天', 2: '后天' }
const EN_NEAR: Record<number, string> = { [-1]: 'yesterday', 0: 'today', 1: 'tomorrow' }

export function timeOfDay(moment: Moment): string {
  const { hour, minute } = partsOf(moment)
  return `${two(hour)}:${two(minute)}`
}

/** 9月3日: a day of the record, such as the first of a term; another year is named. */
export function calendarWords(moment: Moment, locale: Locale, now: Moment = Date.now()): string {
  const parts = partsOf(moment)
  const otherYear = parts.year !== partsOf(now).year
  if (locale === 'zh-CN') return `${otherYear ? `${parts.year}年` : ''}${parts.month}月${parts.day}日`
  return `${parts.day} ${EN_MONTHS[parts.month - 1]}${otherYear ? ` ${parts.year}` : ''}`
}

/** 9月3日 周四: a day that one plans with. Of a year gone by nobody needs the weekday. */
export function dateWords(moment: Moment, locale: Locale, now: Moment = Date.now()): string {
  const { year, weekday } = partsOf(moment)
  const day = calendarWords(moment, locale, now)
  if (year < partsOf(now).year) return day
  return locale === 'zh-CN' ? `${day} ${ZH_WEEKDAYS[weekday]}` : `${EN_WEEKDAYS[weekday]} ${day}`
}

/** 今天 / 明天 / 9月3日 周四 */
export function dayWords(moment: Moment, locale: Locale, now: Moment = Date.now()): string {
  const near = (locale === 'zh-CN' ? ZH_NEAR : EN_NEAR)[daysFromToday(moment, now)]
  return near ?? dateWords(moment, locale, now)
}

/** 今天 09:20 / 9月3日 周四 18:00 */
export function dateTimeWords(moment: Moment, locale: Locale, now: Moment = Date.now()): string {
  const join = locale === 'zh-CN' ? ' ' : ', '
  return dayWords(moment, locale, now) + join + timeOfDay(moment)
}

/** A promise: 今天 18:00前 / 9月3日 周四 18:00前. An end at midnight is the day before, whole. */
export function deadlineWords(moment: Moment, locale: Locale, now: Moment = Date.now()): string {
  const parts = partsOf(moment)
  const wholeDay = (parts.hour === 0 && parts.minute === 0) || (parts.hour === 23 && parts.minute === 59)
  const shown = parts.hour === 0 && parts.minute === 0 ? new Date(toDate(moment).getTime() - 60_000) : toDate(moment)
  const day = dayWords(shown, locale, now)
  if (locale === 'zh-CN') return wholeDay ? `${day}内` : `${day} ${timeOfDay(moment)}前`
  return wholeDay ? `by the end of ${day}` : `by ${day}, ${timeOfDay(moment)}`
}

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** 25 分钟 / 3 小时 / 2 天: one unit, rounded, as people say it. */
export function durationWords(milliseconds: number, locale: Locale): string {
  const length = Math.abs(milliseconds)
  if (length < MINUTE) return locale === 'zh-CN' ? '不到 1 分钟' : 'less than a minute'
  if (length < HOUR) return unit(Math.round(length / MINUTE), '分钟', 'minute', locale)
  if (length < 2 * DAY) return unit(Math.round(length / HOUR), '小时', 'hour', locale)
  return unit(Math.round(length / DAY), '天', 'day', locale)
}

/** 5 个工作日 */
export function workingDaysWords(days: number, locale: Locale): string {
  return unit(days, '个工作日', 'working day', locale)
}

function unit(count: number, zh: string, en: string, locale: Locale): string {
  if (locale === 'zh-CN') return `${count} ${zh}`
  return `${count} ${en}${count === 1 ? '' : 's'}`
}

/** 刚刚 / 5 分钟前 / 今天 09:20 */
export function agoWords(moment: Moment, locale: Locale, now: Moment = Date.now()): string {
  const passed = toDate(now).getTime() - toDate(moment).getTime()
  if (passed < MINUTE) return locale === 'zh-CN' ? '刚刚' : 'just now'
  if (passed < HOUR) {
    const words = durationWords(passed, locale)
    return locale === 'zh-CN' ? `${words}前` : `${words} ago`
  }
  return dateTimeWords(moment, locale, now)
}

export function numberWords(value: number, locale: Locale, digits = 0): string {
  return new Intl.NumberFormat(locale, { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(value)
}

/** Hundredths of a point, as the server counts them: 8675 becomes 86.8. */
export function pointWords(hundredths: number, locale: Locale): string {
  // Cut, not rounded: 74.99 is not "75.0" beside a word that begins at 75.
  return numberWords(Math.trunc(hundredths / 10) / 10, locale, 1)
}

/** Basis points as a percentage without needless digits. */
export function percentWords(basisPoints: number, locale: Locale): string {
  return new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 1 }).format(basisPoints / 10_000)
}

/** Hundredths of a square metre. */
export function areaWords(hundredths: number, locale: Locale): string {
  const metres = Math.round(hundredths / 100)
  if (locale === 'zh-CN' && metres >= 10_000) return `${numberWords(metres / 10_000, locale, 1)} 万平方米`
  return locale === 'zh-CN' ? `${numberWords(metres, locale)} 平方米` : `${numberWords(metres, locale)} m²`
}
