import { send } from '@/api/http'
import { locale, t, type Key } from '@/i18n'
import type { TicketPage, TicketRow } from '../ticket/types'
import { csvOf, download } from './csv'

const COLUMNS = ['number', 'category', 'kind', 'state', 'estate', 'building', 'text', 'party', 'filed', 'due', 'overdue', 'unanswered', 'send_backs'] as const

const shanghai = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Shanghai', dateStyle: 'short', timeStyle: 'short' })

function yesNo(value: boolean): string {
  return t(value ? 'common.yes' : 'common.no')
}

/** A long list over a slow line. */
const PATIENCE = 60_000

/** What one file holds at most: more than a county has in hand, and what a machine of an office reads in some seconds. */
const MOST_PAGES = 50

/** All rows of a list, not only those on the screen; whole is false when it is longer than a file holds. */
export async function everyRow(page: (cursor?: string) => Promise<TicketPage>, told: (rows: number) => void): Promise<{ rows: TicketRow[]; whole: boolean }> {
  const rows = new Map<number, TicketRow>()
  let cursor: string | undefined
  for (let pages = 0; pages < MOST_PAGES; pages++) {
    const one = await page(cursor)
    for (const row of one.items) rows.set(row.id, row)
    told(rows.size)
    cursor = one.next
    if (!cursor) return { rows: [...rows.values()], whole: true }
  }
  return { rows: [...rows.values()], whole: false }
}

/** Rows as a file, with the words that the screen shows. */
export function downloadQueue(rows: readonly TicketRow[], nameOf: (code: string) => string): void {
  const head = COLUMNS.map((column) => t(`desk.csv_${column}` as Key))
  const lines = rows.map((row) => [
    row.number,
    nameOf(row.category),
    t(`ticket.kind_${row.kind}` as Key),
    t(`ticket.state_${row.state}` as Key),
    row.estate_name,
    row.building_name ?? '',
    row.text_short,
    row.handling_party_name,
    row.filed_on,
    row.next_due ? shanghai.format(new Date(row.next_due)) : '',
    yesNo(row.overdue),
    yesNo(row.unanswered),
    row.send_backs,
  ])
  download(nameOfFile('csv'), new Blob([csvOf(head, lines)], { type: 'text/csv;charset=utf-8' }))
}

function nameOfFile(ending: string): string {
  return `${t('desk.csv_name', { day: shanghai.format(new Date()).slice(0, 10) })}.${ending}`
}

/** The same list as a workbook, which the server writes: with real dates, and ready for the printer. */
export async function downloadSheet(query: URLSearchParams): Promise<{ n: number; whole: boolean }> {
  query.set('locale', locale.value)
  const answer = await send(`/api/v1/tickets/sheet?${query}`, { timeout: PATIENCE })
  download(nameOfFile('xlsx'), await answer.blob())
  return { n: Number(answer.headers.get('X-Rows')), whole: answer.headers.get('X-Rows-Whole') !== 'false' }
}
