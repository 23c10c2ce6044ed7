import { sendJson } from '@/api/http'
import type { Role } from '@/api/types'

/** What the app must know before anybody has signed in. */
export interface SetupState {
  needs_setup: boolean
  demo: boolean
  /** The demo county's history is still being made. */
  demo_filling: boolean
  version: string
  hotline: string
  county_name: string
}

export interface DemoLogin {
  role: Role
  name: string
  phone: string
  password: string
  what: string
}

export function setupState(): Promise<SetupState> {
  return sendJson<SetupState>('/api/v1/setup', { open: true })
}

export async function demoLogins(): Promise<DemoLogin[]> {
  const answer = await sendJson<{ items: DemoLogin[] }>('/api/v1/demo/logins', { open: true })
  return answer.items
}

export const PASSWORD_LEAST = 10

export function phoneDigits(typed: string): string {
  return typed.replace(/\D/g, '').replace(/^86(?=1\d{10}$)/, '')
}

export function phoneFits(digits: string): boolean {
  return /^1\d{10}$/.test(digits)
}
