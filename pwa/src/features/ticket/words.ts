import { say, t, tMaybe, type Key } from '@/i18n'
import type { IconName } from '@/ui/icons'
import type { Tone } from '@/ui/tones'
import type { Part, Ticket, TimelineItem } from './types'

/** How the three kinds of reader are spoken to. */
type Reader = 'reporter' | 'handler' | 'other'

export function readerOf(part: Part): Reader {
  if (part === 'reporter' || part === 'filer') return 'reporter'
  return part === 'handler' ? 'handler' : 'other'
}

const ROLE_ICONS: Record<string, IconName> = {
  resident: 'person',
  building_steward: 'people',
  operator_staff: 'wrench',
  operator_manager: 'wrench',
  owning_unit_staff: 'wrench',
  agency_staff: 'wrench',
  utility_staff: 'wrench',
  station_staff: 'building',
  system: 'refresh',
}

export function roleIcon(role: string): IconName {
  return ROLE_ICONS[role] ?? 'shield'
}

/** A person is never named: the party's name, or the word for the role. */
export function actorWords(item: TimelineItem): string {
  if (item.actor_name) return item.actor_name
  if (item.actor_role === 'system') return t('ticket.who_system')
  return tMaybe(`common.role_${item.actor_role}`) ?? t('ticket.who_resident')
}

/** "Done" was said before; this is the moment at which the last photo came and it began to count. */
export function photosArrived(item: TimelineItem): boolean {
  return item.action === 'done' && item.actor_role === 'system'
}

/** The office that was told, by its level. */
export function levelWords(level: number): string {
  return tMaybe(`ticket.level_${level}`) ?? ''
}

function momentOf(value: unknown): string {
  return typeof value === 'string' ? say.deadline(value) : ''
}

function dateOf(value: unknown): string {
  return typeof value === 'string' ? say.date(value) : ''
}

/** An office urged, not the reporter or the steward who filed for him. */
function roleIsOffice(item: TimelineItem): boolean {
  return item.actor_role !== 'resident' && item.actor_role !== 'building_steward'
}

/** A callback is told by its result, and a look at the number for one by what it was for. */
function calledBack(item: TimelineItem): string {
  if (item.action === 'callback') return `callback_${item.params?.result}`
  return item.params?.for === 'callback' ? 'callback_look' : item.action
}

/** One plain sentence for one step. */
export function stepWords(item: TimelineItem, ticket: Ticket): string {
  const who = actorWords(item)
  const values = { who, party: item.party_name || ticket.handling_party.name, level: levelWords(Number(item.params?.level)), percent: Number(item.params?.percent), when: momentOf(item.params?.due ?? item.params?.asked ?? item.params?.until), until: dateOf(item.params?.day ?? item.params?.until), how: tMaybe(`ticket.try_${item.params?.how}`) ?? '' }
  const own = ticket.you === 'reporter'
  const candidates: string[] = []
  const action = item.params?.accepted === false ? `${item.action}_declined` : calledBack(item)
  if (item.action === 'file' && ticket.on_behalf && !item.mine) candidates.push('ticket.act_file_behalf')
  const again = item.action === 'dispatch' ? 'dispatch_again' : item.action
  if (item.params?.sharing_ended && own) candidates.push(`ticket.act_${again}_unshared`)
  if (item.action === 'dispatch' && item.params?.from_party) candidates.push('ticket.act_dispatch_again')
  if (item.params?.why) candidates.push(`ticket.act_${item.action}_${item.params.why}`)
  if (item.action === 'remind') candidates.push(`ticket.act_remind_${item.params?.step}`)
  if (item.action === 'urge' && roleIsOffice(item)) candidates.push(item.mine ? 'ticket.act_urge_mine' : 'ticket.act_urge_office')
  if (item.action === 'call') candidates.push(`ticket.act_call_${item.params?.by === 'nobody' ? 'nobody' : item.params?.who}`)
  // Said or done for a neighbour: "the reporter" would be untrue.
  if (item.actor_role !== 'resident' && item.actor_role !== 'system') candidates.push(`ticket.act_${action}_behalf${item.mine ? '_mine' : ''}`)
  if (photosArrived(item)) candidates.push(own ? 'ticket.act_done_photos_reporter' : 'ticket.act_done_photos')
  if (item.mine) candidates.push(`ticket.act_${action}_mine`)
  // Whoever filed for a neighbour reads the replies for him.
  if (own || (ticket.you === 'filer' && action === 'contact')) candidates.push(`ticket.act_${action}_reporter`)
  candidates.push(`ticket.act_${action}`, 'ticket.act_other')
  for (const key of candidates) {
    const words = tMaybe(key, values)
    if (words) return item.params?.danger ? t('ticket.act_file_danger', { said: words }) : words
  }
  return ''
}

export interface NextWords {
  what: string
  when: string
  tone: Tone
}

/** What happens next, said to the one who reads, with the promised date (never a countdown). */
export function nextWords(ticket: Ticket): NextWords {
  const party = ticket.handling_party.name
  // Who filed for a neighbour reads of the neighbour, not of himself.
  const reader = ticket.you === 'filer' ? 'other' : readerOf(ticket.you)
  if (ticket.next_step === 'none') return ended(ticket, reader)
  if (ticket.done_waiting_photos && ticket.state !== 'done_pending_confirm') {
    const office = ticket.redispatch_after ? t('ticket.next_photos_office', { when: say.deadline(ticket.redispatch_after) }) : ''
    const when = reader === 'handler' ? t('ticket.next_photos_handler') : office
    return { what: t('ticket.next_photos', { party }), when, tone: 'busy' }
  }
  if (ticket.next_step === 'review') return { what: t('ticket.next_suspended', { when: ticket.review_by ? say.date(ticket.review_by) : '' }), when: '', tone: 'plain' }
  const noProof = reader === 'handler' && ticket.next_step === 'resolve' && ticket.kind !== 'repair'
  const what = ticket.state === 'returned' ? returnedWords(ticket) : t(noProof ? 'ticket.next_resolve_words' : `ticket.next_${ticket.next_step}_${reader}` as Key, { party })
  if (ticket.next_step === 'confirm') {
    const end = ticket.auto_close_at ?? ticket.next_due
    return { what: asksNeighbour(ticket) ? t('ticket.next_confirm_behalf') : what, when: end ? t('ticket.next_auto_close', { when: say.deadline(end) }) : '', tone: 'brand' }
  }
  if (!ticket.next_due) return { what, when: '', tone: 'busy' }
  const when = say.deadline(ticket.next_due)
  if (ticket.pause && (ticket.next_step === 'resolve' || ticket.pause.why === 'unreached')) {
    return { what: t('ticket.next_paused', { when: say.date(ticket.pause.until) }), when: t('ticket.next_due_resolve', { when: say.deadline(ticket.resolve_due) }), tone: 'plain' }
  }
  if (ticket.overdue) return { what, when: t('ticket.next_due_late', { when }), tone: 'bad' }
  return { what, when: t(`ticket.next_due_${ticket.next_step}` as Key, { when }), tone: 'busy' }
}

/** While a return waits nobody is to take it: the dispatcher decides, the others wait for him. */
function returnedWords(ticket: Ticket): string {
  if (ticket.actions.includes('return_grant')) return t('ticket.next_returned_dispatcher')
  return t('ticket.next_returned', { party: ticket.handling_party.name })
}

/** Who reads it is the one to ask a neighbour without an account what became of it. */
export function asksNeighbour(ticket: Ticket): boolean {
  return (ticket.you === 'filer' || ticket.you === 'officer') && ticket.actions.includes('send_back')
}

function ended(ticket: Ticket, reader: Reader): NextWords {
  const until = ticket.rate_until ? say.deadline(ticket.rate_until) : ''
  switch (ticket.state) {
    case 'closed':
      if (reader === 'reporter' && ticket.actions.includes('send_back')) return { what: t('ticket.next_closed'), when: t('ticket.next_closed_reporter', { when: until }), tone: 'good' }
      return { what: t('ticket.next_closed'), when: ticket.closed_at ? t('ticket.next_closed_on', { when: say.day(ticket.closed_at) }) : '', tone: 'good' }
    case 'closed_unrated':
      if (asksNeighbour(ticket)) return { what: t(ticket.rating?.solved ? 'ticket.next_relayed' : 'ticket.next_closed_unrated'), when: t('ticket.next_relayed_until', { when: until }), tone: 'plain' }
      if (reader === 'reporter' && ticket.actions.includes('send_back')) {
        return { what: t('ticket.next_closed_unrated'), when: t('ticket.next_closed_unrated_reporter', { when: until }), tone: 'plain' }
      }
      return { what: t('ticket.next_closed_unrated'), when: '', tone: 'plain' }
    default:
      return { what: tMaybe(`ticket.next_${ticket.state}`) ?? t(`ticket.state_${ticket.state}` as Key), when: '', tone: 'plain' }
  }
}
