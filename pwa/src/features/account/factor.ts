import { sendJson } from '@/api/http'
import { Problem } from '@/api/problem'
import type { Account } from '@/api/types'
import type { FactorProof } from '@/app/session'
import { errorWords, t } from '@/i18n'

/** A secret that waits for its first code; the server tells it once. */
export interface Enrolment {
  uri: string
  secret: string
  expires_in: number
}

export interface FactorAdded {
  recovery_codes: string[]
  account: Account
}

/** The first factor once more: a session may have been left open on a desk. */
export type Proof = { password: string } | { request_id: string; code: string }

export const startFactor = (proof: Proof) => sendJson<Enrolment>('/api/v1/me/second-factor', { method: 'POST', json: proof })
export const confirmFactor = (code: string) => sendJson<FactorAdded>('/api/v1/me/second-factor/confirmation', { method: 'POST', json: { code } })
export const removeFactor = (proof: FactorProof) => sendJson<Account>('/api/v1/me/second-factor/removal', { method: 'POST', json: proof })
export const renewCodes = (proof: FactorProof) => sendJson<FactorAdded>('/api/v1/me/second-factor/recovery-codes', { method: 'POST', json: proof })

/** What went wrong in words, with the tries that are left where somebody counts them, and how long a lock lasts. */
export function faultWords(fault: unknown): string {
  const problem = fault instanceof Problem ? fault : new Problem(0)
  const words = errorWords(problem.code, problem.params)
  if (problem.status === 429 && problem.retryAfter) return `${words} ${t('people.wait_for', { n: Math.ceil(problem.retryAfter / 60) })}`
  const left = problem.params.tries_left
  return left === undefined ? words : `${words} ${t('people.factor_tries_left', { n: left })}`
}

/** Groups of four, as people read long words to each other. */
export function inGroups(secret: string): string {
  return secret.replace(/(.{4})(?=.)/g, '$1 ')
}

let password: string | undefined

/** A password that was typed a moment ago need not be typed again on the next page. It is handed over once, in memory. */
export function handOver(typed: string): void {
  password = typed
}

export function takeOver(): string | undefined {
  const typed = password
  password = undefined
  return typed
}
