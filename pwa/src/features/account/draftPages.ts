import type { OutboxItem } from '@/outbox/types'

/** Where the form of a kind stands, for going on with a copied draft. */
export function draftPage(item: OutboxItem): string {
  if (item.kind === 'ticket') return '/tickets/new'
  if (item.kind === 'rating') return '/rate'
  return `/tickets/${item.params.id}`
}
