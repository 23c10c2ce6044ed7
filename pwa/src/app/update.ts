import { ref } from 'vue'
import { anyDirty } from './dirty'

/** A waiting release; the frame offers it in a quiet line. */
export const updateWaiting = ref(false)
let waiting: ServiceWorker | null = null
let agreed = false

/** Takes the new release, unless somebody is writing: then the offer stays. */
export function takeUpdate(): void {
  if (anyDirty() || !waiting) return
  agreed = true
  waiting.postMessage({ type: 'SKIP_WAITING' })
}

function offer(worker: ServiceWorker): void {
  waiting = worker
  updateWaiting.value = true
}

export async function registerServiceWorker(): Promise<void> {
  const registration = await navigator.serviceWorker.register('/sw.js', { scope: '/' })
  if (registration.waiting && navigator.serviceWorker.controller) offer(registration.waiting)
  registration.addEventListener('updatefound', () => {
    const installing = registration.installing
    installing?.addEventListener('statechange', () => {
      if (installing.state === 'installed' && navigator.serviceWorker.controller) offer(installing)
    })
  })
  navigator.serviceWorker.addEventListener('controllerchange', () => {
    // Another tab may have agreed while this one has a form open: then this one reloads when the form is done.
    if (agreed && !anyDirty()) location.reload()
  })
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') void registration.update().catch(() => undefined)
  })
}
