import type { Kind } from './kinds'

export type ItemState =
  | 'queued' // kept on the phone, waits its turn
  | 'sending' // on its way; found at start it counts as queued
  | 'photos_pending' // the server has the record, not yet all photos
  | 'sent'
  | 'needs_login'
  | 'needs_fix' // the server refused it: only a new copy can be changed and sent

export type PhotoKind = 'before' | 'after' | 'message'

export interface PhotoClaims {
  taken_minutes_ago?: number
  camera?: boolean
}

/** A photo made ready: shrunk, hashed, without metadata. */
export interface PreparedPhoto {
  bytes: ArrayBuffer
  mime: 'image/jpeg'
  width: number
  height: number
  sha256: string
  claims: PhotoClaims
}

/** A photo in a form: prepared, with the id that it keeps for ever. */
export interface DraftPhoto extends PreparedPhoto {
  clientId: string
  kind: PhotoKind
}

export interface StoredPhoto extends DraftPhoto {
  itemId: string
  accountId: number
  position: number
  state: 'waiting' | 'stored' | 'refused'
}

/** A line of the manifest as the server wants it. */
export interface PhotoClaim {
  client_id: string
  sha256: string
  kind: PhotoKind
  bytes: number
  claims?: PhotoClaims
}

export interface ItemProblem {
  status: number
  code: string
  field?: string
  params?: Record<string, string | number>
  requestId?: string
}

export interface OutboxItem {
  clientId: string
  kind: Kind
  version: 1
  accountId: number
  /** Order of sending; counted, never read from a clock. */
  sequence: number
  params: Record<string, string | number>
  /** Frozen: what is sent the second time is what was sent the first time. */
  body: Record<string, unknown> & { client_id: string }
  /** Short words for the list. */
  title: string
  photoIds: string[]
  photosStored: number
  photosRefused: { clientId: string; code: string }[]
  state: ItemState
  attempts: number
  nextAt: number
  /** The wait was asked for by the server: a tap does not shorten it. */
  serverWait: boolean
  createdAt: number
  sentAt?: number
  problem?: ItemProblem
  /** Number and id that the server gave, for the receipt. */
  reference?: { id?: number; number?: string; queryCode?: string }
}

export interface Draft {
  key: string
  accountId: number
  /** 'sheet': what is sent at once or not at all, and kept only while it is written. */
  kind: Kind | 'sheet'
  slot: string
  clientId: string
  data: unknown
  photos: DraftPhoto[]
  at: number
}

export interface CacheEntry {
  key: string
  accountId: number
  data: unknown
  at: number
}
