import type { IDBPTransaction } from 'idb'
import { database, type Schema } from './database'
import { kinds, pathOf, type Kind } from './kinds'
import { tellOutboxChange } from './signal'
import type { Draft, DraftPhoto, OutboxItem, PhotoClaim, StoredPhoto } from './types'
import { newClientId } from './uuid'

/** The phone's storage is full: the form must stay open and say so. */
export class StorageFull extends Error {
  constructor() {
    super('storage full')
    this.name = 'StorageFull'
  }
}

export interface Submission {
  accountId: number
  kind: Kind
  clientId: string
  params?: Record<string, string | number>
  body: Record<string, unknown>
  title: string
  photos?: DraftPhoto[]
  /** The draft that this came from; it goes in the same transaction. */
  draftKey?: string
}

function claimOf(photo: DraftPhoto): PhotoClaim {
  const claim: PhotoClaim = {
    client_id: photo.clientId,
    sha256: photo.sha256,
    kind: photo.kind,
    bytes: photo.bytes.byteLength,
  }
  if (Object.keys(photo.claims).length > 0) claim.claims = photo.claims
  return claim
}

function bodyOf(submission: Submission, photos: DraftPhoto[]): OutboxItem['body'] {
  const body: OutboxItem['body'] = { ...submission.body, client_id: submission.clientId }
  if (kinds[submission.kind].photos) body.photos = photos.map(claimOf)
  // Proxies of the form's state cannot be stored, and a copy is what freezes it.
  return JSON.parse(JSON.stringify(body))
}

function isQuota(fault: unknown): boolean {
  const name = (fault as { name?: string } | null)?.name
  return name === 'QuotaExceededError'
}

/** One strict transaction: when this returns, the words and the photos outlive a crash of the phone. */
export async function putIntoOutbox(submission: Submission): Promise<OutboxItem> {
  pathOf(submission.kind, submission.params ?? {}) // a missing param is our own mistake: say it before anything is kept
  return withRoom(() => putOnce(submission))
}

/** Does it, or throws StorageFull. What was only kept to be shown faster gives way to what must not be lost. */
export async function withRoom<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (fault) {
    if (!isQuota(fault)) throw fault
  }
  await (await database()).clear('cache')
  try {
    return await work()
  } catch (fault) {
    throw isQuota(fault) ? new StorageFull() : fault
  }
}

async function putOnce(submission: Submission): Promise<OutboxItem> {
  const photos = submission.photos ?? []
  const db = await database()
  const change = db.transaction(['outbox', 'photos', 'drafts', 'meta'], 'readwrite', { durability: 'strict' })
  const done = change.done
  done.catch(() => undefined) // awaited below; an early throw must not leave it unheard
  try {
    return await writeAll(submission, photos, change)
  } catch (fault) {
    // All or nothing. The reason may stand only on the transaction: the single writes then say no more than "aborted".
    try {
      change.abort()
    } catch {
      // It had ended already.
    }
    const end = await done.then(() => fault, (reason: unknown) => reason)
    throw isQuota(end) ? end : fault
  }
}

type Change = IDBPTransaction<Schema, ('outbox' | 'photos' | 'drafts' | 'meta')[], 'readwrite'>

async function writeAll(submission: Submission, photos: DraftPhoto[], change: Change): Promise<OutboxItem> {
  const existing = await change.objectStore('outbox').get(submission.clientId)
  if (existing) {
    // A second tap on the same form: the first one stands.
    await change.done
    return existing
  }
  const sequence = ((await change.objectStore('meta').get('sequence')) ?? 0) + 1
  const item: OutboxItem = {
    clientId: submission.clientId,
    kind: submission.kind,
    version: 1,
    accountId: submission.accountId,
    sequence,
    params: { ...submission.params },
    body: bodyOf(submission, photos),
    title: submission.title,
    photoIds: photos.map((photo) => photo.clientId),
    photosStored: 0,
    photosRefused: [],
    state: 'queued',
    attempts: 0,
    nextAt: 0,
    serverWait: false,
    createdAt: Date.now(),
  }
  await change.objectStore('meta').put(sequence, 'sequence')
  await change.objectStore('outbox').put(item)
  for (const [position, photo] of photos.entries()) {
    await change.objectStore('photos').put(storedPhoto(photo, item, position))
  }
  if (submission.draftKey) await change.objectStore('drafts').delete(submission.draftKey)
  await change.done
  tellOutboxChange()
  return item
}

function storedPhoto(photo: DraftPhoto, item: OutboxItem, position: number): StoredPhoto {
  return {
    clientId: photo.clientId,
    kind: photo.kind,
    bytes: photo.bytes,
    mime: photo.mime,
    width: photo.width,
    height: photo.height,
    sha256: photo.sha256,
    claims: { ...photo.claims },
    itemId: item.clientId,
    accountId: item.accountId,
    position,
    state: 'waiting',
  }
}

export async function itemsOf(accountId: number): Promise<OutboxItem[]> {
  const db = await database()
  const items = await db.getAllFromIndex('outbox', 'account', accountId)
  return items.sort((a, b) => a.sequence - b.sequence)
}

/** What waits for somebody else on this phone: a number and nothing more. */
export async function countOfOthers(accountId: number | null): Promise<number> {
  const db = await database()
  const items = await db.getAll('outbox')
  return items.filter((item) => item.accountId !== accountId && item.state !== 'sent').length
}

export async function photosOf(itemId: string): Promise<StoredPhoto[]> {
  const db = await database()
  const photos = await db.getAllFromIndex('photos', 'item', itemId)
  return photos.sort((a, b) => a.position - b.position)
}

/** Throws the item away with its photos. Only the person may do this. */
export async function discardItem(accountId: number, clientId: string): Promise<void> {
  const db = await database()
  const change = db.transaction(['outbox', 'photos'], 'readwrite', { durability: 'strict' })
  const item = await change.objectStore('outbox').get(clientId)
  if (item && item.accountId === accountId && item.state !== 'sending') {
    await change.objectStore('outbox').delete(clientId)
    for (const photoId of item.photoIds) await change.objectStore('photos').delete(photoId)
  }
  await change.done
  tellOutboxChange()
}

/**
 * A refused item cannot be edited: what was sent stays what was sent. Its words and photos go into a new draft
 * with new ids, and the refused one leaves, in one transaction.
 */
export async function copyToDraft(accountId: number, clientId: string): Promise<Draft | undefined> {
  const db = await database()
  const change = db.transaction(['outbox', 'photos', 'drafts'], 'readwrite', { durability: 'strict' })
  const item = await change.objectStore('outbox').get(clientId)
  if (!item || item.accountId !== accountId || item.state !== 'needs_fix') {
    await change.done
    return undefined
  }
  const kept: DraftPhoto[] = []
  for (const photoId of item.photoIds) {
    const photo = await change.objectStore('photos').get(photoId)
    if (!photo) continue
    const { bytes, mime, width, height, sha256, claims, kind } = photo
    kept.push({ bytes, mime, width, height, sha256, claims, kind, clientId: newClientId() })
    await change.objectStore('photos').delete(photoId)
  }
  const data: Record<string, unknown> = { ...item.body }
  delete data.client_id
  delete data.photos
  const slot = slotOf(item)
  const draft: Draft = {
    key: draftKey(accountId, item.kind, slot),
    accountId,
    kind: item.kind,
    slot,
    clientId: newClientId(),
    data,
    photos: kept,
    at: Date.now(),
  }
  await change.objectStore('drafts').put(draft)
  await change.objectStore('outbox').delete(clientId)
  await change.done
  tellOutboxChange()
  return draft
}

/** Which form a refused one is gone on with: of a ticket, of an estate, for a neighbour. */
function slotOf({ kind, body, params }: OutboxItem): string {
  if (kind === 'rating') return String(body.estate_id)
  return Object.values(params).join('-') || (body.on_behalf ? 'neighbour' : 'new')
}

export function draftKey(accountId: number, kind: Draft['kind'], slot: string): string {
  return `${accountId}/${kind}/${slot}`
}
