import type { Messages } from '..'
import type { score as source } from '../zh-CN/score'

export const score: Messages<typeof source> = {
  band_excellent: 'Excellent',
  band_good: 'Good',
  band_pass: 'Pass',
  band_fail: 'Fail',
  provisional: 'provisional',
  not_rated: 'Not yet rated',
}
