// Draws the PNG icons from favicon.svg with the machine's Chromium. Run by hand when the mark changes.
import fs from 'node:fs'
import path from 'node:path'
import { chromium } from '@playwright/test'

const root = path.resolve(import.meta.dirname, '..')
const mark = fs.readFileSync(path.join(root, 'public/favicon.svg'), 'utf8')
const sizes = [
  ['icon-192.png', 192, 1],
  ['icon-512.png', 512, 1],
  // A launcher may cut a maskable icon to a circle: the mark keeps to the inner part and the ground fills all.
  ['maskable-512.png', 512, 0.72],
]

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
})
const page = await browser.newPage()
for (const [name, size, scale] of sizes) {
  const inner = Math.round(size * scale)
  const ground = scale < 1 ? 'background:#0b6e5f;' : ''
  await page.setViewportSize({ width: size, height: size })
  await page.setContent(`<body style="margin:0;${ground}display:grid;place-items:center;height:100vh">${mark.replace('<svg ', `<svg width="${inner}" height="${inner}" `)}</body>`)
  await page.screenshot({ path: path.join(root, 'public/icons', name), omitBackground: scale === 1 })
}
await browser.close()
