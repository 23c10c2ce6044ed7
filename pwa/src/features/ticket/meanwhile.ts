import { inject, type InjectionKey } from 'vue'
import { Problem } from '@/api/problem'
import { useAction } from '@/app/action'
import { say, t, type Key } from '@/i18n'
import type { Ticket, TicketMessage, TimelineItem } from './types'
import { stepWords } from './words'

/** The refusals that say no more than that somebody was faster. Every other one names its own reason, and is told by its own sentence. */
const FASTER = new Set(['ticket.changed_meanwhile', 'ticket.wrong_state', 'ticket.closing_passed'])

export function somebodyWasFaster(problem: { status: number; code: string } | undefined): boolean {
  return problem?.status === 409 && FASTER.has(problem.code)
}

/** The hour, where this reader may know it, or else the day. */
export function whenOf(entry: TimelineItem | TicketMessage): string {
  return entry.at ? say.dateTime(entry.at) : say.day(entry.on)
}

/**
 * Who did what when, in the words of the thread, and the state if it is another than the one that was seen: what `now` tells that
 * `seen` did not. Needs allWords().
 */
export function newsOf(now: Ticket, seen?: Ticket): string {
  const newest = now.timeline[now.timeline.length - 1]
  const said: string[] = []
  if (newest && !seen?.timeline.some((step) => step.id === newest.id)) said.push(t('ticket.changed_line', { line: stepWords(newest, now), when: whenOf(newest) }))
  if (now.state !== seen?.state) said.push(t('ticket.changed_state', { state: t(`ticket.state_${now.state}` as Key) }))
  return said.join('')
}

/** What the page of a ticket does with a refusal of one of its sheets: true, if it has told the reader. */
export const REFUSED: InjectionKey<(fault: unknown) => Promise<boolean>> = Symbol('refused')

/** useAction() for a step of a ticket: where somebody was faster the page under the sheet is renewed and says what happened. */
export function useStep<Arguments extends unknown[]>(work: (...values: Arguments) => Promise<void>) {
  const told = inject(REFUSED, undefined)
  return useAction(async (...values: Arguments) => {
    try {
      await work(...values)
    } catch (fault) {
      if (!(await told?.(fault))) throw fault
    }
  })
}

export function isConflict(fault: unknown): fault is Problem {
  return fault instanceof Problem && fault.status === 409
}
