import { isStaff } from '@/app/session'
import { t } from '@/i18n'
import type { Listed } from '../score/types'

/** The public figures of an estate or a building, and those of the reader's own list where he has one. */
export interface Counted {
  open_tickets: number
  overdue_tickets: number
  listed?: Listed
}

export interface Counts {
  open: number
  overdue: number
  /** The desk's list behind them is there to be opened, and has just so many rows. */
  opens: boolean
}

/** Whoever works here reads the figures of his own list, so that it opens as long as the figure says; all others read the public ones. */
export function countsOf(place: Counted): Counts {
  if (isStaff.value && place.listed) return { open: place.listed.open, overdue: place.listed.overdue, opens: true }
  return { open: place.open_tickets, overdue: place.overdue_tickets, opens: false }
}

/** Where the own list is not all that residents see counted, it is said. */
export function countsNote(place: Counted): string {
  const { open, opens } = countsOf(place)
  if (opens && open < place.open_tickets) return t('place.listed_part', { n: place.open_tickets })
  if (opens && open > place.open_tickets) return t('place.listed_held', { n: place.open_tickets })
  return place.open_tickets ? t('score.facts_all') : ''
}
