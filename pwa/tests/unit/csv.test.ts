import { describe, expect, it } from 'vitest'
import { csvOf } from '@/features/desk/csv'
import { everyRow } from '@/features/desk/queueFile'
import type { TicketPage, TicketRow } from '@/features/ticket/types'

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

describe('a file of a whole list', () => {
  const row = (id: number) => ({ id }) as TicketRow
  const page = (items: TicketRow[], next?: string) => ({ items, next }) as TicketPage

  it('has all pages, and what moved between two of them once', async () => {
    const pages: Record<string, TicketPage> = { start: page([row(1), row(2)], 'b'), b: page([row(2), row(3)], 'c'), c: page([row(4)]) }
    const told: number[] = []
    const { rows, whole } = await everyRow(async (cursor) => pages[cursor ?? 'start']!, (n) => told.push(n))
    expect(rows.map((one) => one.id)).toEqual([1, 2, 3, 4])
    expect(whole).toBe(true)
    expect(told).toEqual([2, 3, 4])
  })

  it('says so when the list is longer than a file', async () => {
    let asked = 0
    const { rows, whole } = await everyRow(async () => page([row(++asked)], 'more'), () => undefined)
    expect(whole).toBe(false)
    expect(rows).toHaveLength(asked)
  })

  it('leaves no half file when a page does not come', async () => {
    await expect(everyRow(async (cursor) => { if (cursor) throw new Error('away'); return page([row(1)], 'b') }, () => undefined)).rejects.toThrow('away')
  })
})
