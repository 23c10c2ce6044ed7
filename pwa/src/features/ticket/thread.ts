import type { Ticket, TicketMessage, TimelineItem } from './types'

export type ThreadEntry = { key: string; step: TimelineItem; message?: undefined } | { key: string; message: TicketMessage; step?: undefined }

/** A date without a time stands at the end of its day: what else happened that day may well have come before it. */
function momentOf(entry: { at?: string; on: string }): string {
  return entry.at ? new Date(entry.at).toISOString() : `${entry.on}T15:59:59.999Z`
}

/** Steps and messages as one conversation. Each list keeps its own order; they are merged by their moments. */
export function threadOf(ticket: Ticket): ThreadEntry[] {
  const steps = ticket.timeline
  const messages = ticket.messages
  const merged: ThreadEntry[] = []
  let s = 0
  let m = 0
  while (s < steps.length || m < messages.length) {
    const step = steps[s]
    const message = messages[m]
    if (step && (!message || momentOf(step) <= momentOf(message))) {
      merged.push({ key: `step-${step.id}`, step })
      s += 1
    } else if (message) {
      merged.push({ key: `message-${message.id}`, message })
      m += 1
    }
  }
  return merged
}
