import { say, t, tMaybe } from '@/i18n'
import type { Ticket } from './types'
import { levelWords } from './words'

/** Who else knows that it takes long, and how often it was urged. */
export function pressureWords(ticket: Ticket): string {
  if (ticket.next_step === 'none' || ticket.next_step === 'confirm' || ticket.next_step === 'review') return ''
  const parts: string[] = []
  if (ticket.escalated_to) parts.push(t('ticket.escalated_now', { level: levelWords(ticket.escalated_to) }))
  if (ticket.urges) parts.push(t('ticket.urged_now', { n: ticket.urges }))
  // Where the button is gone for some hours, it is said when it comes back.
  const waits = ticket.urges > 0 && Date.parse(ticket.urge_after ?? '') > Date.now()
  const again = waits && tMaybe('ticket.urge_again', { when: say.dateTime(ticket.urge_after!) })
  if (again) parts.push(again)
  return parts.join(t('ticket.pressure_join'))
}
