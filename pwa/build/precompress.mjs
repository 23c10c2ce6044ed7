// The last step: .br and .gz beside every text file, and the placeholder that keeps `go vet` working.
import fs from 'node:fs'
import path from 'node:path'
import zlib from 'node:zlib'
import { filesBelow } from './files.mjs'

const TEXT = /\.(html|js|css|svg|json|webmanifest)$/
const TOO_SMALL = 400

function pack(file) {
  const bytes = fs.readFileSync(file)
  if (bytes.length < TOO_SMALL) return
  const brotli = zlib.brotliCompressSync(bytes, {
    params: {
      [zlib.constants.BROTLI_PARAM_QUALITY]: 11,
      [zlib.constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
    },
  })
  fs.writeFileSync(file + '.br', brotli)
  fs.writeFileSync(file + '.gz', zlib.gzipSync(bytes, { level: 9 }))
}

export default function precompress() {
  let out = 'dist'
  let failed = false
  return {
    name: 'precompress',
    apply: 'build',
    configResolved(config) {
      out = path.resolve(config.root, config.build.outDir)
    },
    buildEnd(fault) {
      failed = Boolean(fault)
    },
    closeBundle: {
      order: 'post',
      sequential: true,
      handler() {
        if (failed) return
        for (const name of filesBelow(out)) {
          if (TEXT.test(name) && !name.startsWith('.')) pack(path.join(out, name))
        }
        fs.writeFileSync(path.join(out, '.placeholder'), '')
      },
    },
  }
}
