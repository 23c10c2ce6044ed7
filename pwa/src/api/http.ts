import { Problem, problemOf } from './problem'

export const CLIENT_HEADER = 'X-Linli-Client'
export const DEFAULT_TIMEOUT = 20_000
const REFRESH_PATH = '/api/v1/session/refresh'

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

/** fetch with an end: some phones' browsers lack AbortSignal.timeout. */
async function fetchWithin(url: string, init: RequestInit, timeout: number): Promise<Response> {
  const controller = new AbortController()
  const timer = setTimeout(() => controller.abort(), timeout)
  const outer = init.signal
  const pass = () => controller.abort()
  outer?.addEventListener('abort', pass)
  try {
    return await fetch(url, { ...init, signal: controller.signal })
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
  refreshing ??= lockedRefresh().finally(() => {
    refreshing = null
  })
  return refreshing
}

async function lockedRefresh(): Promise<boolean> {
  if (!navigator.locks) return refreshOnce()
  return navigator.locks.request('linli-refresh', async () => await refreshOnce())
}

/** True: signed in. False: the server says no. Throws a Problem when there was no clear answer. */
async function refreshOnce(): Promise<boolean> {
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
    takeSession(await response.json())
    return true
  }
  if (response.status === 401 || response.status === 403) {
    dropSession()
    return false
  }
  throw await problemOf(response)
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
  if (!options.open) await ensureToken()
  let response = await attempt(path, options)
  if (response.status === 401 && !options.open) {
    const renewed = await refreshSession()
    if (renewed) response = await attempt(path, options)
  }
  if (!response.ok) throw await problemOf(response)
  return response
}

export async function sendJson<T>(path: string, options: RequestOptions = {}): Promise<T> {
  const response = await send(path, options)
  if (response.status === 204) return undefined as T
  return (await response.json()) as T
}
