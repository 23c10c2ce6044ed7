import 'fake-indexeddb/auto'
import { IDBFactory } from 'fake-indexeddb'
import { afterEach, beforeEach, expect, vi } from 'vitest'
import { dropSession } from '@/api/http'
import { closeDatabase, database } from '@/outbox/database'
import { stopOutbox } from '@/outbox/engine'
import { itemsOf, type Submission } from '@/outbox/store'
import type { DraftPhoto, OutboxItem } from '@/outbox/types'
import { newClientId } from '@/outbox/uuid'
import { FakeServer } from './server'

/** A phone with an empty store and a server behind it, both new for every test of the file that asks for them. */
export const ME = 1
export const OTHER = 2
export let server: FakeServer

export function useNewPhone(): void {
  beforeEach(async () => {
    await closeDatabase()
    globalThis.indexedDB = new IDBFactory()
    dropSession()
    server = new FakeServer()
    server.install()
  })
  afterEach(() => {
    stopOutbox()
    vi.restoreAllMocks()
    vi.useRealTimers()
  })
}

export function photo(size = 10): DraftPhoto {
  return {
    clientId: newClientId(),
    kind: 'before',
    bytes: new Uint8Array(size).buffer,
    mime: 'image/jpeg',
    width: 4,
    height: 3,
    sha256: 'ab'.repeat(32),
    claims: { taken_minutes_ago: 3, camera: true },
  }
}

export function submission(more: Partial<Submission> = {}): Submission {
  return { accountId: ME, kind: 'ticket', clientId: newClientId(), body: { category: 'REP-01', text: '楼道灯不亮' }, title: '楼道灯不亮', ...more }
}

export async function only(account = ME): Promise<OutboxItem> {
  const items = await itemsOf(account)
  expect(items).toHaveLength(1)
  return items[0]!
}

export async function patchItem(clientId: string, change: Partial<OutboxItem>): Promise<void> {
  const db = await database()
  const item = await db.get('outbox', clientId)
  await db.put('outbox', { ...item!, ...change })
}

/** The app is killed and opened again: memory is gone, the phone's storage stays. */
export async function restart(): Promise<void> {
  stopOutbox()
  await closeDatabase()
  dropSession()
}
