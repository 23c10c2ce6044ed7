import type { IDBPObjectStore } from 'idb'
import { database, type Schema } from './database'
import { withRoom } from './store'
import type { Draft } from './types'

/** What is half-written on this phone: read, written and dropped by its key, which names its person. */
export async function readDraft(key: string): Promise<Draft | undefined> {
  return (await database()).get('drafts', key)
}

/** Whether somebody's half-written form of this kind lies on this phone. Whose it is, is nobody else's business. */
export async function draftLeft(kind: Draft['kind']): Promise<boolean> {
  return (await (await database()).getAll('drafts')).some((draft) => draft.kind === kind)
}

/** How many forms somebody has begun on this phone and not sent. */
export async function draftsOf(accountId: number): Promise<number> {
  return (await (await database()).getAll('drafts')).filter((draft) => draft.accountId === accountId).length
}

/**
 * When this returns the draft outlives a reload. Throws StorageFull, and then what was kept before is still kept.
 * Where room is made first and the form was sent meanwhile, it is not written any more.
 */
export function writeDraft(draft: Draft, wanted = () => true): Promise<void> {
  return withRoom(async () => {
    if (wanted()) await change((drafts) => drafts.put(draft))
  })
}

export function dropDraft(key: string): Promise<void> {
  return change((drafts) => drafts.delete(key))
}

type Drafts = IDBPObjectStore<Schema, ['drafts'], 'drafts', 'readwrite'>

async function change(ask: (drafts: Drafts) => Promise<unknown>): Promise<void> {
  const transaction = (await database()).transaction('drafts', 'readwrite')
  const done = transaction.done
  done.catch(() => undefined) // awaited below; an early throw must not leave it unheard
  const asked = ask(transaction.store)
  // Said at once and not after the answer: a page that is being left hears no answers any more.
  transaction.commit()
  await Promise.all([asked, done])
}
