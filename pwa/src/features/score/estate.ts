import { sendJson } from '@/api/http'
import { useResource } from '@/app/resource'
import { locale, say, t, tMaybe } from '@/i18n'
import type { CommentList, ContactCard, EstateDetail, ScoreExplanation, ScoreSummary } from './types'

export function useEstate(id: number) {
  return useResource((signal) => sendJson<EstateDetail>(`/api/v1/estates/${id}`, { signal }), `estate/${id}`)
}

export function useComments(id: number) {
  return useResource((signal) => sendJson<CommentList>(`/api/v1/estates/${id}/score/comments`, { signal }), `comments/${id}`)
}

/** Released: the figure that residents see, also for an officer who sees another one. */
export function useScore(id: number, released = false) {
  return useResource((signal) => sendJson<ScoreSummary>(`/api/v1/estates/${id}/score${released ? '?released=true' : ''}`, { signal }), `score/${id}${released ? '/released' : ''}`)
}

export function useExplanation(id: number) {
  return useResource((signal) => sendJson<ScoreExplanation>(`/api/v1/estates/${id}/score/explanation`, { signal }), `explanation/${id}`)
}

/** The short national numbers have a name in every language; a company has its own, and abroad the name of what it supplies. */
export function emergencyName(one: ContactCard['emergency'][number]): string {
  return tMaybe(`score.emergency_${one.phone}`) ?? (locale.value === 'en' ? tMaybe(`score.emergency_${one.code}`) : undefined) ?? one.name
}

/** From here on hours are said as days. */
export const HOURS_SAID_AS_DAYS = 72

/** The figure of the month before the newest, for "3.2 above last month". */
export function monthBefore(score: ScoreSummary): number | null {
  const earlier = score.trend.filter((point) => point.month < score.period)
  return earlier[earlier.length - 1]?.t ?? null
}

/** What the ring shows: nothing while too few tickets count. */
export function shownScore(score: ScoreSummary): number | null {
  return score.rated ? score.s ?? score.t : null
}

export function movedWords(now: number, before: number): string {
  const moved = Math.round((now - before) / 10)
  if (moved === 0) return t('common.trend_same')
  return t(moved > 0 ? 'common.trend_up' : 'common.trend_down', { n: say.points(Math.abs(moved) * 10) })
}

/** "2026-11" on an axis or in a table. */
export function monthWords(month: string): string {
  const middle = new Date(`${month}-15T00:00:00Z`)
  return new Intl.DateTimeFormat(locale.value, { month: 'short', timeZone: 'UTC' }).format(middle)
}
