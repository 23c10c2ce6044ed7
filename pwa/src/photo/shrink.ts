import type { PreparedPhoto } from '@/outbox/types'
import { readClaims } from './exif'
import { sha256 } from './sha256'

export const LIMITS = {
  longSide: 1600,
  qualities: [0.78, 0.68, 0.58, 0.48],
  bytes: 420_000,
  inputBytes: 40_000_000,
}

export type PhotoFault = 'heic' | 'unreadable' | 'too_large' | 'not_a_photo'

export class PhotoError extends Error {
  readonly fault: PhotoFault

  constructor(fault: PhotoFault) {
    super(fault)
    this.name = 'PhotoError'
    this.fault = fault
  }
}

/** Phones set to "high efficiency" write HEIC, which most browsers cannot open. */
export async function isHeic(file: Blob): Promise<boolean> {
  const bytes = new Uint8Array(await file.slice(4, 12).arrayBuffer())
  const mark = String.fromCharCode(...bytes)
  return mark.startsWith('ftyp') && /^(hei[cxms]|hev[cxms]|mif1|msf1)/.test(mark.slice(4))
}

export function fitWithin(width: number, height: number, longSide: number): { width: number; height: number } {
  const scale = Math.min(1, longSide / Math.max(width, height))
  return {
    width: Math.max(1, Math.round(width * scale)),
    height: Math.max(1, Math.round(height * scale)),
  }
}

async function open(file: Blob): Promise<ImageBitmap> {
  try {
    return await createImageBitmap(file, { imageOrientation: 'from-image' })
  } catch {
    if (await isHeic(file)) throw new PhotoError('heic')
    throw new PhotoError(file.type.startsWith('image/') ? 'unreadable' : 'not_a_photo')
  }
}

type AnyCanvas = OffscreenCanvas | HTMLCanvasElement

function makeCanvas(width: number, height: number): AnyCanvas {
  if (typeof OffscreenCanvas !== 'undefined') return new OffscreenCanvas(width, height)
  return Object.assign(document.createElement('canvas'), { width, height })
}

function draw(bitmap: ImageBitmap, longSide: number): AnyCanvas {
  const { width, height } = fitWithin(bitmap.width, bitmap.height, longSide)
  const canvas = makeCanvas(width, height)
  const brush = canvas.getContext('2d', { alpha: false }) as CanvasRenderingContext2D | null
  if (!brush) throw new PhotoError('unreadable')
  brush.imageSmoothingQuality = 'high'
  brush.fillStyle = '#fff'
  brush.fillRect(0, 0, width, height)
  brush.drawImage(bitmap, 0, 0, width, height)
  return canvas
}

function encode(canvas: AnyCanvas, quality: number): Promise<Blob> {
  if ('convertToBlob' in canvas) return canvas.convertToBlob({ type: 'image/jpeg', quality })
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new PhotoError('unreadable'))), 'image/jpeg', quality)
  })
}

/** Leaves and grass do not pack well: when quality alone is not enough, the picture gets smaller. */
async function encodeWithin(bitmap: ImageBitmap): Promise<{ blob: Blob; canvas: AnyCanvas }> {
  let canvas = draw(bitmap, LIMITS.longSide)
  let blob!: Blob
  for (const longSide of [LIMITS.longSide, 1280, 1024, 800]) {
    if (longSide !== LIMITS.longSide) canvas = draw(bitmap, longSide)
    for (const quality of LIMITS.qualities) {
      blob = await encode(canvas, quality)
      if (blob.size <= LIMITS.bytes) return { blob, canvas }
    }
  }
  return { blob, canvas }
}

/** Re-encoding through a canvas also drops every metadata field, the place included. */
export async function shrink(file: Blob): Promise<PreparedPhoto> {
  if (file.size > LIMITS.inputBytes) throw new PhotoError('too_large')
  const claims = await readClaims(file)
  const bitmap = await open(file)
  try {
    const { blob, canvas } = await encodeWithin(bitmap)
    const bytes = await blob.arrayBuffer()
    return {
      bytes,
      mime: 'image/jpeg',
      width: canvas.width,
      height: canvas.height,
      sha256: await sha256(bytes),
      claims,
    }
  } finally {
    bitmap.close()
  }
}
