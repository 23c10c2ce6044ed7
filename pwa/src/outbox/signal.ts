/** Tells this page and the other tabs that something in the outbox changed. */
const listeners = new Set<() => void>()
const STORAGE_KEY = 'linli.outbox-changed'

const channel = typeof BroadcastChannel === 'undefined' ? undefined : new BroadcastChannel('linli-outbox')

function tellHere(): void {
  for (const listener of listeners) listener()
}

channel?.addEventListener('message', tellHere)
if (!channel && typeof addEventListener === 'function') {
  addEventListener('storage', (event) => {
    if (event.key === STORAGE_KEY) tellHere()
  })
}

export function onOutboxChange(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

export function tellOutboxChange(): void {
  tellHere()
  if (channel) {
    channel.postMessage(1)
    return
  }
  try {
    localStorage.setItem(STORAGE_KEY, String(Math.random()))
  } catch {
    // A full or forbidden localStorage only costs the other tabs their fresh count.
  }
}
