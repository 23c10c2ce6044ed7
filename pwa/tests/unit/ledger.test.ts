import { describe, expect, it } from 'vitest'
import { base64, isContinued, isIncluded } from '@/features/ledger/proof'
import { sha256Plain } from '@/photo/sha256'

/** Trees and paths straight from the definitions of RFC 6962, with the plain SHA-256, not with the browser's that the page takes. */
const bytes = (words: string) => new TextEncoder().encode(words)
const sha = (...parts: Uint8Array[]) => sha256Plain(Uint8Array.from(parts.flatMap((part) => [...part])))
const text = base64
const leafOf = (n: number) => Array.from(sha(bytes(`leaf ${n}`)), (one) => one.toString(16).padStart(2, '0')).join('')
const LINE_BEFORE = 100
const lineHash = (n: number) => sha(Uint8Array.of(0), bytes(`${n + LINE_BEFORE} ${leafOf(n)}\n`))

function split(count: number): number {
  let k = 1
  while (k * 2 < count) k *= 2
  return k
}

function root(lines: Uint8Array[]): Uint8Array {
  if (lines.length === 1) return lines[0]!
  const k = split(lines.length)
  return sha(Uint8Array.of(1), root(lines.slice(0, k)), root(lines.slice(k)))
}

function pathTo(n: number, lines: Uint8Array[]): Uint8Array[] {
  if (lines.length === 1) return []
  const k = split(lines.length)
  if (n < k) return [...pathTo(n, lines.slice(0, k)), root(lines.slice(k))]
  return [...pathTo(n - k, lines.slice(k)), root(lines.slice(0, k))]
}

function consistency(from: number, lines: Uint8Array[], whole = true): Uint8Array[] {
  if (from === lines.length) return whole ? [] : [root(lines)]
  const k = split(lines.length)
  if (from <= k) return [...consistency(from, lines.slice(0, k), whole), root(lines.slice(k))]
  return [...consistency(from - k, lines.slice(k), false), root(lines.slice(0, k))]
}

const SIZES = 18
const all = Array.from({ length: SIZES }, (_, n) => lineHash(n))
const treeOf = (size: number) => ({ size, root: text(root(all.slice(0, size))) })

/** One bit of one hash is another one. */
function spoil(hashes: string[], at: number): string[] {
  return hashes.map((hash, i) => {
    if (i !== at) return hash
    const other = Uint8Array.from(atob(hash), (one) => one.charCodeAt(0))
    other[7] = other[7]! ^ 4
    return base64(other)
  })
}

describe('proofs of the ledger', () => {
  it('hold for every line of every size, and for nothing else', async () => {
    for (let size = 1; size <= SIZES; size += 1) {
      for (let n = 0; n < size; n += 1) {
        const proof = { leaf: leafOf(n), line_id: n + LINE_BEFORE, position: n, ...treeOf(size), hashes: pathTo(n, all.slice(0, size)).map(text) }
        expect(await isIncluded(proof), `line ${n} of ${size}`).toBe(true)
        expect(await isIncluded({ ...proof, leaf: leafOf(n + 1) })).toBe(false)
        expect(await isIncluded({ ...proof, line_id: n })).toBe(false)
        expect(await isIncluded({ ...proof, hashes: [...proof.hashes, proof.root] })).toBe(false)
        expect(await isIncluded({ ...proof, position: size })).toBe(false)
        for (let i = 0; i < proof.hashes.length; i += 1) expect(await isIncluded({ ...proof, hashes: spoil(proof.hashes, i) })).toBe(false)
      }
    }
  })

  it('tell that a later ledger begins with an earlier one', async () => {
    for (let to = 1; to <= SIZES; to += 1) {
      for (let from = 1; from <= to; from += 1) {
        const hashes = consistency(from, all.slice(0, to)).map(text)
        expect(await isContinued(treeOf(from), treeOf(to), hashes), `${from} of ${to}`).toBe(true)
        for (let i = 0; i < hashes.length; i += 1) expect(await isContinued(treeOf(from), treeOf(to), spoil(hashes, i))).toBe(false)
        const other = { size: from, root: text(sha(bytes(`another ${from}`))) }
        expect(await isContinued(other, treeOf(to), hashes)).toBe(false)
      }
    }
    expect(await isContinued(treeOf(5), treeOf(4), [])).toBe(false)
  })

  it('are none when they are broken', async () => {
    const proof = { leaf: leafOf(0), line_id: LINE_BEFORE, position: 0, ...treeOf(2), hashes: ['%%%'] }
    expect(await isIncluded(proof)).toBe(false)
    expect(await isIncluded({ ...proof, hashes: ['AAAA'] })).toBe(false)
    expect(await isContinued({ size: 1, root: 'x' }, treeOf(2), [])).toBe(false)
  })
})
