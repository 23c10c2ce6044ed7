// After the build: list the shell's files, and compile src/sw.ts into one classic script with that list.
import crypto from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import { build } from 'vite'
import { keptOnPhone } from './files.mjs'


export default function serviceWorker({ entry = 'src/sw.ts' } = {}) {
  let root = '.'
  let out = 'dist'
  let failed = false

  function fingerprint(name) {
    const bytes = fs.readFileSync(path.join(out, name))
    return crypto.createHash('sha256').update(bytes).digest('hex').slice(0, 12)
  }

  async function handler() {
    if (failed) return
    const names = keptOnPhone(out)
    const list = names.map((name) => {
      const hashedByName = name.startsWith('assets/')
      return ['/' + name, hashedByName ? '' : fingerprint(name)]
    })
    const version = crypto
      .createHash('sha256')
      .update(JSON.stringify(list))
      .digest('hex')
      .slice(0, 12)

    await build({
      configFile: false,
      root,
      logLevel: 'warn',
      publicDir: false,
      define: {
        __PRECACHE__: JSON.stringify(list),
        __VERSION__: JSON.stringify(version),
      },
      build: {
        outDir: out,
        emptyOutDir: false,
        target: 'chrome87',
        reportCompressedSize: false,
        rolldownOptions: {
          input: path.resolve(root, entry),
          output: { format: 'iife', entryFileNames: 'sw.js', codeSplitting: false },
        },
      },
    })
    const bytes = names.reduce((sum, name) => sum + fs.statSync(path.join(out, name)).size, 0)
    console.log(`sw.js: ${names.length} files, ${(bytes / 1024).toFixed(0)} KiB, version ${version}`)
  }

  return {
    name: 'service-worker',
    apply: 'build',
    configResolved(config) {
      root = config.root
      out = path.resolve(config.root, config.build.outDir)
    },
    buildEnd(fault) {
      failed = Boolean(fault)
    },
    closeBundle: { order: 'post', sequential: true, handler },
  }
}
