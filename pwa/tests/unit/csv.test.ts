import { describe, expect, it } from 'vitest'
import { csvOf } from '@/features/desk/csv'

/** What a spreadsheet makes of a line, by RFC 4180. */
function cellsOf(text: string): string[][] {
  const rows: string[][] = [[]]
  let cell = ''
  let quoted = false
  for (let i = 0; i < text.length; i++) {
    const sign = text[i]
    if (quoted && sign === '"' && text[i + 1] === '"') [cell, i] = [cell + '"', i + 1]
    else if (sign === '"') quoted = !quoted
    else if (!quoted && sign === ',') [cell] = ['', rows.at(-1)!.push(cell)]
    else if (!quoted && sign === '\r' && text[i + 1] === '\n') {
      rows.at(-1)!.push(cell)
      rows.push([])
      ;[cell, i] = ['', i + 1]
    } else cell += sign
  }
  return rows.slice(0, -1)
}

const formula = /^[\s\0]*[=+\-@＝＋－＠]/

describe('the file of a queue', () => {
  const hostile = ['=1+1', '+8', '-3', '@x', '＝1', '＋1', '－1', '＠x', '\t=1', '\r=1', '\n=1', '\0=1', ' =1', '\u3000＝1']

  it('holds no cell that a spreadsheet computes, whatever people wrote', () => {
    const rows = cellsOf(csvOf(['head', ...hostile.slice(1)], [hostile]).slice(1))
    expect(rows).toHaveLength(2)
    for (const [i, cell] of rows[1]!.entries()) {
      expect(formula.test(hostile[i]!), `the test would not see ${JSON.stringify(hostile[i])}`).toBe(true)
      expect(cell).toBe(`'${hostile[i]}`)
    }
  })

  it('keeps words with commas, quotes and line ends, and figures as figures', () => {
    const words = ['a,b', 'say "no"', 'one\r\ntwo', '10-2', 'x=1']
    expect(cellsOf(csvOf(words, [[...words.slice(1), -3]]).slice(1))).toEqual([words, [...words.slice(1), '-3']])
  })
})
