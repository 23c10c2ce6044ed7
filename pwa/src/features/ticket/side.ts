import { t, type Key } from '@/i18n'
import type { IconName } from '@/ui/icons'
import type { Part, TicketMessage } from './types'

/** Who this side of the thread is, for the one who reads. */
export function sideWords(message: TicketMessage, you: Part): string {
  if (message.mine) return t('ticket.you')
  if (message.side === 'reporter' && you === 'filer') return t('ticket.who_reporter')
  return message.author_name ?? t(`ticket.side_${message.side}` as Key)
}

const SIDE_ICONS: Record<TicketMessage['side'], IconName> = { reporter: 'person', handler: 'wrench', steward: 'people', officer: 'shield' }

export function sideIcon(side: TicketMessage['side']): IconName {
  return SIDE_ICONS[side]
}
