import { send } from '@/api/http'

const KEPT = 120

/** Photos need the token, so an <img> cannot fetch them itself: the bytes come here and become an object URL. */
const urls = new Map<string, Promise<string>>()

export function photoUrl(id: number, size: 'thumb' | 'full'): Promise<string> {
  const key = `${id}/${size}`
  const known = urls.get(key)
  if (known) {
    // Most recently used last, so that the first is the one to drop.
    urls.delete(key)
    urls.set(key, known)
    return known
  }
  const fetched = fetchPhoto(id, size)
  urls.set(key, fetched)
  fetched.catch(() => urls.delete(key))
  dropOldest()
  return fetched
}

async function fetchPhoto(id: number, size: string): Promise<string> {
  const response = await send(`/api/v1/photos/${id}?size=${size}`, { timeout: 60_000 })
  return URL.createObjectURL(await response.blob())
}

function dropOldest(): void {
  if (urls.size <= KEPT) return
  const [key, url] = urls.entries().next().value!
  urls.delete(key)
  void url.then((value) => URL.revokeObjectURL(value)).catch(() => undefined)
}

/** At sign-out no picture stays in memory. */
export function forgetPhotos(): void {
  for (const url of urls.values()) void url.then((value) => URL.revokeObjectURL(value)).catch(() => undefined)
  urls.clear()
}
