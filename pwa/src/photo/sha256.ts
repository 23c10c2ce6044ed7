/** SHA-256 as hex. crypto.subtle is missing on plain http, where some phones meet the server. */
export async function sha256(bytes: ArrayBuffer): Promise<string> {
  if (globalThis.crypto?.subtle) return hex(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)))
  return hex(sha256Plain(new Uint8Array(bytes)))
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** The first 32 bits of the fractional parts of roots of primes, as FIPS 180-4 defines them. */
function fractions(count: number, root: number): Uint32Array {
  const out = new Uint32Array(count)
  let found = 0
  for (let candidate = 2; found < count; candidate += 1) {
    let prime = true
    for (let divisor = 2; divisor * divisor <= candidate; divisor += 1) {
      if (candidate % divisor === 0) prime = false
    }
    if (!prime) continue
    const value = candidate ** (1 / root)
    out[found] = Math.floor((value - Math.floor(value)) * 2 ** 32)
    found += 1
  }
  return out
}

const ROUND = fractions(64, 3)
const START = fractions(8, 2)

function padded(input: Uint8Array): DataView {
  const length = Math.ceil((input.length + 9) / 64) * 64
  const out = new Uint8Array(length)
  out.set(input)
  out[input.length] = 0x80
  const view = new DataView(out.buffer)
  view.setUint32(length - 8, Math.floor(input.length / 2 ** 29))
  view.setUint32(length - 4, (input.length << 3) >>> 0)
  return view
}

const turn = (value: number, by: number) => (value >>> by) | (value << (32 - by))

export function sha256Plain(input: Uint8Array): Uint8Array {
  const data = padded(input)
  const state = new Uint32Array(START)
  const words = new Uint32Array(64)
  for (let offset = 0; offset < data.byteLength; offset += 64) {
    for (let i = 0; i < 16; i += 1) words[i] = data.getUint32(offset + i * 4)
    for (let i = 16; i < 64; i += 1) {
      const a = words[i - 15]!
      const b = words[i - 2]!
      const small = turn(a, 7) ^ turn(a, 18) ^ (a >>> 3)
      const large = turn(b, 17) ^ turn(b, 19) ^ (b >>> 10)
      words[i] = words[i - 16]! + small + words[i - 7]! + large
    }
    compress(state, words)
  }
  const out = new DataView(new ArrayBuffer(32))
  state.forEach((word, i) => out.setUint32(i * 4, word))
  return new Uint8Array(out.buffer)
}

function compress(state: Uint32Array, words: Uint32Array): void {
  let [a, b, c, d, e, f, g, h] = state as unknown as [number, number, number, number, number, number, number, number]
  for (let i = 0; i < 64; i += 1) {
    const one = turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)
    const choice = (e & f) ^ (~e & g)
    const first = (h + one + choice + ROUND[i]! + words[i]!) | 0
    const zero = turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)
    const majority = (a & b) ^ (a & c) ^ (b & c)
    const second = (zero + majority) | 0
    h = g
    g = f
    f = e
    e = (d + first) | 0
    d = c
    c = b
    b = a
    a = (first + second) | 0
  }
  const add = [a, b, c, d, e, f, g, h]
  for (let i = 0; i < 8; i += 1) state[i] = (state[i]! + add[i]!) >>> 0
}
