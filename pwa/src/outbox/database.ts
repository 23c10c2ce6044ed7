import { openDB, type DBSchema, type IDBPDatabase } from 'idb'
import type { CacheEntry, Draft, OutboxItem, StoredPhoto } from './types'

export interface Schema extends DBSchema {
  outbox: { key: string; value: OutboxItem; indexes: { account: number } }
  photos: { key: string; value: StoredPhoto; indexes: { item: string } }
  drafts: { key: string; value: Draft; indexes: { account: number } }
  cache: { key: string; value: CacheEntry; indexes: { account: number } }
  meta: { key: string; value: number }
}

export type Database = IDBPDatabase<Schema>

let opened: Promise<Database> | undefined

export function database(): Promise<Database> {
  opened ??= open()
  return opened
}

function open(): Promise<Database> {
  const opening = openDB<Schema>('linli', 1, {
    upgrade(db) {
      db.createObjectStore('outbox', { keyPath: 'clientId' }).createIndex('account', 'accountId')
      db.createObjectStore('photos', { keyPath: 'clientId' }).createIndex('item', 'itemId')
      db.createObjectStore('drafts', { keyPath: 'key' }).createIndex('account', 'accountId')
      db.createObjectStore('cache', { keyPath: 'key' }).createIndex('account', 'accountId')
      db.createObjectStore('meta')
    },
    blocking(_current, _blocked, event) {
      // A newer release wants in from another tab: let go, and open anew when asked.
      ;(event.target as IDBDatabase).close()
      opened = undefined
    },
    terminated() {
      // iOS cuts the connection of sleeping pages.
      opened = undefined
    },
  })
  opening.catch(() => {
    opened = undefined
  })
  return opening
}

/** For tests: a restart of the app. */
export async function closeDatabase(): Promise<void> {
  const db = await opened
  db?.close()
  opened = undefined
}
