const SOON = 4_000

/** Before the first page stands there is nothing to lose, and nothing else to do. */
function isBlank(): boolean {
  return !document.getElementById('content')
}

/**
 * A file that this page wants did not come. A weak line is the usual reason: the page stays, and the part is asked for
 * again (see ui/part.ts). Only where a new release removed the file does the app begin anew, unless somebody is writing.
 */
export function mendLostParts(): void {
  // Fetched beforehand: it is of no use when it must come over the line that has just failed.
  const mending = import('./lost').catch(() => undefined)
  addEventListener('vite:preloadError', ({ payload }) => {
    if (isBlank()) setTimeout(() => isBlank() && location.reload(), SOON)
    else void mending.then((lost) => lost?.mend(payload.message)).catch(() => undefined)
  })
}
