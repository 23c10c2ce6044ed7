// Puts public/boot.js into index.html and writes the hash that the server's policy must allow.
// Inline because an external script would hold back the first paint by a round trip.
import crypto from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'

export default function bootInline() {
  let root = '.'
  let out = 'dist'
  let failed = false
  const script = () => fs.readFileSync(path.join(root, 'public/boot.js'), 'utf8').trim()

  return {
    name: 'boot-inline',
    apply: 'build',
    configResolved(config) {
      root = config.root
      out = path.resolve(config.root, config.build.outDir)
    },
    transformIndexHtml(html) {
      return html.replace('<script src="/boot.js"></script>', () => `<script>${script()}</script>`)
    },
    buildEnd(fault) {
      failed = Boolean(fault)
    },
    closeBundle: {
      order: 'post',
      sequential: true,
      handler() {
        if (failed) return
        const hash = crypto.createHash('sha256').update(script()).digest('base64')
        fs.writeFileSync(path.join(out, 'csp-hashes.txt'), `'sha256-${hash}'\n`)
        fs.rmSync(path.join(out, 'boot.js'), { force: true })
      },
    },
  }
}
