// Fails when the build is heavier than a phone on a poor line should have to carry. Bytes only, so it never flickers.
import fs from 'node:fs'
import path from 'node:path'
import zlib from 'node:zlib'
import { keptOnPhone, lostNames } from './files.mjs'

const KB = 1024
const LIMITS = {
  firstScript: 65 * KB,
  firstStyle: 8 * KB,
  home: 90 * KB,
  lazyRoute: 20 * KB,
  precacheRaw: 500 * KB,
  serviceWorker: 4 * KB,
  requests: 6,
}

const out = path.resolve(import.meta.dirname, '../dist')
const manifest = JSON.parse(fs.readFileSync(path.join(out, '.vite/manifest.json'), 'utf8'))

function brotli(name) {
  return zlib.brotliCompressSync(fs.readFileSync(path.join(out, name))).length
}

/** A chunk with everything that it imports at once. */
function closure(key, seen = new Set()) {
  if (seen.has(key)) return seen
  seen.add(key)
  for (const next of manifest[key].imports ?? []) closure(next, seen)
  return seen
}

function filesOf(keys) {
  const scripts = new Set()
  const styles = new Set()
  for (const key of keys) {
    scripts.add(manifest[key].file)
    for (const style of manifest[key].css ?? []) styles.add(style)
  }
  return { scripts: [...scripts], styles: [...styles] }
}

const sum = (names) => names.reduce((total, name) => total + brotli(name), 0)

const entry = Object.keys(manifest).find((key) => manifest[key].isEntry)
/** What paints the frame. The home page is a route like others; the other routes count what they add to frame and home. */
const firstKeys = closure(entry)
const home = Object.keys(manifest).find((key) => manifest[key].isDynamicEntry && key.endsWith('/HomePage.vue'))
const homeKeys = home ? closure(home, new Set(firstKeys)) : firstKeys
const first = filesOf(firstKeys)
const whole = filesOf(homeKeys)
const rows = [
  ['first load, scripts', sum(first.scripts), LIMITS.firstScript],
  ['first load, styles', sum(first.styles), LIMITS.firstStyle],
  // What a resident's phone fetches until his home stands there: the frame, and the home with all that it imports at once.
  ['resident home, br', sum([...whole.scripts, ...whole.styles]), LIMITS.home],
  ['service worker', brotli('sw.js'), LIMITS.serviceWorker],
  ['requests before the first paint', 1 + first.scripts.length + first.styles.length, LIMITS.requests],
]

for (const key of Object.keys(manifest)) {
  if (!manifest[key].isDynamicEntry ) continue
  const base = key === home ? firstKeys : homeKeys
  const own = [...closure(key)].filter((name) => !base.has(name))
  const { scripts, styles } = filesOf(own)
  const known = filesOf(base).styles
  const newStyles = styles.filter((style) => !known.includes(style))
  rows.push([`lazy ${manifest[key].name ?? key}`, sum([...scripts, ...newStyles]), LIMITS.lazyRoute])
}

const kept = keptOnPhone(out)
const raw = kept.reduce((total, name) => total + fs.statSync(path.join(out, name)).size, 0)
rows.push(['kept on the phone, raw', raw, LIMITS.precacheRaw])
const lost = lostNames(out)
rows.push([`left out but not there ${lost.join(' ')}`.trim(), lost.length, 0])

let over = 0
for (const [what, value, limit] of rows) {
  const bad = value > limit
  if (bad) over += 1
  console.log(`${bad ? 'OVER ' : 'ok   '} ${what.padEnd(36)} ${String(value).padStart(7)} of ${limit}`)
}
console.log(`${rows.length - over} passed, ${over} failed`)
process.exit(over ? 1 : 0)
