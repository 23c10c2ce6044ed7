/** Proofs of the ledger's tree (RFC 6962), checked on this phone: the server is not believed, it is recomputed. */
import { sha256 } from '@/photo/sha256'

const HASH = 32

function bytesOf(hex: string): Uint8Array {
  const out = new Uint8Array(hex.length / 2)
  for (let i = 0; i < out.length; i += 1) out[i] = parseInt(hex.slice(i * 2, i * 2 + 2), 16)
  return out
}

export function base64(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
}

/** Throws what is no hash: a proof with a broken part is no proof. */
function hashOf(text: string): Uint8Array {
  const raw = atob(text)
  if (raw.length !== HASH) throw new Error('not a hash')
  return Uint8Array.from(raw, (one) => one.charCodeAt(0))
}

async function digest(...parts: Uint8Array[]): Promise<Uint8Array> {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return bytesOf(await sha256(whole.buffer))
}

const node = (left: Uint8Array, right: Uint8Array) => digest(Uint8Array.of(1), left, right)

/** The tree's hash of a line: its id and its leaf, as the ledger writes them. */
export function lineHash(lineId: number, leaf: string): Promise<Uint8Array> {
  return digest(Uint8Array.of(0), new TextEncoder().encode(`${lineId} ${leaf}\n`))
}

/** The largest power of two below n. */
function half(n: number): number {
  let k = 1
  while (k * 2 < n) k *= 2
  return k
}

/** Climbs from a line to the root that the path leads to, or undefined where the path has the wrong length. */
async function climb(hash: Uint8Array, position: number, size: number, path: Uint8Array[]): Promise<Uint8Array | undefined> {
  if (size === 1) return path.length === 0 ? hash : undefined
  const sibling = path.at(-1)
  if (!sibling) return undefined
  const k = half(size)
  const rest = path.slice(0, -1)
  if (position < k) {
    const left = await climb(hash, position, k, rest)
    return left && node(left, sibling)
  }
  const right = await climb(hash, position - k, size - k, rest)
  return right && node(sibling, right)
}

export interface Inclusion {
  leaf: string
  line_id: number
  position: number
  size: number
  root: string
  hashes: string[]
}

/** Whether the line with this leaf stands at its position in the ledger with this root. */
export async function isIncluded(proof: Inclusion): Promise<boolean> {
  if (!(proof.position >= 0 && proof.position < proof.size)) return false
  try {
    const root = await climb(await lineHash(proof.line_id, proof.leaf), proof.position, proof.size, proof.hashes.map(hashOf))
    return root !== undefined && base64(root) === proof.root
  } catch {
    return false
  }
}

/** Both roots that a consistency path leads to: that of the earlier size and that of the later one. */
async function join(from: number, size: number, old: Uint8Array, whole: boolean, path: Uint8Array[]): Promise<[Uint8Array, Uint8Array] | undefined> {
  if (from === size) {
    if (whole) return path.length === 0 ? [old, old] : undefined
    return path.length === 1 ? [path[0]!, path[0]!] : undefined
  }
  const sibling = path.at(-1)
  if (!sibling) return undefined
  const k = half(size)
  const rest = path.slice(0, -1)
  if (from <= k) {
    const left = await join(from, k, old, whole, rest)
    return left && [left[0], await node(left[1], sibling)]
  }
  const right = await join(from - k, size - k, old, false, rest)
  return right && [await node(sibling, right[0]), await node(sibling, right[1])]
}

export interface Tree {
  size: number
  root: string
}

/** Whether the later ledger begins with the earlier one. */
export async function isContinued(earlier: Tree, later: Tree, hashes: string[]): Promise<boolean> {
  if (!(earlier.size >= 1 && earlier.size <= later.size)) return false
  try {
    const roots = await join(earlier.size, later.size, hashOf(earlier.root), true, hashes.map(hashOf))
    return roots !== undefined && base64(roots[0]) === earlier.root && base64(roots[1]) === later.root
  } catch {
    return false
  }
}
