/** Words of the frame that the first screen can do without. */
export const common = {
  outbox_kind_support: '附议',
  outbox_kind_support_withdraw: '撤回附议',
  outbox_kind_promise: '承诺兑现了没有',
  unfold: '展开全文',
  fold: '收起',
  limit_over: '超出 {n} 个字，请删短些，不然发不出去',
} as const
