import type { ServiceMode } from '../score/types'
import type { Category } from './types'

/** Where nobody but the community runs a place. */
const UNMANAGED: ServiceMode[] = ['community_trusteeship', 'none']

/**
 * How urgent a matter will be for the answer to the one question that its category may ask, at a place that is run in this
 * way: the server's rule, so that the form tells at once whom to call and promises what will hold. Undefined while that
 * depends on a place which is not known yet.
 */
export function urgencyOf(category: Category, danger: boolean, mode?: ServiceMode): string | undefined {
  if (danger && category.raise) return category.raise.urgency
  if (!category.unmanaged_urgency) return category.urgency
  if (!mode) return undefined
  return UNMANAGED.includes(mode) ? category.unmanaged_urgency : category.urgency
}

/** The codes of the numbers to call first: a yes adds to those of the category. */
export function callFirst(category: Category, danger: boolean): string[] {
  return [...new Set([...category.emergency, ...((danger && category.raise?.emergency) || [])])]
}

/** Emergencies and urgent matters: their clocks run in minutes and hours, so who reads a deadline can reckon when it was reported. */
export function isPressing(urgency?: string): boolean {
  return urgency === 'u1' || urgency === 'u2'
}
