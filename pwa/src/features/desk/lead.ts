import { elder } from '@/app/settings'
import { say, t } from '@/i18n'
import type { TicketCounts, TicketRow } from '../ticket/types'
import type { Box } from './queue'
import { nextToRunOut } from './timeLeft'

/** The first line of the desk: what waits, what is late, and how long the next one has. */
export function leadWords(box: Box, counts: TicketCounts | undefined, rows: readonly TicketRow[], now: number, searched: boolean): string {
  if (!counts) return ''
  // Of what was searched for: nothing found is not "nothing waits".
  if (searched) return t('desk.lead_search', { n: rows.length })
  const own = box === 'desk'
  const first = own ? counts.waiting_me : counts.open
  if (first === 0) return t(own ? 'desk.lead_calm' : 'desk.lead_calm_all')
  const parts = [t(own ? 'desk.lead_waiting' : 'desk.lead_open', { n: first })]
  if (counts.overdue) parts.push(t('desk.lead_overdue', { n: counts.overdue }))
  if (!own && counts.unanswered) parts.push(t('desk.lead_unanswered', { n: counts.unanswered }))
  const next = own ? nextToRunOut(rows, now) : undefined
  if (next?.next_due) parts.push(nextWords(next.next_due, now))
  return parts.reduce((a, b) => t('desk.lead_join', { a, b }))
}

function nextWords(due: string, now: number): string {
  if (elder.value) return t('desk.lead_next_by', { when: say.deadline(due) })
  return t('desk.lead_next', { left: say.duration(new Date(due).getTime() - now) })
}
