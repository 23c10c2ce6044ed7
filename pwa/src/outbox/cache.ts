import { database } from './database'

/** What was last seen, so that a screen opens without a network. Never what must not be lost. */
export async function remember(accountId: number, key: string, data: unknown): Promise<void> {
  try {
    const db = await database()
    await db.put('cache', { key: `${accountId}/${key}`, accountId, data: JSON.parse(JSON.stringify(data)), at: Date.now() })
  } catch {
    // A full phone shows this screen only while online: nothing is lost.
  }
}

export async function recall<T>(accountId: number, key: string): Promise<{ data: T; at: number } | undefined> {
  const db = await database()
  const entry = await db.get('cache', `${accountId}/${key}`)
  return entry ? { data: entry.data as T, at: entry.at } : undefined
}

/** At sign-out nothing that was read stays behind. Drafts and unsent items are the person's own and wait. */
export async function forgetCache(accountId: number): Promise<void> {
  const db = await database()
  const change = db.transaction('cache', 'readwrite')
  for (const key of await change.store.index('account').getAllKeys(accountId)) await change.store.delete(key)
  await change.done
}
