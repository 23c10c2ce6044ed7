import type { Ticket } from './types'

/** Whether the newest result that the page shows was sent back and none has come since, also with the next party. */
export function resultSentBack(one: Pick<Ticket, 'send_backs' | 'next_step' | 'done_waiting_photos'>): boolean {
  return one.send_backs > 0 && one.next_step !== 'confirm' && one.next_step !== 'none' && !one.done_waiting_photos
}
