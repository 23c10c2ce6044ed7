import { say, t, type Key } from '@/i18n'
import type { Ticket } from './types'

/** Why it takes longer, and until when, as long as somebody waits for it. */
export function delayWords(ticket: Ticket): string {
  if (ticket.pause) {
    const values = { party: ticket.handling_party.name, before: say.deadline(ticket.pause.due_before), when: say.deadline(ticket.resolve_due), reason: ticket.pause.note ?? '' }
    return t(`ticket.pause_now_${ticket.pause.why}` as Key, values) + (ticket.pause.note ? t('ticket.pause_now_reason', values) : '')
  }
  const asked = ticket.extension
  if (!asked || ticket.next_step === 'none' || ticket.next_step === 'confirm') return ''
  const values = { party: ticket.handling_party.name, when: say.deadline(asked.due_asked), before: say.deadline(asked.due_before), reason: asked.reason }
  if (asked.outcome === 'granted') return t('ticket.extension_granted', values)
  if (asked.outcome === 'refused' || asked.lapsed) return ''
  return t('ticket.extension_waiting', values)
}
