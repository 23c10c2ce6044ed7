import type { Ticket, TicketMessage, TimelineItem } from './types'

export type ThreadEntry = { key: string; step: TimelineItem; message?: undefined } | { key: string; message: TicketMessage; step?: undefined }

const START = ''

function endOf(day: string): string {
  return `${day}T15:59:59.999Z`
}

/**
 * The moment at which each entry of one list stands. One whose hour is not told has no moment of its own: it stands at the
 * end of its day, or before the next of its list that day, for the list keeps its order. Only what was sent is used, so the
 * place gives away nothing that the list did not tell.
 */
function momentsOf(list: { at?: string; on: string }[]): string[] {
  const moments: string[] = []
  let next: string | undefined
  for (const entry of [...list].reverse()) {
    let moment = entry.at ? new Date(entry.at).toISOString() : endOf(entry.on)
    if (!entry.at && next !== undefined && next < moment) moment = next
    moments.push(moment)
    next = moment
  }
  return moments.reverse()
}

/**
 * That the reporter read a reply is told without its hour. It stands as early as it can have been: behind the step before it
 * and the party's first words, not behind replies that came later that day.
 */
function contactMoment(moment: string, before: string, day: string, replies: string[]): string {
  const earliest = [before, new Date(`${day}T00:00:00+08:00`).toISOString(), replies[0] ?? START].sort().pop()!
  return earliest < moment ? earliest : moment
}

/** A matter begins with its filing and its first dispatch, whatever else happened that day. */
function stepMoments(steps: TimelineItem[], messages: TicketMessage[]): string[] {
  const moments = momentsOf(steps)
  const replies = messages.flatMap((one) => (one.side === 'handler' && one.at ? new Date(Date.parse(one.at) + 1).toISOString() : []))
  steps.forEach((step, i) => {
    if (step.action === 'contact' && !step.at) moments[i] = contactMoment(moments[i]!, moments[i - 1] ?? START, step.on, replies)
  })
  const first = steps.findIndex((step) => step.action === 'dispatch')
  return moments.map((moment, i) => (i <= first || steps[i]?.action === 'file' ? START : moment))
}

/** Steps and messages as one conversation. Each list keeps its own order; they are merged by their moments. */
export function threadOf(ticket: Ticket): ThreadEntry[] {
  const steps = ticket.timeline
  const messages = ticket.messages
  const stepsAt = stepMoments(steps, messages)
  const messagesAt = momentsOf(messages)
  const merged: ThreadEntry[] = []
  let s = 0
  let m = 0
  while (s < steps.length || m < messages.length) {
    const step = steps[s]
    const message = messages[m]
    if (step && (!message || (stepsAt[s] ?? START) <= (messagesAt[m] ?? START))) {
      merged.push({ key: `step-${step.id}`, step })
      s += 1
    } else if (message) {
      merged.push({ key: `message-${message.id}`, message })
      m += 1
    }
  }
  return merged
}
