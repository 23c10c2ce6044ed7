import { computed, ref, shallowRef } from 'vue'
import {
  dropSession,
  forgetSignedOut,
  markSignedOut,
  onSession,
  presumeAccount,
  refreshSession,
  sendJson,
  takeSession,
  withSessionLock,
  type SessionAnswer,
} from '@/api/http'
import type { Account, Home, Membership, Role } from '@/api/types'
import { forgetCache } from '@/outbox/cache'
import { openOutboxFor } from '@/outbox/useOutbox'
import { forgetPhotos } from '@/photo/remote'
import { readSetting, settingOf, writeSetting } from './device'

/** Bundles of screens. A person may hold several roles and works as one of them at a time. */
export type RoleGroup = 'resident' | 'building_steward' | 'operator' | 'officer'

const GROUPS: Partial<Record<Role, RoleGroup>> = {
  resident: 'resident',
  building_steward: 'building_steward',
  operator_staff: 'operator',
  operator_manager: 'operator',
  owning_unit_staff: 'operator',
  agency_staff: 'operator',
  utility_staff: 'operator',
  station_staff: 'operator',
  town_officer: 'officer',
  center_officer: 'officer',
  leading_group_office: 'officer',
  admin: 'officer',
  auditor: 'officer',
}

/** With several roles, the one in which others wait for this person comes first. */
const FIRST: RoleGroup[] = ['officer', 'operator', 'building_steward', 'resident']

export const account = shallowRef<Account | null>(null)
/** True as soon as it is known whether somebody is signed in. */
export const known = ref(false)
const chosenMembership = ref<number | null>(Number(readSetting('membership')) || null)

export const memberships = computed<Membership[]>(() => (account.value?.memberships ?? []).filter((one) => one.status === 'approved' && hasPages(one.role)))
export const roles = computed<Role[]>(() => [...new Set(memberships.value.map((one) => one.role))])
export const home = computed<Home | undefined>(() => account.value?.home)

/** Some roles only put a name on a register: nobody works as one. */
export function hasPages(role: Role): boolean {
  return role in GROUPS
}

export function groupOf(role: Role): RoleGroup {
  return GROUPS[role] ?? 'resident'
}

export const currentMembership = computed<Membership | undefined>(() => {
  const chosen = memberships.value.find((one) => one.id === chosenMembership.value)
  if (chosen) return chosen
  const ranked = [...memberships.value].sort((a, b) => FIRST.indexOf(groupOf(a.role)) - FIRST.indexOf(groupOf(b.role)))
  return ranked[0]
})

/** Who has no approved membership yet is a resident: filing never waits for approval. */
export const currentRole = computed<Role>(() => currentMembership.value?.role ?? 'resident')
export const roleGroup = computed<RoleGroup>(() => groupOf(currentRole.value))
export const isStaff = computed(() => account.value !== null && (roleGroup.value === 'operator' || roleGroup.value === 'officer'))
export const signedIn = computed(() => account.value !== null)

export function workAs(membershipId: number): void {
  chosenMembership.value = membershipId
  writeSetting('membership', String(membershipId))
}

function setAccount(next: Account | null): void {
  const changed = account.value?.id !== next?.id
  account.value = next
  writeSetting('account', next ? JSON.stringify(next) : null)
  if (changed) openOutboxFor(next?.id ?? null)
}

onSession((answer) => setAccount(answer ? (answer as SessionAnswer<Account>).account : null))

function remembered(): Account | null {
  try {
    return JSON.parse(readSetting('account') ?? 'null') as Account | null
  } catch {
    return null
  }
}

/** At start: the last account opens at once, even offline, and the server is asked behind it. */
export function resumeSession(): void {
  const last = remembered()
  if (last) {
    presumeAccount(last.id)
    setAccount(last)
  } else {
    openOutboxFor(null)
  }
  known.value = true
  addEventListener('storage', followOtherTab)
  addEventListener('online', finishLeaving)
  if (last) askServer()
  else finishLeaving()
}

function askServer(): void {
  void refreshSession().catch(() => undefined) // no network: go on with what is here
}

/** Who signed out without a network is signed out on the server as soon as there is one. */
function finishLeaving(): void {
  if (readSetting('signed_out') !== null) askServer()
}

/** Another tab signed in or out: this one shows the same person, and never acts for the one before. */
function followOtherTab(event: StorageEvent): void {
  if (event.key !== null && settingOf(event.key) !== 'account') return
  const next = remembered()
  if (!next) {
    if (account.value) dropSession()
    return
  }
  if (next.id === account.value?.id) {
    account.value = next
    return
  }
  presumeAccount(next.id)
  setAccount(next)
  askServer()
}

/** The account as an answer has just told it. */
export function takeAccount(next: Account): void {
  if (next.id === account.value?.id) setAccount(next)
}

/** A page that is a tab of the administrator's alone: for everybody else it stands behind "me". */
export function tabOfAdmin(to: { path: string; meta: { tab?: string } }): void {
  to.meta.tab = currentRole.value === 'admin' ? to.path : undefined
}

/** An administrator without a second factor may only add one. */
export const factorDue = computed(() => account.value?.second_factor?.due === true)

/** Fetches the account again, after a membership or a name changed. */
export async function reloadAccount(): Promise<void> {
  setAccount(await sendJson<Account>('/api/v1/me'))
}

export interface CodeAsked {
  request_id: string
  expires_in: number
  resend_after: number
}

export function askForCode(phone: string): Promise<CodeAsked> {
  return sendJson<CodeAsked>('/api/v1/session/codes', { method: 'POST', json: { phone }, open: true })
}

/** What somebody holds between the two steps of a sign-in. It is good for one code and for five minutes. */
export type Challenge = string

export type Credentials = { request_id: string; code: string } | { phone: string; password: string }

/** Signs in; or gives the challenge, where this account has a second factor and nobody is signed in yet. */
export async function signIn(credentials: Credentials): Promise<Challenge | undefined> {
  return withSessionLock(async () => {
    const answer = await sendJson<SessionAnswer<Account> | { challenge: Challenge }>('/api/v1/session', {
      method: 'POST',
      json: { ...credentials, device: deviceName() },
      open: true,
    })
    if ('challenge' in answer) return answer.challenge
    enter(answer)
    return undefined
  })
}

/** A code of the authenticator app, or one of the recovery codes. */
export type FactorProof = { code: string } | { recovery_code: string }

export async function finishSignIn(challenge: Challenge, proof: FactorProof): Promise<void> {
  await withSessionLock(async () => {
    enter(await sendJson<SessionAnswer<Account>>('/api/v1/session/second-factor', { method: 'POST', json: { challenge, ...proof }, open: true }))
  })
}

function enter(answer: SessionAnswer<Account>): void {
  forgetSignedOut()
  takeSession(answer)
}

/** Words by which the person recognises this phone in the list of sign-ins. */
function deviceName(): string {
  const agent = navigator.userAgent
  const system = /iPhone|iPad/.exec(agent)?.[0] ?? /Android/.exec(agent)?.[0] ?? /Windows|Mac OS|Linux/.exec(agent)?.[0] ?? 'Web'
  const browser = /MicroMessenger/.test(agent) ? 'WeChat' : /Edg/.exec(agent)?.[0] ?? /Firefox|Chrome|Safari/.exec(agent)?.[0] ?? ''
  return `${system} ${browser}`.trim()
}

/** Signing out ends the session on this phone at once, and on the server now or as soon as it can be reached. */
export async function signOut(): Promise<void> {
  const leaving = account.value
  markSignedOut()
  await refreshSession().catch(() => undefined) // the mark makes it a sign-out, and stays for the next time
  if (leaving) await forgetCache(leaving.id).catch(() => undefined)
  forgetPhotos()
  writeSetting('membership', null)
  chosenMembership.value = null
  dropSession()
}
