import { anyDirty } from './dirty'

const KEY = 'linli.reloaded-at'
const ONCE_IN = 60_000

/** A new release has other files. The server is asked past the service worker, which answers for its own release. */
async function released(): Promise<boolean> {
  const start = document.querySelector<HTMLScriptElement>('script[type=module]')!
  return (await fetch(start.src, { method: 'HEAD', cache: 'no-store' })).status === 404
}

/** Without a memory of the last time there is no reload: it must never go in a circle. */
async function beginAnew(): Promise<void> {
  if (anyDirty() || !(await released())) return
  const now = Date.now()
  if (now - Number(sessionStorage.getItem(KEY)) < ONCE_IN) return
  sessionStorage.setItem(KEY, String(now))
  location.reload()
}

/** A style is not asked for by its part again, nor waited for: it comes by itself as soon as it can. */
function renew(style: Element, pause: number): void {
  setTimeout(() => {
    const next = style.cloneNode() as HTMLLinkElement
    next.onerror = () => renew(next, Math.min(2 * pause, ONCE_IN))
    style.replaceWith(next)
  }, pause)
}

/** A file did not come, and these are the words of the fault. */
export async function mend(words: string): Promise<void> {
  for (const style of document.querySelectorAll<HTMLLinkElement>('link[rel=stylesheet]')) {
    if (words.endsWith(style.href)) renew(style, 1_000)
  }
  await beginAnew()
}
