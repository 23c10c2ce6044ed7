import { FACTOR_NEEDED } from '@/api/problem'

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

export type Verdict = 'sent' | 'retry' | 'needs_fix' | 'needs_login'

/** An administrator who owes a second factor is as good as signed out: what he wrote waits until he has added one. */
export function verdictOf(status: number, code = ''): Verdict {
  if (status >= 200 && status < 300) return 'sent'
  if (status === 401 || code === FACTOR_NEEDED) return 'needs_login'
  if (status === 0 || status === 408 || status === 425 || status === 429 || status >= 500) return 'retry'
  return 'needs_fix'
}
