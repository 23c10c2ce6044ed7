import { describe, expect, it } from 'vitest'
import { zh as first } from '@/i18n/zh-CN'
import { later } from '@/i18n/zh-CN/later'
import * as explained from '@/i18n/zh-CN/laterExplained'
import * as once from '@/i18n/zh-CN/laterOnce'
import * as slip from '@/i18n/zh-CN/laterProgress'
import { office } from '@/i18n/zh-CN/office'
import { officeMore } from '@/i18n/zh-CN/officeMore'

const files = import.meta.glob<string>(['/src/**/*.{vue,ts}', '!/src/i18n/{zh-CN,en}/**', '!/src/api/schema.d.ts'], { query: '?raw', import: 'default', eager: true })
const source = Object.values(files).join('\n')

/** What stands in quotes or backquotes, up to its end or to what is put in: "ticket.do_" of `ticket.do_${action}`. */
const whole = new Set([...source.matchAll(/['"`]([a-z]\w*\.[\w.-]+)['"`]/g)].map((one) => one[1]!))
const begun = [...new Set([...source.matchAll(/`([a-z]\w*\.\w+)\$\{/g)].map((one) => one[1]!))]
/** What is put behind a key that stands in quotes itself, or behind a name. */
const ENDS = /_(behalf|hint|off|here|behalf_hint|behalf_off|behalf_here|\d)$/
/** Names that wordsFor() gets, and the chapters on privacy. */
const named = new Set([
  ...[...source.matchAll(/words(?:For)?\('(\w+)'/g)].map((one) => `ticket.${one[1]!}`),
  ...[...source.matchAll(/name: '(privacy_\w+)'/g)].map((one) => `people.${one[1]!}`),
])
const known = (key: string) => whole.has(key) || named.has(key) || begun.some((start) => key.startsWith(start))

describe('the words', () => {
  it('are said somewhere, each of them', () => {
    const keys = [first, later, office, officeMore, { ...slip }, { ...once }, { ...explained }].flatMap((part) => Object.entries(part).flatMap(([area, words]) => Object.keys(words).map((name) => `${area}.${name}`)))
    // A refusal's words are held to the server's codes by cmd/linli/sentences_test.go.
    const idle = keys.filter((key) => !key.startsWith('error.') && !known(key) && !known(key.replace(ENDS, '')))
    expect(idle).toEqual([])
    expect(keys.length).toBeGreaterThan(1_500)
  })
})
