/** One row per thing that can be written without a network. A new kind is a new row here. */
export interface KindRule {
  method: 'POST'
  /** {name} is filled from the item's params. */
  path: string
  /** Whether the body carries a manifest of photos. */
  photos: boolean
  /** i18n key of the words that name it in the outbox list. */
  label: 'ticket' | 'message' | 'confirmation' | 'send_back' | 'rating' | 'done'
}

export const kinds = {
  ticket: { method: 'POST', path: '/api/v1/tickets', photos: true, label: 'ticket' },
  message: { method: 'POST', path: '/api/v1/tickets/{id}/messages', photos: true, label: 'message' },
  confirmation: { method: 'POST', path: '/api/v1/tickets/{id}/confirmations', photos: false, label: 'confirmation' },
  send_back: { method: 'POST', path: '/api/v1/tickets/{id}/send-backs', photos: true, label: 'send_back' },
  rating: { method: 'POST', path: '/api/v1/ratings', photos: false, label: 'rating' },
  done: { method: 'POST', path: '/api/v1/tickets/{id}/done', photos: true, label: 'done' },
} as const satisfies Record<string, KindRule>

export type Kind = keyof typeof kinds

export function pathOf(kind: Kind, params: Record<string, string | number>): string {
  return kinds[kind].path.replace(/\{(\w+)\}/g, (_whole, name: string) => {
    const value = params[name]
    if (value === undefined) throw new Error(`${kind} needs ${name}`)
    return encodeURIComponent(String(value))
  })
}
