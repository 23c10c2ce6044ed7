import { readSetting, writeSetting } from '@/app/device'
import { FACTOR_NEEDED, Problem, problemOf } from './problem'

export const CLIENT_HEADER = 'X-Linli-Client'
export const DEFAULT_TIMEOUT = 20_000
const REFRESH_PATH = '/api/v1/session/refresh'
const SESSION_PATH = '/api/v1/session'
/** Stands from the moment somebody signs out until somebody signs in. */
const SIGNED_OUT = 'signed_out'

/** The short-lived token stays in memory: nothing that a script could find later. */
let token: string | null = null
let tokenAccount: number | null = null
let tokenRunsOut = 0

/** What a session route answers. */
export interface SessionAnswer<Account = { id: number }> {
  access_token: string
  expires_in: number
  account: Account
}

type SessionListener = (answer: SessionAnswer | null) => void
const listeners = new Set<SessionListener>()

/** Hears of every new session and of its end (null). */
export function onSession(listener: SessionListener): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

export function takeSession(answer: SessionAnswer): void {
  token = answer.access_token
  tokenAccount = answer.account.id
  // Counted on the clock that never jumps; half a minute early, for slow lines.
  tokenRunsOut = performance.now() + Math.max(5, answer.expires_in - 30) * 1000
  for (const listener of listeners) listener(answer)
}

export function dropSession(): void {
  token = null
  tokenAccount = null
  tokenRunsOut = 0
  for (const listener of listeners) listener(null)
}

export function currentAccountId(): number | null {
  return tokenAccount
}

/** Whose page this is before the server was asked: what is tapped meanwhile must not go out as anybody else. */
export function presumeAccount(accountId: number): void {
  token = null
  tokenAccount = accountId
  tokenRunsOut = 0
}

function hasSignedOut(): boolean {
  return readSetting(SIGNED_OUT) !== null
}

export function markSignedOut(): void {
  writeSetting(SIGNED_OUT, '1')
}

export function forgetSignedOut(): void {
  writeSetting(SIGNED_OUT, null)
}

/**
 * fetch with an end: some phones' browsers lack AbortSignal.timeout. The answer comes whole or not at all. Its body has as
 * long as its beginning: one that stops half-way would hold up the session, and the outbox of all tabs, for ever.
 */
async function fetchWithin(url: string, init: RequestInit, timeout: number): Promise<Response> {
  const controller = new AbortController()
  const pass = () => controller.abort()
  let timer = setTimeout(pass, timeout)
  const outer = init.signal
  outer?.addEventListener('abort', pass)
  try {
    const response = await fetch(url, { ...init, signal: controller.signal })
    clearTimeout(timer)
    timer = setTimeout(pass, timeout)
    const body = await response.arrayBuffer()
    return new Response(body.byteLength ? body : null, response)
  } catch (fault) {
    if (outer?.aborted) throw fault
    throw new Problem(0)
  } finally {
    clearTimeout(timer)
    outer?.removeEventListener('abort', pass)
  }
}

let refreshing: Promise<boolean> | null = null

/** One refresh at a time in this page; over the tabs too, where the browser has locks. */
export function refreshSession(): Promise<boolean> {
  refreshing ??= withSessionLock(refreshOnce).finally(() => {
    refreshing = null
  })
  return refreshing
}

/** Whatever changes the cookie goes one after the other. */
export async function withSessionLock<T>(work: () => Promise<T>): Promise<T> {
  if (!navigator.locks) return work()
  return (await navigator.locks.request('linli-refresh', work)) as T
}

/** The cookie is out of a script's reach: only the server can end it. Throws a Problem when it did not answer so. */
async function endSession(): Promise<void> {
  const response = await fetchWithin(
    SESSION_PATH,
    {
      method: 'DELETE',
      credentials: 'same-origin',
      headers: { [CLIENT_HEADER]: 'pwa' },
    },
    DEFAULT_TIMEOUT,
  )
  if (!response.ok) throw await problemOf(response)
}

/** After a sign-out without a network the cookie is still good: it is ended, never renewed. */
async function finishSignOut(): Promise<false> {
  await endSession()
  dropSession()
  return false
}

/** True: signed in. False: the server says no. Throws a Problem when there was no clear answer. */
async function refreshOnce(): Promise<boolean> {
  if (hasSignedOut()) return finishSignOut()
  const response = await fetchWithin(
    REFRESH_PATH,
    {
      method: 'POST',
      credentials: 'same-origin',
      headers: { 'Content-Type': 'application/json', [CLIENT_HEADER]: 'pwa' },
      body: '{}',
    },
    DEFAULT_TIMEOUT,
  )
  if (response.ok) {
    const answer = (await response.json()) as SessionAnswer
    // The person may have signed out while the answer was on its way.
    if (hasSignedOut()) return finishSignOut()
    takeSession(answer)
    return true
  }
  const problem = await problemOf(response)
  // Only our server ends a session: a portal or proxy on the way may refuse what it likes.
  if (problem.ours && (problem.status === 401 || problem.status === 403)) {
    dropSession()
    return false
  }
  throw problem
}

export interface RequestOptions {
  method?: string
  json?: unknown
  /** A body that goes as it is: photo bytes, a table to import. */
  bytes?: BodyInit
  headers?: Record<string, string>
  timeout?: number
  signal?: AbortSignal
  /** Sign-in, posters and the like: no token is needed or sought. */
  open?: boolean
  /** Refuse to send in the name of anybody else: the outbox of one account must never go out as another. */
  asAccount?: number
}

async function ensureToken(): Promise<void> {
  if (token && performance.now() < tokenRunsOut) return
  await refreshSession()
}

function headersFor(options: RequestOptions): Headers {
  const headers = new Headers(options.headers)
  headers.set(CLIENT_HEADER, 'pwa')
  if (options.json !== undefined) headers.set('Content-Type', 'application/json')
  if (token && !options.open) headers.set('Authorization', `Bearer ${token}`)
  return headers
}

function refuseOtherAccount(options: RequestOptions): void {
  if (options.asAccount === undefined) return
  if (tokenAccount === options.asAccount) return
  throw new Problem(401, { code: 'session.other_account' })
}

/** Another tab may have changed the account since the person tapped. */
function refuseChangedAccount(owner: number | null): void {
  if (owner === null || tokenAccount === null) return
  if (owner === tokenAccount) return
  throw new Problem(401, { code: 'session.other_account' })
}

async function attempt(path: string, options: RequestOptions): Promise<Response> {
  refuseOtherAccount(options)
  return fetchWithin(
    path,
    {
      method: options.method ?? 'GET',
      credentials: 'same-origin',
      headers: headersFor(options),
      body: options.json !== undefined ? JSON.stringify(options.json) : options.bytes,
      signal: options.signal,
    },
    options.timeout ?? DEFAULT_TIMEOUT,
  )
}

/** The one door to the server. Resolves with a 2xx answer, or throws a Problem. */
export async function send(path: string, options: RequestOptions = {}): Promise<Response> {
  const owner = options.open ? null : (options.asAccount ?? tokenAccount)
  if (!options.open) await ensureToken()
  refuseChangedAccount(owner)
  let response = await attempt(path, options)
  if (response.status === 401 && !options.open) {
    const renewed = await refreshSession()
    refuseChangedAccount(owner)
    if (renewed) response = await attempt(path, options)
  }
  if (response.ok) return response
  const problem = await problemOf(response)
  // Appointed a moment ago, or the factor was taken away: the account says so itself, and the app leads on from there.
  if (problem.code === FACTOR_NEEDED) void refreshSession().catch(() => undefined)
  throw problem
}

export async function sendJson<T>(path: string, options: RequestOptions = {}): Promise<T> {
  const response = await send(path, options)
  if (response.status === 204) return undefined as T
  return (await response.json()) as T
}
