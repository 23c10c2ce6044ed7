import { say, t, type Key } from '@/i18n'
import type { TicketRow } from './types'

/** The line under a card's title: what is promised, and when. A neighbour's matter asks nothing of the one who looks on. */
export function rowPromise(row: TicketRow, own = true): string {
  if (!row.next_due) return t('ticket.mine_filed', { when: say.day(row.filed_at ?? row.filed_on) })
  if (row.review_by) return t('ticket.next_suspended', { when: say.date(row.review_by) })
  const when = say.deadline(row.next_due)
  if (row.overdue) return t('ticket.next_due_late', { when })
  if (row.next_step === 'resolve' && row.paused_until) return t('ticket.next_paused', { when: say.date(row.paused_until) })
  if (row.next_step === 'resolve') return t('ticket.mine_due', { when })
  if (row.next_step === 'confirm') return t(own ? 'ticket.mine_due_confirm' : 'ticket.next_confirm_other', { when })
  return t(own && row.next_step === 'contact' ? 'ticket.mine_due_contact' : `ticket.next_due_${row.next_step}` as Key, { when })
}
