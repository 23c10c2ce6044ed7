/// <reference lib="webworker" />
export type {}

declare const self: ServiceWorkerGlobalScope
declare const __PRECACHE__: [url: string, revision: string][]
declare const __VERSION__: string

const SHELL = 'shell-' + __VERSION__
/** Parts of the app that are not in the shell, kept from their first use on. */
const USED = 'used-' + __VERSION__

/** Paths that belong to the server even when a person types them. */
const SERVER_PATHS = /^\/(api|docs|healthz|readyz|metrics)(\/|$)/

function keyOf([url, revision]: [string, string]): string {
  return revision ? `${url}?__rev=${revision}` : url
}

const keys = new Map(__PRECACHE__.map((entry) => [entry[0], keyOf(entry)]))

/** A file that did not change is taken from the old shell: an update costs only what changed. */
async function keep(cache: Cache, entry: [string, string]): Promise<void> {
  const key = keyOf(entry)
  const known = await caches.match(key)
  if (known) return cache.put(key, known)
  const [url, revision] = entry
  const response = await fetch(url, { cache: revision ? 'reload' : 'default', credentials: 'same-origin' })
  if (!response.ok || response.redirected) throw new Error(`cannot keep ${url}: ${response.status}`)
  return cache.put(key, response)
}

async function install(): Promise<void> {
  const cache = await caches.open(SHELL)
  await Promise.all(__PRECACHE__.map((entry) => keep(cache, entry)))
}

async function activate(): Promise<void> {
  for (const name of await caches.keys()) {
    const old = (name.startsWith('shell-') && name !== SHELL) || (name.startsWith('used-') && name !== USED)
    if (old) await caches.delete(name)
  }
  await self.clients.claim()
}

self.addEventListener('install', (event) => event.waitUntil(install()))
self.addEventListener('activate', (event) => event.waitUntil(activate()))

// The page asks, and only after the person agreed.
self.addEventListener('message', (event) => {
  if (event.data?.type === 'SKIP_WAITING') void self.skipWaiting()
})

async function fromShell(request: Request, key: string): Promise<Response> {
  const cache = await caches.open(SHELL)
  return (await cache.match(key)) ?? fetch(request)
}

/** A hashed file never changes: what was fetched once is good for this version. */
async function fromUsed(request: Request): Promise<Response> {
  const cache = await caches.open(USED)
  const known = await cache.match(request)
  if (known) return known
  const response = await fetch(request)
  if (response.ok) await cache.put(request, response.clone())
  return response
}

/** The app's own page answers every path of the app; files have a dot in their name. */
function shellKey(request: Request, path: string): string | undefined {
  if (request.mode !== 'navigate') return keys.get(path)
  const last = path.slice(path.lastIndexOf('/') + 1)
  return last.includes('.') ? keys.get(path) : keys.get('/index.html')
}

self.addEventListener('fetch', (event) => {
  const { request } = event
  if (request.method !== 'GET') return
  const url = new URL(request.url)
  if (url.origin !== location.origin || SERVER_PATHS.test(url.pathname)) return
  const key = shellKey(request, url.pathname)
  if (key) event.respondWith(fromShell(request, key))
  else if (url.pathname.startsWith('/assets/')) event.respondWith(fromUsed(request))
})
