import { FACTOR_NEEDED, type Problem } from '@/api/problem'

const FIRST = 2_000
const LONGEST = 5 * 60_000
/** Nothing waits longer than this: a wait that looks longer means that the phone's clock jumped. */
export const CLOCK_SLACK = 10 * 60_000

/** Half-jitter: between half and all of 2 s, 4 s, 8 s … 5 min. The server's Retry-After wins. */
export function waitAfter(attempts: number, retryAfterSeconds = 0, random = Math.random): number {
  if (retryAfterSeconds > 0) return Math.min(CLOCK_SLACK, retryAfterSeconds * 1000)
  const doublings = Math.min(Math.max(attempts - 1, 0), 12)
  const ceiling = Math.min(LONGEST, FIRST * 2 ** doublings)
  return Math.round(ceiling / 2 + (random() * ceiling) / 2)
}

/** A due time that survives a clock set forward or back by hours. */
export function isDue(nextAt: number, now: number): boolean {
  return nextAt <= now || nextAt - now > CLOCK_SLACK
}

export type Verdict = 'retry' | 'needs_fix' | 'needs_login'

/**
 * What becomes of something that was not taken. Only our server's own word refuses it or sends its writer to the sign-in; what
 * stands between may answer anything. An administrator who owes a second factor is as good as signed out: it waits until he has one.
 */
export function verdictOf({ status, code, ours }: Pick<Problem, 'status' | 'code' | 'ours'>): Verdict {
  if (!ours) return 'retry'
  if (status === 401 || code === FACTOR_NEEDED) return 'needs_login'
  if (status === 408 || status === 425 || status === 429 || status >= 500) return 'retry'
  return 'needs_fix'
}
