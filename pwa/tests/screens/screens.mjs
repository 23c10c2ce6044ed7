/**
 * Pictures of every screen, for the eye: test-results/screens/<role>/<page>.<look>.png.
 *   --only=WORDS   only the screens and states whose role/name holds one of these words (a regular expression)
 *   --readme       also the one that README.md shows
 *   --axe          only the plain Chinese look, and axe is asked about each picture, sheets and states included
 * The server is started by the caller, as for the browser tests.
 */
import AxeBuilder from '@axe-core/playwright'
import { rm, writeFile } from 'node:fs/promises'
import { browser, contextOf, DESK, dress, FOLDER, LOOKS, open, PHONE, print, settled, snap } from './camera.mjs'
import { fill, numbersOf, SCREENS, STAFF } from './routes.mjs'
import { STATES } from './states.mjs'

const README = new URL('../../../docs/screens/readme.png', import.meta.url)
const only = new RegExp(process.argv.find((one) => one.startsWith('--only='))?.slice(7) ?? '')
const judging = process.argv.includes('--axe')
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']
const judged = { pictures: 0, took: 0, faults: [] }
let count = 0

function nameOf(path) {
  return path.replace(/[{}]/g, '').replace(/^\/$/, 'home').replace(/^\//, '').replace(/[/?=#]/g, '-')
}

async function take(page, role, name, options) {
  await snap(page, role, name, options)
  count += 1
  if (judging) await judge(page, `${role || 'anybody'}/${name}`)
}

async function judge(page, where) {
  const began = performance.now()
  const { violations } = await new AxeBuilder({ page }).withTags(TAGS).setLegacyMode(true).analyze()
  judged.took += performance.now() - began
  judged.pictures += 1
  for (const one of violations) judged.faults.push(`${where}: ${one.id}: ${one.nodes.map((node) => node.target.join(' ')).slice(0, 3).join(' | ')}`)
}

function tellJudged() {
  for (const fault of judged.faults) console.error(fault)
  console.log(`axe looked at ${judged.pictures} pictures in ${Math.round(judged.took / 1000)} s and found ${judged.faults.length} faults`)
  if (judged.faults.length || !judged.pictures) process.exitCode = 1
}

async function photograph(role, wanted, numbers) {
  const paths = wanted.filter((path) => only.test(`${role}/${nameOf(path)}`))
  if (!paths.length) return
  const { context } = await contextOf(role)
  const page = await context.newPage()
  await page.goto('/privacy')
  for (const look of Object.keys(LOOKS)) {
    if (judging && look !== 'zh') continue
    await dress(page, look)
    for (const path of paths) {
      await page.setViewportSize(PHONE)
      await open(page, fill(path, numbers))
      await take(page, role, `${nameOf(path)}.${look}`)
      if (!STAFF.includes(role)) continue
      await page.setViewportSize(DESK)
      await open(page, fill(path, numbers))
      await take(page, role, `${nameOf(path)}.${look}.desk`, { whole: false })
    }
  }
  await context.close()
}

/** Each state on a phone of its own: nothing of one is left in the next. */
async function photographState(state, numbers) {
  if (!only.test(`${state.role}/${state.name}`)) return
  for (const look of state.looks ?? Object.keys(LOOKS)) {
    if (judging && look !== 'zh') continue
    const { context, account } = await contextOf(state.role, { viewport: state.desk ? DESK : PHONE, serviceWorkers: state.worker ? 'allow' : 'block' })
    const page = await context.newPage()
    await page.goto('/privacy')
    await dress(page, look)
    const scene = {
      page,
      context,
      account,
      look,
      numbers,
      go: (path) => open(page, path),
      snap: async (name, options) => {
        await settled(page)
        await take(page, state.role, `${name}.${look}${state.desk ? '.desk' : ''}`, options)
      },
      print: async (name, paper) => {
        await print(page, state.role, `${name}.${look}`, paper)
        count += 1
      },
    }
    try {
      await state.run(scene)
    } catch (fault) {
      throw new Error(`${state.role || 'anybody'}/${state.name} in ${look}`, { cause: fault })
    } finally {
      await context.close()
    }
  }
}

async function shot(role, path, viewport) {
  const { context } = await contextOf(role, { viewport, deviceScaleFactor: 1 })
  const page = await context.newPage()
  await open(page, path)
  const bytes = await page.screenshot()
  await context.close()
  return `data:image/png;base64,${bytes.toString('base64')}`
}

/** The resident's home, a ticket with its proof and the desk, side by side. */
async function composeReadme(numbers) {
  const pictures = [
    [await shot('resident', '/', PHONE), 234],
    [await shot('resident', fill('/tickets/{done}', numbers), PHONE), 234],
    [await shot('operator_staff', '/desk', DESK), 630],
  ]
  const page = await browser.newPage({ viewport: { width: 1200, height: 560 } })
  await page.setContent(`<body style="margin:0;display:flex;gap:22px;align-items:center;justify-content:center;height:560px;background:linear-gradient(120deg,#e2f2ee,#f4f6f5)">
    ${pictures.map(([source, width]) => `<img src="${source}" style="width:${width}px;border-radius:16px;box-shadow:0 8px 28px rgb(14 46 39 / .16)">`).join('')}</body>`)
  await writeFile(README, await page.screenshot())
  await page.close()
}

/** Some states do not come about on a county that is being filled, or have become impossible: all are tried, then named. */
async function everyState(numbers) {
  const faults = []
  for (const state of STATES) {
    const before = count
    await photographState(state, numbers).catch((fault) => faults.push(fault))
    if (count > before) console.log(`${String(count - before).padStart(4)} pictures of ${state.role || 'anybody'}/${state.name}`)
  }
  for (const fault of faults) console.error(`${fault.message}: ${String(fault.cause?.message ?? '').split('\n').slice(0, 4).join(' ')}`)
  if (faults.length) process.exitCode = 1
}

try {
  const people = await Promise.all(['resident', 'building_steward', 'operator_staff'].map((role) => contextOf(role)))
  const numbers = await numbersOf(...people.map(({ json }) => json))
  await Promise.all(people.map(({ context }) => context.close()))
  if (only.source === '(?:)') await rm(FOLDER, { recursive: true, force: true })
  for (const { role, paths } of SCREENS) {
    const before = count
    await photograph(role, paths, numbers)
    if (count > before) console.log(`${String(count - before).padStart(4)} pictures of ${role || 'anybody'}`)
  }
  await everyState(numbers)
  if (process.argv.includes('--readme')) await composeReadme(numbers)
  if (judging) tellJudged()
  console.log(`${count} pictures in pwa/test-results/screens`)
} finally {
  await browser.close()
}
