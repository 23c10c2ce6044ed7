import { send } from '@/api/http'
import { Problem } from '@/api/problem'
import { isDue, verdictOf, waitAfter } from './backoff'
import { database } from './database'
import { pathOf } from './kinds'
import { tellOutboxChange } from './signal'
import { itemsOf, photosOf } from './store'
import type { OutboxItem, StoredPhoto } from './types'

const RECORD_TIMEOUT = 20_000
/** A photo gets a second more for every 20 kB: a weak line is slow, not dead. */
const BYTES_PER_SECOND = 20_000
const LOCK = 'linli-outbox'
/** When another tab is sending, look again after this. */
const LOOK_AGAIN = 5_000

type Outcome = 'go_on' | 'stop'

async function patch(clientId: string, change: Partial<OutboxItem>): Promise<void> {
  const db = await database()
  const writing = db.transaction('outbox', 'readwrite')
  const item = await writing.store.get(clientId)
  if (item) await writing.store.put({ ...item, ...change })
  await writing.done
  tellOutboxChange()
}

function asProblem(fault: unknown): Problem {
  return fault instanceof Problem ? fault : new Problem(0)
}

async function retryLater(item: OutboxItem, problem: Problem, state: OutboxItem['state']): Promise<void> {
  const attempts = item.attempts + 1
  await patch(item.clientId, {
    state,
    attempts,
    nextAt: Date.now() + waitAfter(attempts, problem.retryAfter),
    serverWait: problem.retryAfter > 0,
  })
}

/** The record goes first: words arrive even when no photo can. */
async function sendRecord(item: OutboxItem): Promise<Outcome> {
  await patch(item.clientId, { state: 'sending' })
  let answer: Record<string, unknown>
  try {
    const response = await send(pathOf(item.kind, item.params), {
      method: 'POST',
      json: item.body,
      timeout: RECORD_TIMEOUT,
      asAccount: item.accountId,
    })
    answer = response.status === 204 ? {} : await readAnswer(response)
  } catch (fault) {
    return settleRecordFault(item, asProblem(fault))
  }
  await recordAnswered(item, answer)
  return 'go_on'
}

async function readAnswer(response: Response): Promise<Record<string, unknown>> {
  try {
    return await response.json()
  } catch {
    // Cut off while answering: ask again, the server repeats its first answer.
    throw new Problem(0)
  }
}

/** Said on the item, so that its writer knows what it waits for. Afterwards the record goes first again: the server knows it and names the photos it lacks. */
async function signedOut(item: OutboxItem): Promise<'stop'> {
  await patch(item.clientId, { state: 'needs_login' })
  return 'stop'
}

async function settleRecordFault(item: OutboxItem, problem: Problem): Promise<Outcome> {
  const verdict = verdictOf(problem)
  if (verdict === 'needs_login') return signedOut(item)
  if (verdict === 'retry') {
    await retryLater(item, problem, 'queued')
    return 'go_on'
  }
  await patch(item.clientId, {
    state: 'needs_fix',
    attempts: item.attempts + 1,
    problem: {
      status: problem.status,
      code: problem.code,
      field: problem.field,
      params: problem.params,
      requestId: problem.requestId,
    },
  })
  return 'go_on'
}

function referenceOf(answer: Record<string, unknown>): OutboxItem['reference'] {
  const thing = (answer.ticket ?? answer.message ?? answer) as Record<string, unknown>
  return {
    id: typeof thing.id === 'number' ? thing.id : undefined,
    number: typeof thing.number === 'string' ? thing.number : undefined,
    queryCode: typeof thing.query_code === 'string' ? thing.query_code : undefined,
  }
}

async function recordAnswered(item: OutboxItem, answer: Record<string, unknown>): Promise<void> {
  const reference = referenceOf(answer)
  if (item.photoIds.length === 0) {
    await finish(item.clientId, { reference })
    return
  }
  // A server that names no list wants them all.
  const missing = Array.isArray(answer.photos_missing) ? (answer.photos_missing as string[]) : item.photoIds
  await patch(item.clientId, { state: 'photos_pending', reference, attempts: 0, nextAt: 0, serverWait: false, problem: undefined })
  await markStored(item, missing)
}

/** Whatever the server does not miss has arrived. */
async function markStored(item: OutboxItem, missing: string[]): Promise<void> {
  const db = await database()
  const writing = db.transaction(['outbox', 'photos'], 'readwrite')
  const photoStore = writing.objectStore('photos')
  let stored = 0
  for (const photoId of item.photoIds) {
    const photo = await photoStore.get(photoId)
    if (!photo) continue
    if (photo.state === 'stored' && missing.includes(photoId)) await photoStore.put({ ...photo, state: 'waiting' })
    if (photo.state === 'waiting' && !missing.includes(photoId)) await photoStore.put({ ...photo, state: 'stored' })
    if (photo.state !== 'refused' && !missing.includes(photoId)) stored += 1
  }
  const current = await writing.objectStore('outbox').get(item.clientId)
  if (current) await writing.objectStore('outbox').put({ ...current, photosStored: stored })
  await writing.done
  tellOutboxChange()
}

async function sendPhotos(item: OutboxItem, resumed: boolean): Promise<Outcome> {
  if (resumed) {
    const asked = await askWhatIsMissing(item)
    if (asked !== 'go_on') return asked === 'stop' ? 'stop' : 'go_on'
  }
  for (const photo of await photosOf(item.clientId)) {
    if (photo.state !== 'waiting') continue
    const outcome = await sendPhoto(item, photo)
    if (outcome === 'later') return 'go_on'
    if (outcome === 'stop') return 'stop'
  }
  await finish(item.clientId, {})
  return 'go_on'
}

async function askWhatIsMissing(item: OutboxItem): Promise<Outcome | 'later'> {
  const ids = item.photoIds.map(encodeURIComponent).join(',')
  try {
    const response = await send(`/api/v1/photos/missing?client_ids=${ids}`, { asAccount: item.accountId, timeout: RECORD_TIMEOUT })
    const answer = (await readAnswer(response)) as { missing?: string[] }
    await markStored(item, answer.missing ?? [])
    return 'go_on'
  } catch (fault) {
    const problem = asProblem(fault)
    const verdict = verdictOf(problem)
    if (verdict === 'needs_login') return signedOut(item)
    if (verdict === 'needs_fix') return 'go_on' // it cannot say: send them all, the same bytes twice do no harm
    await retryLater(item, problem, 'photos_pending')
    return 'later'
  }
}

async function sendPhoto(item: OutboxItem, photo: StoredPhoto): Promise<Outcome | 'later'> {
  try {
    const response = await send(`/api/v1/photos/${encodeURIComponent(photo.clientId)}`, {
      method: 'PUT',
      bytes: photo.bytes,
      headers: { 'Content-Type': photo.mime, 'X-Content-SHA256': photo.sha256 },
      timeout: RECORD_TIMEOUT + (photo.bytes.byteLength / BYTES_PER_SECOND) * 1000,
      asAccount: item.accountId,
    })
    await readAnswer(response) // a portal's page is no receipt
  } catch (fault) {
    const problem = asProblem(fault)
    const verdict = verdictOf(problem)
    if (verdict === 'needs_login') return signedOut(item)
    if (verdict === 'retry' || (await damagedOnTheWay(photo, problem))) {
      const current = (await (await database()).get('outbox', item.clientId)) ?? item
      await retryLater(current, problem, 'photos_pending')
      return 'later'
    }
    await settlePhoto(photo, 'refused', problem.code)
    return 'go_on'
  }
  await settlePhoto(photo, 'stored')
  return 'go_on'
}

/** The server had other bytes than ours: if ours are still what they were, the line changed them, and they go again. */
async function damagedOnTheWay(photo: StoredPhoto, problem: Problem): Promise<boolean> {
  if (problem.code !== 'photo.hash_mismatch') return false
  const { sha256 } = await import('@/photo/sha256')
  return (await sha256(photo.bytes)) === photo.sha256
}

/** One photo that the server will not have never holds up the others, nor the record. */
async function settlePhoto(photo: StoredPhoto, state: 'stored' | 'refused', code = ''): Promise<void> {
  const db = await database()
  const writing = db.transaction(['outbox', 'photos'], 'readwrite')
  await writing.objectStore('photos').put({ ...photo, state })
  const item = await writing.objectStore('outbox').get(photo.itemId)
  if (item) {
    const photosRefused = state === 'refused' ? [...item.photosRefused, { clientId: photo.clientId, code }] : item.photosRefused
    const photosStored = state === 'stored' ? item.photosStored + 1 : item.photosStored
    await writing.objectStore('outbox').put({ ...item, photosRefused, photosStored, attempts: 0 })
  }
  await writing.done
  tellOutboxChange()
}

/** The receipt stays, the bytes go: the server has them, or will never take them. */
async function finish(clientId: string, change: Partial<OutboxItem>): Promise<void> {
  const db = await database()
  const writing = db.transaction(['outbox', 'photos'], 'readwrite')
  const item = await writing.objectStore('outbox').get(clientId)
  if (item) {
    for (const photoId of item.photoIds) await writing.objectStore('photos').delete(photoId)
    const sent: OutboxItem = { ...item, ...change, state: 'sent', sentAt: Date.now(), problem: undefined, serverWait: false }
    await writing.objectStore('outbox').put(sent)
  }
  await writing.done
  tellOutboxChange()
}

const WAITING: OutboxItem['state'][] = ['queued', 'sending', 'photos_pending', 'needs_login']

/** What is said about one ticket goes out in the order in which it was said. */
function heldByEarlier(item: OutboxItem, waiting: OutboxItem[]): boolean {
  const subject = item.params.id
  if (subject === undefined) return false
  return waiting.some(
    (other) => other.sequence < item.sequence && other.params.id === subject && other.state !== 'photos_pending',
  )
}

function mayGo(item: OutboxItem, now: number, forced: boolean): boolean {
  if (item.state === 'sending') return true
  if (forced && !item.serverWait) return true
  return isDue(item.nextAt, now)
}

async function pass(accountId: number, forced: boolean): Promise<Outcome> {
  const tried = new Set<string>()
  for (;;) {
    const waiting = (await itemsOf(accountId)).filter((item) => WAITING.includes(item.state))
    const now = Date.now()
    const next = waiting.find((item) => {
      const force = forced && !tried.has(item.clientId)
      return mayGo(item, now, force) && !heldByEarlier(item, waiting)
    })
    if (!next) return 'go_on'
    tried.add(next.clientId)
    const outcome = await handle(next)
    if (outcome === 'stop') return 'stop'
  }
}

async function handle(item: OutboxItem): Promise<Outcome> {
  if (item.state === 'photos_pending') return sendPhotos(item, true)
  const outcome = await sendRecord(item)
  if (outcome === 'stop') return 'stop'
  const current = await (await database()).get('outbox', item.clientId)
  if (current?.state === 'photos_pending') return sendPhotos(current, false)
  return 'go_on'
}

let timer: ReturnType<typeof setTimeout> | undefined
let running: Promise<void> | null = null
/** Whose outbox is open here; only this one is looked at again without being asked. */
let started: number | null = null
/** Whose items are to be sent next, and whether a wait may be cut short for them. */
const asked = new Map<number, boolean>()

/** Sends what is due. One sender over all tabs; a lost lock does no harm, because the ids stay the same. */
export function drain(accountId: number, forced = false): Promise<void> {
  asked.set(accountId, forced || asked.get(accountId) === true)
  running ??= drainAsked()
  return running
}

/** Goes on until nobody is waiting: what is asked for during a run gets a run of its own. */
async function drainAsked(): Promise<void> {
  try {
    for (;;) {
      const [next] = asked
      if (!next) return
      const [accountId, forced] = next
      asked.delete(accountId)
      await drainOnce(accountId, forced)
    }
  } finally {
    // Here and not in a later turn: whoever asks from now on starts a new run.
    running = null
  }
}

async function drainOnce(accountId: number, forced: boolean): Promise<void> {
  const outcome = await underLock(() => pass(accountId, forced))
  if (outcome === 'busy') {
    schedule(accountId, LOOK_AGAIN)
    return
  }
  if (outcome === 'stop') {
    // Only the person can help now. Signing in, coming back to the app or a new item begins again.
    if (accountId === started) clearTimeout(timer)
    return
  }
  await scheduleNext(accountId)
}

async function underLock(work: () => Promise<Outcome>): Promise<Outcome | 'busy'> {
  if (!navigator.locks) return work()
  return navigator.locks.request(LOCK, { ifAvailable: true }, async (lock) => {
    if (!lock) return 'busy' as const
    return await work()
  })
}

async function scheduleNext(accountId: number): Promise<void> {
  const waiting = (await itemsOf(accountId)).filter((item) => item.state === 'queued' || item.state === 'photos_pending')
  if (accountId !== started) return
  clearTimeout(timer)
  if (waiting.length === 0) return
  const soonest = Math.min(...waiting.map((item) => item.nextAt))
  schedule(accountId, Math.max(500, soonest - Date.now()))
}

function schedule(accountId: number, delay: number): void {
  if (accountId !== started) return
  clearTimeout(timer)
  timer = setTimeout(() => void drain(accountId), Math.min(delay, 10 * 60_000))
}

let stopListening: (() => void) | undefined

/** Starts sending for the account that is signed in, and tries again whenever the world may have changed. */
export function startOutbox(accountId: number): void {
  stopOutbox()
  started = accountId
  const now = () => void drain(accountId, true)
  const whenSeen = () => {
    if (document.visibilityState === 'visible') now()
  }
  addEventListener('online', now)
  addEventListener('pageshow', now)
  document.addEventListener('visibilitychange', whenSeen)
  stopListening = () => {
    removeEventListener('online', now)
    removeEventListener('pageshow', now)
    document.removeEventListener('visibilitychange', whenSeen)
  }
  now()
}

export function stopOutbox(): void {
  started = null
  clearTimeout(timer)
  stopListening?.()
  stopListening = undefined
}
