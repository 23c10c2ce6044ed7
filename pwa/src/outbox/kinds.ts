/** One row per thing that can be written without a network. A new kind is a new row here; its words are `common.outbox_kind_…`. */
export interface KindRule {
  /** {name} is filled from the item's params; it is sent there by POST. */
  path: string
  /** Whether the body carries a manifest of photos. */
  photos?: boolean
}

const rules = {
  ticket: { path: '/api/v1/tickets', photos: true },
  message: { path: '/api/v1/tickets/{id}/messages', photos: true },
  confirmation: { path: '/api/v1/tickets/{id}/confirmations' },
  send_back: { path: '/api/v1/tickets/{id}/send-backs', photos: true },
  rating: { path: '/api/v1/ratings' },
  done: { path: '/api/v1/tickets/{id}/done', photos: true },
  promise: { path: '/api/v1/tickets/{id}/promises/verdict' },
  support: { path: '/api/v1/tickets/{id}/supports' },
  support_withdraw: { path: '/api/v1/tickets/{id}/supports/withdrawal' },
} satisfies Record<string, KindRule>

export type Kind = keyof typeof rules
export const kinds: Record<Kind, KindRule> = rules

export function pathOf(kind: Kind, params: Record<string, string | number>): string {
  return kinds[kind].path.replace(/\{(\w+)\}/g, (_whole, name: string) => {
    const value = params[name]
    if (value === undefined) throw new Error(`${kind} needs ${name}`)
    return encodeURIComponent(String(value))
  })
}
