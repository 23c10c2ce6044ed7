import { send } from '@/api/http'
import { t } from '@/i18n'

export type Verdict = 'good' | 'warn' | 'bad'

export interface Check {
  name: string
  verdict: Verdict
  words: string
}

const MEGABYTE = 1024 * 1024
const LOW_SPACE = 100

async function serviceWorker(): Promise<Check> {
  const name = t('people.diag_sw')
  if (!('serviceWorker' in navigator)) return { name, verdict: 'warn', words: t('people.diag_sw_none') }
  const registration = await navigator.serviceWorker.getRegistration()
  if (!registration?.active) return { name, verdict: 'warn', words: t('people.diag_sw_wait') }
  return { name, verdict: 'good', words: t('people.diag_sw_good') }
}

/** Writes and deletes a database of its own: what is kept for the person is not touched. */
function database(): Promise<Check> {
  const name = t('people.diag_db')
  const bad: Check = { name, verdict: 'bad', words: t('people.diag_db_bad') }
  return new Promise((resolve) => {
    if (!('indexedDB' in globalThis)) {
      resolve(bad)
      return
    }
    const request = indexedDB.open('linli-check', 1)
    request.onupgradeneeded = () => request.result.createObjectStore('check')
    request.onerror = () => resolve(bad)
    request.onsuccess = () => {
      request.result.close()
      indexedDB.deleteDatabase('linli-check')
      resolve({ name, verdict: 'good', words: t('people.diag_db_good') })
    }
  })
}

async function locks(): Promise<Check> {
  const works = Boolean(navigator.locks)
  return { name: t('people.diag_locks'), verdict: works ? 'good' : 'warn', words: t(works ? 'people.diag_locks_good' : 'people.diag_locks_none') }
}

async function quota(): Promise<Check> {
  const name = t('people.diag_quota')
  const estimate = await navigator.storage?.estimate?.()
  if (estimate?.quota === undefined) return { name, verdict: 'warn', words: t('people.diag_quota_unknown') }
  const used = Math.round((estimate.usage ?? 0) / MEGABYTE)
  const left = Math.round((estimate.quota - (estimate.usage ?? 0)) / MEGABYTE)
  if (left < LOW_SPACE) return { name, verdict: 'warn', words: t('people.diag_quota_low', { n: left }) }
  return { name, verdict: 'good', words: t('people.diag_quota_good', { n: left, used }) }
}

/** Draws a picture of a photo's size and packs it, as a photo is before it goes. */
async function encode(): Promise<Check> {
  const name = t('people.diag_photo')
  const canvas = document.createElement('canvas')
  canvas.width = 1600
  canvas.height = 1200
  const context = canvas.getContext('2d')
  const start = performance.now()
  context?.fillRect(100, 100, 1000, 800)
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/jpeg', 0.8))
  const works = context !== null && blob?.type === 'image/jpeg'
  if (!works) return { name, verdict: 'bad', words: t('people.diag_photo_bad') }
  return { name, verdict: 'good', words: t('people.diag_photo_good', { n: Math.round(performance.now() - start) }) }
}

async function server(): Promise<Check> {
  const name = t('people.diag_net')
  const start = performance.now()
  try {
    await send('/api/v1/setup', { open: true, timeout: 8000 })
  } catch {
    return { name, verdict: 'bad', words: t('people.diag_net_bad') }
  }
  return { name, verdict: 'good', words: t('people.diag_net_good', { n: Math.round(performance.now() - start) }) }
}

const STEPS: [key: Parameters<typeof t>[0], run: () => Promise<Check>][] = [
  ['people.diag_net', server],
  ['people.diag_sw', serviceWorker],
  ['people.diag_db', database],
  ['people.diag_locks', locks],
  ['people.diag_quota', quota],
  ['people.diag_photo', encode],
]

/** A check that breaks is itself an answer. */
export function checkDevice(): Promise<Check[]> {
  return Promise.all(STEPS.map(([key, run]) => run().catch((fault: unknown): Check => ({ name: t(key), verdict: 'bad', words: String(fault) }))))
}
