import { t, type Key } from '@/i18n'

/** One line of a duty roster. */
export interface Shift {
  name: string
  title?: string
  phone: string
  deputy?: boolean
  from_time: string
  to_time: string
  weekdays: string
  valid_from: string
  valid_to?: string
}

export interface Span {
  from: string
  to: string
}

export interface Roster {
  party_id: number
  party_name: string
  party_kind: string
  phone24: string
  version: number
  may_keep: boolean
  days: number
  shifts: Shift[]
  gaps: Span[]
  now: { name: string; title?: string; phone: string; deputy: boolean }[]
}

export interface Lacking {
  party_id: number
  party_name: string
  party_kind: string
  none: boolean
  gap: Span
}

export const WEEK = ['1', '2', '3', '4', '5', '6', '7'] as const

/** 每天 / 周一至周五 / 周一、周三 */
export function weekdayWords(weekdays: string): string {
  if (weekdays === '1234567') return t('duty.every_day')
  if (weekdays.length > 2 && '1234567'.includes(weekdays)) {
    return t('duty.days_from_to', { from: dayWords(weekdays[0]!), to: dayWords(weekdays[weekdays.length - 1]!) })
  }
  return [...weekdays].map(dayWords).join(t('duty.days_join'))
}

export function dayWords(day: string): string {
  return t(`duty.day_${day}` as Key)
}

/** 20:00 到次日 08:00 */
export function hourWords(shift: Shift): string {
  if (shift.from_time === shift.to_time) return t('duty.hours_whole', { from: shift.from_time })
  return t(shift.to_time < shift.from_time ? 'duty.hours_night' : 'duty.hours', { from: shift.from_time, to: shift.to_time })
}

/** A posted phone that is to be called now, or was a moment ago. */
export interface PhoneCheck {
  id: number
  party_name: string
  party_kind: string
  community_name: string
  estates: string[]
  phone: string
  due_at: string
  until_at: string
  result?: PhoneResult
  correct_until?: string
}

export const PHONE_RESULTS = ['answered', 'not_answered', 'busy', 'wrong_number'] as const
export type PhoneResult = (typeof PHONE_RESULTS)[number]
