import { scriptAddress } from './trusted'
import { ref } from 'vue'
import { anyDirty } from './dirty'

/** A waiting release; the frame offers it in a quiet line. */
export const updateWaiting = ref(false)
let waiting: ServiceWorker | null = null
let agreed = false
/** Another tab took the new release: only a reload is left to do here. */
let taken = false

/** Takes the new release; false while somebody is writing: then the offer stays. */
export function takeUpdate(): boolean {
  if (anyDirty()) return false
  if (taken) {
    location.reload()
    return true
  }
  agreed = true
  waiting?.postMessage({ type: 'SKIP_WAITING' })
  return true
}

function offer(worker: ServiceWorker): void {
  waiting = worker
  updateWaiting.value = true
}

export async function registerServiceWorker(): Promise<void> {
  const registration = await navigator.serviceWorker.register(scriptAddress('/sw.js'), { scope: '/' })
  if (registration.waiting && navigator.serviceWorker.controller) offer(registration.waiting)
  registration.addEventListener('updatefound', () => {
    const installing = registration.installing
    installing?.addEventListener('statechange', () => {
      if (installing.state === 'installed' && navigator.serviceWorker.controller) offer(installing)
    })
  })
  let controlled = Boolean(navigator.serviceWorker.controller)
  navigator.serviceWorker.addEventListener('controllerchange', () => {
    const first = !controlled
    controlled = true
    if (first) return // the very first release takes over an open page: nothing changes for it
    if (agreed && !anyDirty()) {
      location.reload()
      return
    }
    taken = true
    updateWaiting.value = true
  })
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') void registration.update().catch(() => undefined)
  })
}
