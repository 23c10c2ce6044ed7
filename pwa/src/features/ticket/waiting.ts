import { t, type Key } from '@/i18n'
import type { OutboxItem } from '@/outbox/types'
import type { Tone } from '@/ui/tones'

const TONES: Record<OutboxItem['state'], Tone> = {
  queued: 'wait',
  sending: 'busy',
  photos_pending: 'busy',
  sent: 'good',
  needs_login: 'bad',
  needs_fix: 'bad',
}

export function waitingTone(item: OutboxItem): Tone {
  return TONES[item.state]
}

export function waitingWords(item: OutboxItem): string {
  if (item.state === 'photos_pending') return t('common.outbox_state_photos_pending', { done: item.photosStored, total: item.photoIds.length })
  const named = item.reference?.number !== undefined && item.title.includes(item.reference.number)
  if (item.state === 'sent' && item.reference?.number && !named) return t('common.outbox_state_sent_number', { number: item.reference.number })
  return t(`common.outbox_state_${item.state}` as Key)
}

/** Where the form of a kind stands, for going on with a copied draft. */
export function formOf(item: OutboxItem): string {
  if (item.kind === 'ticket') return item.body.on_behalf ? '/tickets/new?for=neighbour' : '/tickets/new'
  if (item.kind === 'rating') return `/rate?estate=${item.body.estate_id}`
  return `/${item.kind.startsWith('support') ? 'supported' : 'tickets'}/${item.params.id}`
}
