import { say, t } from '@/i18n'
import { toDate } from '@/i18n/format'
import type { TicketRow } from '../ticket/types'

export interface TimeLeft {
  /** What remains of the promised time, from 0 to 1. */
  share: number
  late: boolean
  words: string
}

/** How much of the promised time is left. Nothing where no clock runs any more. */
export function timeLeft(row: TicketRow, now: number, byDate = false): TimeLeft | undefined {
  if (!row.next_due || row.next_step === 'none') return undefined
  const due = toDate(row.next_due).getTime()
  const start = toDate(row.held_since ?? row.filed_at ?? row.filed_on).getTime()
  const left = due - now
  const share = Math.max(0, Math.min(1, left / Math.max(1, due - start)))
  if (row.next_step === 'confirm') return { share, late: false, words: t('desk.left_confirm') }
  if (row.review_by) return { share: 1, late: false, words: t('ticket.next_suspended', { when: say.date(row.review_by) }) }
  const late = row.overdue || left < 0
  if (byDate) return { share, late, words: late ? t('ticket.overdue') : say.deadline(row.next_due) }
  return { share, late, words: t(late ? 'desk.late' : 'desk.left', { left: say.duration(left) }) }
}

/** The row whose time runs out next, of those that still have time and wait for a handler. */
export function nextToRunOut(rows: readonly TicketRow[], now: number): TicketRow | undefined {
  const running = rows.filter((row) => row.next_due && row.next_step !== 'confirm' && row.next_step !== 'none' && row.next_step !== 'review' && toDate(row.next_due).getTime() > now)
  return running.sort((a, b) => toDate(a.next_due!).getTime() - toDate(b.next_due!).getTime())[0]
}
