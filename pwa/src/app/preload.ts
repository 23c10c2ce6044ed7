const KEY = 'linli.reloaded-at'
const ONCE_IN = 60_000

/** A new release removed the file that this page wants: reload once, never in a circle. Drafts are kept on the phone. */
export function reloadOnLostChunk(): void {
  addEventListener('vite:preloadError', (event) => {
    try {
      const last = Number(sessionStorage.getItem(KEY))
      if (Date.now() - last < ONCE_IN) return
      sessionStorage.setItem(KEY, String(Date.now()))
    } catch {
      return
    }
    event.preventDefault()
    location.reload()
  })
}
