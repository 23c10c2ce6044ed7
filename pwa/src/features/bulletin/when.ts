import { toDate, type Moment } from '@/i18n/format'

/** The county has one clock, whatever the phone's zone is. */
const AHEAD = 8 * 3_600_000
const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** 2026-09-03T18:00, as a field for day and time wants it. */
export function fieldOf(moment: Moment): string {
  return new Date(toDate(moment).getTime() + AHEAD).toISOString().slice(0, 16)
}

/** The moment that a field says; nothing while it is not filled. */
export function momentOf(field: string): number | undefined {
  const at = Date.parse(`${field}:00+08:00`)
  return Number.isNaN(at) ? undefined : at
}

/** Ends that are one tap away: some hours from then, then the evening and the morning that people name. */
export function endsFrom(from: number, longest: number): { hours?: number; at: number }[] {
  const nice = (at: number) => Math.ceil(at / (10 * MINUTE)) * 10 * MINUTE
  const short = [2, 4, 8].map((hours) => ({ hours, at: nice(from + hours * HOUR) }))
  const midnight = Math.floor((from + AHEAD) / DAY) * DAY - AHEAD
  const named = [18 * HOUR, 22 * HOUR, DAY + 8 * HOUR, DAY + 18 * HOUR].map((after) => ({ at: midnight + after }))
  const later = named.filter(({ at }) => at >= from + HOUR && short.every((one) => Math.abs(one.at - at) >= 20 * MINUTE))
  return [...short, ...later.slice(0, 2)].filter(({ at }) => at <= from + longest)
}

/** How long ago an outage may have begun that is posted only now. */
const BACK = DAY

/** Why a beginning does not do, or nothing: not further back than a day, not further ahead than the rule allows. */
export function startFault(from: number | undefined, now: number, ahead: number): 'missing' | 'early' | 'late' | undefined {
  if (from === undefined) return 'missing'
  if (from < now - BACK) return 'early'
  return from > now + ahead ? 'late' : undefined
}

/** Why an end does not do, or nothing: after its beginning and after now, and not longer than the longest. */
export function endFault(until: number | undefined, from: number, now: number, longest: number): 'missing' | 'before' | 'long' | undefined {
  if (until === undefined) return 'missing'
  if (until <= from || until <= now) return 'before'
  return until > from + longest ? 'long' : undefined
}
