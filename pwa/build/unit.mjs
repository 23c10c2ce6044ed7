// Runs the unit tests and closes with one line that a person and a script can count.
import path from 'node:path'
import { startVitest } from 'vitest/node'

const vitest = await startVitest('test', process.argv.slice(2), {
  root: path.resolve(import.meta.dirname, '..'),
  run: true,
  watch: false,
})

let passed = 0
let failed = 0
for (const module of vitest.state.getTestModules()) {
  const tests = [...module.children.allTests()]
  passed += tests.filter((test) => test.ok() && test.result().state === 'passed').length
  failed += tests.filter((test) => !test.ok()).length
  // A file that breaks before its first test must not look like success.
  if (tests.length === 0 || module.errors().length > 0) failed += 1
}
failed += vitest.state.getUnhandledErrors().length
await vitest.close()
console.log(`${passed} passed, ${failed} failed`)
process.exit(failed === 0 && passed > 0 ? 0 : 1)
