import { t } from '@/i18n'
import type { TicketCounts } from './types'

/** What is going on with my own matters. Its figures are those above the list that it leads to: one that waits for me is still being handled. */
export function homeSentence({ open, waiting_me: waiting }: Pick<TicketCounts, 'open' | 'waiting_me'>): string {
  if (open === 0) return t('ticket.home_quiet')
  const handled = t('ticket.home_open', { n: open })
  return waiting ? t('ticket.home_of_them', { handled, n: waiting }) : handled
}
