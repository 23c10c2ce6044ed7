import { t } from '@/i18n'
import type { Ticket } from './types'

/** The day on which the party that has it was given it: words from before are another's. */
function since(ticket: Ticket): string {
  return ticket.timeline.filter((step) => ['dispatch', 'redispatch', 'return_grant'].includes(step.action)).pop()?.on ?? ''
}

/** What counts as contact, said before it is tried: to the party what reaches this reporter, to the reporter where he is reached. */
export function contactWords(ticket: Ticket): string {
  const contact = ticket.clocks.find((clock) => clock.name === 'contact')
  if (!contact || contact.met_at || ticket.next_step === 'none' || ticket.next_step === 'confirm' || ticket.held_until) return ''
  const reader = ticket.you === 'reporter' && !ticket.contact_shared ? 'reporter' : ''
  const shared = ticket.on_behalf ? 'behalf' : 'shared'
  const how = ticket.you !== 'handler' ? reader : ticket.protected ? 'protected' : ticket.contact_shared ? shared : 'hidden'
  const left = ticket.you === 'handler' && !ticket.contact_shared && ticket.messages.some((message) => message.side === 'handler' && message.on >= since(ticket))
  return how && t(left ? 'ticket.contact_left' : `ticket.contact_how_${how}`)
}
