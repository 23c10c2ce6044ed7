import fs from 'node:fs'
import path from 'node:path'

/** Every file below a folder, as slash-separated relative names in a fixed order. */
export function filesBelow(folder, base = folder) {
  return fs
    .readdirSync(folder, { withFileTypes: true })
    .flatMap((entry) => {
      const full = path.join(folder, entry.name)
      if (entry.isDirectory()) return filesBelow(full, base)
      return [path.relative(base, full).replaceAll('\\', '/')]
    })
    .sort()
}
