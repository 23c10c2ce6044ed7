import type { Messages } from '..'
import type { common as source } from '../zh-CN/laterCommon'

export const common: Messages<typeof source> = {
  outbox_kind_support: 'Support',
  outbox_kind_support_withdraw: 'Support taken back',
  outbox_kind_promise: 'Promise kept or not',
  unfold: 'Show all',
  fold: 'Show less',
  limit_over: '{n} {n~character~characters} too many: please shorten it, or it cannot be sent',
}
