import { say, t, tMaybe } from '@/i18n'
import type { Ticket } from './types'
import { readerOf } from './words'

/** Who has to do it again reads first why it came back. */
function sentBack(ticket: Ticket): string {
  if (ticket.you !== 'handler' || !ticket.send_backs || ticket.done_at || !ticket.actions.includes('done')) return ''
  const reason = ticket.timeline.filter((step) => step.action === 'send_back' || step.action === 'reopen').pop()?.note
  return reason ? t('ticket.sent_back_now', { reason }) : ''
}

/** It waits for the one who reads, who reported it or did that for a neighbour: his word lets it go on. */
export function waitsForReader(ticket: Ticket): boolean {
  return ticket.pause?.why === 'unreached' && readerOf(ticket.you) === 'reporter'
}

/** The party tried to reach him and he has not answered: what he can do, before anything stands still. */
function lookedFor(ticket: Ticket): string {
  const n = ticket.reaching?.tries.length
  return n && readerOf(ticket.you) === 'reporter' ? (tMaybe('ticket.tried_reporter', { party: ticket.handling_party.name, n }) ?? '') : ''
}

/** Why it takes longer, and until when, as long as somebody waits for it. */
export function delayWords(ticket: Ticket): string {
  if (ticket.pause) {
    const values = { party: ticket.handling_party.name, before: say.deadline(ticket.pause.due_before), when: say.deadline(ticket.resolve_due), reason: ticket.pause.note ?? '', n: ticket.reaching?.tries.length || 3 }
    return (tMaybe(`ticket.pause_now_${ticket.pause.why}${waitsForReader(ticket) ? '_reporter' : ''}`, values) ?? '') + (ticket.pause.note ? t('ticket.pause_now_reason', values) : '')
  }
  const looked = lookedFor(ticket)
  if (looked) return looked
  const back = sentBack(ticket)
  if (back) return back
  const asked = ticket.extension
  if (!asked || ticket.next_step === 'none' || ticket.next_step === 'confirm') return ''
  const values = { party: ticket.handling_party.name, when: say.deadline(asked.due_asked), before: say.deadline(asked.due_before), reason: asked.reason }
  if (asked.outcome === 'granted') return t('ticket.extension_granted', values)
  if (asked.outcome === 'refused' || asked.lapsed) return ''
  return t('ticket.extension_waiting', values)
}
