import type { PhotoClaims } from '@/outbox/types'

const HEAD = 256 * 1024
const EXIF = 0x45786966
const MAKE = 0x010f
const MODEL = 0x0110
const EXIF_POINTER = 0x8769
const TAKEN = 0x9003

/**
 * What the photo says about itself, read before re-encoding wipes it: how long ago it was taken and whether a camera
 * is named. Claims only: the server treats them as such. The place is never read.
 */
export async function readClaims(file: Blob, now = Date.now()): Promise<PhotoClaims> {
  try {
    const view = new DataView(await file.slice(0, HEAD).arrayBuffer())
    const start = findExif(view)
    return start < 0 ? {} : claimsAt(view, start, now)
  } catch {
    return {} // broken metadata says nothing
  }
}

/** Walks the JPEG's segments to APP1/Exif; answers the offset of its TIFF header, or -1. */
function findExif(view: DataView): number {
  if (view.getUint16(0) !== 0xffd8) return -1
  let at = 2
  while (at + 10 < view.byteLength) {
    const marker = view.getUint16(at)
    if ((marker & 0xff00) !== 0xff00 || marker === 0xffda) return -1
    if (marker === 0xffe1 && view.getUint32(at + 4) === EXIF) return at + 10
    at += 2 + view.getUint16(at + 2)
  }
  return -1
}

function claimsAt(view: DataView, tiff: number, now: number): PhotoClaims {
  const little = view.getUint16(tiff) === 0x4949
  const first = readTags(view, tiff, tiff + view.getUint32(tiff + 4, little), little)
  const claims: PhotoClaims = {}
  if (first.has(MAKE) || first.has(MODEL)) claims.camera = true
  const pointer = first.get(EXIF_POINTER)
  if (pointer === undefined) return claims
  const inner = readTags(view, tiff, tiff + view.getUint32(pointer, little), little)
  const at = inner.get(TAKEN)
  if (at === undefined) return claims
  const minutes = minutesSince(text(view, tiff + view.getUint32(at, little), 19), now)
  if (minutes !== undefined) claims.taken_minutes_ago = minutes
  return claims
}

/** Tag number to the offset of its value field. */
function readTags(view: DataView, tiff: number, directory: number, little: boolean): Map<number, number> {
  const tags = new Map<number, number>()
  const count = view.getUint16(directory, little)
  for (let i = 0; i < count; i += 1) {
    const entry = directory + 2 + i * 12
    tags.set(view.getUint16(entry, little), entry + 8)
  }
  return tags
}

function text(view: DataView, at: number, length: number): string {
  let out = ''
  for (let i = 0; i < length; i += 1) out += String.fromCharCode(view.getUint8(at + i))
  return out
}

/** EXIF has wall-clock time without a zone: the phone's own zone is the best guess. */
function minutesSince(taken: string, now: number): number | undefined {
  const parts = /^(\d{4}):(\d\d):(\d\d) (\d\d):(\d\d):(\d\d)$/.exec(taken)
  if (!parts) return undefined
  const [year, month, day, hour, minute, second] = parts.slice(1).map(Number) as [number, number, number, number, number, number]
  const at = new Date(year, month - 1, day, hour, minute, second).getTime()
  const minutes = Math.round((now - at) / 60_000)
  return minutes >= 0 ? minutes : undefined
}
