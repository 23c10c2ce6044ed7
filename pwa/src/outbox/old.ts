import { database } from './database'

/** A month: whoever has not come back to it by then does not look for it any more. */
const KEPT = 30 * 24 * 3600_000

/** Receipts of what was sent, and what was begun and left lying, whoever's they are. What waits to be sent stays. */
export async function forgetOld(now = Date.now()): Promise<void> {
  const db = await database()
  const change = db.transaction(['outbox', 'drafts'], 'readwrite')
  const outbox = change.objectStore('outbox')
  for (const item of await outbox.getAll()) {
    if (item.state === 'sent' && item.sentAt && now - item.sentAt > KEPT) await outbox.delete(item.clientId)
  }
  const drafts = change.objectStore('drafts')
  for (const draft of await drafts.getAll()) {
    if (now - draft.at > KEPT) await drafts.delete(draft.key)
  }
  await change.done
}
