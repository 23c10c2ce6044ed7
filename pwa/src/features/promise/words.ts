import { t, type Key } from '@/i18n'
import type { PromiseView } from './types'

/** What became of a promise, in a sentence. */
export function endWords(end: NonNullable<PromiseView['end']>): string {
  return t(`ticket.promise_end_${end}` as Key)
}
