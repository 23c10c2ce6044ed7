import type { components } from '@/api/schema'

export type Progress = components['schemas']['TicketProgressView']
export interface Slip {
  number: string
  code: string
}

/** Behind the # no server sees it, and no log, no proxy and no page that is opened from here. */
export function addressOf(slip: Slip): string {
  return `/progress#${slip.number}/${slip.code}`
}

/** What the code of a slip brought along, if it did. */
export function slipIn(hash: string): Slip | undefined {
  const [, number, code] = /^#([\w-]{1,40})\/(\w{1,20})$/.exec(hash) ?? []
  return number && code ? { number, code } : undefined
}
