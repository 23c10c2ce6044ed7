import { describe, expect, it } from 'vitest'
import { readClaims } from '@/photo/exif'
import { sha256Plain } from '@/photo/sha256'
import { fitWithin, isHeic } from '@/photo/shrink'

const hex = (bytes: Uint8Array) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')

describe('size', () => {
  it('keeps the shape and never enlarges', () => {
    expect(fitWithin(4000, 3000, 1600)).toEqual({ width: 1600, height: 1200 })
    expect(fitWithin(3000, 4000, 1600)).toEqual({ width: 1200, height: 1600 })
    expect(fitWithin(800, 600, 1600)).toEqual({ width: 800, height: 600 })
    expect(fitWithin(9000, 2, 1600)).toEqual({ width: 1600, height: 1 })
  })
})

describe('hash without crypto.subtle', () => {
  it.each([0, 1, 55, 56, 63, 64, 65, 119, 120, 1000, 70_000])('equals the platform’s for %i bytes', async (length) => {
    const bytes = Uint8Array.from({ length }, (_, index) => (index * 31 + 7) & 255)
    expect(hex(sha256Plain(bytes))).toBe(hex(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))))
  })
})

describe('HEIC', () => {
  const boxed = (brand: string) => new Blob([new Uint8Array([0, 0, 0, 24]), `ftyp${brand}`, new Uint8Array(12)])

  it('is known by its first bytes, whatever the name says', async () => {
    expect(await isHeic(boxed('heic'))).toBe(true)
    expect(await isHeic(boxed('mif1'))).toBe(true)
    expect(await isHeic(boxed('avif'))).toBe(false)
    expect(await isHeic(new Blob([new Uint8Array([0xff, 0xd8, 0xff, 0xe1, 0, 0, 0, 0, 0, 0, 0, 0])]))).toBe(false)
  })
})

/** A JPEG head with a camera's name and the moment it was taken. */
function jpegWithExif(taken: string, little: boolean): Blob {
  const tiff = new DataView(new ArrayBuffer(120))
  const bytes = new Uint8Array(tiff.buffer)
  const put = (text: string, at: number) => bytes.set([...text].map((letter) => letter.charCodeAt(0)), at)
  put(little ? 'II' : 'MM', 0)
  tiff.setUint16(2, 42, little)
  tiff.setUint32(4, 8, little)
  tiff.setUint16(8, 2, little)
  const entry = (at: number, tag: number, type: number, count: number, value: number) => {
    tiff.setUint16(at, tag, little)
    tiff.setUint16(at + 2, type, little)
    tiff.setUint32(at + 4, count, little)
    tiff.setUint32(at + 8, value, little)
  }
  entry(10, 0x010f, 2, 6, 70)
  entry(22, 0x8769, 4, 1, 40)
  tiff.setUint16(40, 1, little)
  entry(42, 0x9003, 2, 20, 80)
  put('HUAWEI', 70)
  put(taken + '\0', 80)
  const head = new Uint8Array([0xff, 0xd8, 0xff, 0xe1, 0, bytes.length + 8, 0x45, 0x78, 0x69, 0x66, 0, 0])
  return new Blob([head, bytes, new Uint8Array([0xff, 0xda, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0])])
}

describe('what the photo says about itself', () => {
  const taken = new Date(2026, 10, 22, 9, 30, 0).getTime()

  it.each([true, false])('camera and minutes, little endian %s', async (little) => {
    expect(await readClaims(jpegWithExif('2026:11:22 09:30:00', little), taken + 42 * 60_000)).toEqual({ camera: true, taken_minutes_ago: 42 })
  })

  it('says nothing of a moment that lies ahead', async () => {
    expect(await readClaims(jpegWithExif('2026:11:22 09:30:00', true), taken - 3600_000)).toEqual({ camera: true })
  })

  it('says nothing when there is nothing or it is broken', async () => {
    expect(await readClaims(new Blob(['hello']))).toEqual({})
    expect(await readClaims(new Blob([new Uint8Array([0xff, 0xd8, 0xff, 0xe1, 0, 20, 0x45, 0x78, 0x69, 0x66, 0, 0, 1, 2])]))).toEqual({})
  })
})
