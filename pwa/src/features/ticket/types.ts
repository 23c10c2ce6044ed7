import type { PartyRow } from '../place/types'
import type { TicketCause } from '../cause/causeWords'
import type { PromiseView } from '../promise/types'
import type { Suspension } from '../suspension/types'
import type { JointMatter } from './joint'

/** The shapes of the ticket routes, narrower than the generated ones: states, parts and actions by name. */
export interface TicketReceipt {
  leaf: string
  position?: number
  checkpoint?: { number: number; size: number; signed_at: string }
}

export type TicketKind = 'repair' | 'complaint' | 'enquiry' | 'report' | 'suggestion'

export type TicketState =
  | 'draft'
  | 'submitted'
  | 'accepted'
  | 'dispatched'
  | 'returned'
  | 'acknowledged'
  | 'contacted'
  | 'in_progress'
  | 'paused'
  | 'done_pending_confirm'
  | 'closed'
  | 'closed_unrated'
  | 'suspended'
  | 'reopened'
  | 'merged'
  | 'declined'
  | 'withdrawn'

export type NextStep = 'acknowledge' | 'contact' | 'joint_answer' | 'resolve' | 'review' | 'confirm' | 'none'
export type Part = 'reporter' | 'filer' | 'handler' | 'steward' | 'officer' | 'observer'

/** The steps that are words and nothing else. */
export type NoteStep = 'progress' | 'suspension_object'

export type TicketAction =
  | 'acknowledge'
  | 'contact_confirm'
  | 'start'
  | 'progress'
  | 'done'
  | 'confirm'
  | 'send_back'
  | 'relay_confirm'
  | 'withdraw'
  | 'urge'
  | 'return'
  | 'return_grant'
  | 'return_refuse'
  | 'redispatch'
  | 'extend'
  | 'extend_grant'
  | 'extend_refuse'
  | 'pause_parts'
  | 'pause_day'
  | 'pause_unreached'
  | 'contact_try'
  | 'resume'
  | 'suspension_ask'
  | 'suspension'
  | 'suspension_refuse'
  | 'suspension_review'
  | 'suspension_clear'
  | 'suspension_object'
  | 'promise'
  | 'promise_redate'
  | 'promise_said'
  | 'promise_kept'
  | 'promise_broken'
  | 'joint'
  | 'joint_answer'
  | 'message'
  | 'rate'
  | 'office_contact'
  | 'contact_view'
  | 'contact_share'
  | 'contact_hide'

export interface TicketRow {
  id: number
  number: string
  category: string
  kind: TicketKind
  urgency: string
  state: TicketState
  estate_id: number
  estate_name: string
  building_name?: string
  text_short: string
  photo_id?: number
  filed_on: string
  filed_at?: string
  /** Since when this party has it, where another one had it before. */
  held_since?: string
  /** While it waits for its batch: when it is passed on. */
  held_until?: string
  /** The clock to solve it stands still until the start of this day. */
  paused_until?: string
  /** It is suspended: the last day of the next review. */
  review_by?: string
  /** The party has promised a result by the end of this day. */
  promised_on?: string
  /** For the reporter: he may say now whether it was kept. */
  promise_asks?: boolean
  handling_party_name: string
  respond_due: string
  resolve_due: string
  next_step: NextStep
  next_due?: string
  overdue: boolean
  unanswered: boolean
  send_backs: number
  urges: number
  /** 0 nobody, 1 station, 2 town, 3 centre, 4 leading group */
  escalated_to: number
  /** Ten homes, a committee or the community stand behind it. */
  joint: boolean
  unread: number
  rating_level?: number
  protected: boolean
  version: number
}

export interface TicketPhoto {
  id: number
  client_id?: string
  kind: 'before' | 'after' | 'message'
  status: 'expected' | 'stored' | 'refused'
  width?: number
  height?: number
  refuse_code?: string
  exact_repeat?: boolean
  on: string
}

export interface TimelineItem {
  id: number
  action: string
  at?: string
  on: string
  actor_role: string
  actor_name?: string
  /** The party that had to answer then; older looks do not have it. */
  party_name?: string
  mine: boolean
  from_state?: string
  to_state?: string
  note?: string
  photos: number[]
  params?: Record<string, unknown>
}

export interface TicketMessage {
  id: number
  client_id?: string
  side: 'reporter' | 'handler' | 'steward' | 'officer'
  mine: boolean
  author_name?: string
  text: string
  at?: string
  on: string
  read_at?: string
  photos: TicketPhoto[]
}

export interface TicketClock {
  name: 'acknowledge' | 'contact' | 'resolve' | 'joint_answer'
  due: string
  met_at?: string
  late: boolean
}

export interface Ticket extends TicketRow {
  client_id?: string
  text: string
  community_name: string
  entrance_name?: string
  unit_name?: string
  place_words: string
  query_code?: string
  receipt?: TicketReceipt
  /** Of an urgent matter: whom to call at the party now. */
  on_duty?: { title?: string; name_masked: string; phone: string }
  closing: number
  closed_at?: string
  done_at?: string
  done_result?: string
  done_no_photo_reason?: string
  done_waiting_photos: boolean
  evidence?: string
  clocks: TicketClock[]
  photos: TicketPhoto[]
  timeline: TimelineItem[]
  messages: TicketMessage[]
  actions: TicketAction[]
  you: Part
  reporter?: { name_masked: string; phone_masked: string; unit_name?: string; shared: boolean }
  on_behalf: boolean
  contact_shared: boolean
  /** For the reporter and who filed for him: from when on he may urge, again. */
  urge_after?: string
  small_building: boolean
  handling_party: { id: number; kind: string; name: string; phone24: string }
  routed_by: string
  rating?: { level?: number; solved: boolean; text?: string; on: string }
  rate_until?: string
  auto_close_at?: string
  /** For the office: photos of a "done" are on their way; from then on it may give the overdue matter to another party. */
  redispatch_after?: string
  /** Whom one would name first who returns it or gives it to another: the community's station, and who serves the place today. */
  likely_parties?: PartyRow[]
  return?: TicketReturn
  extension?: TicketExtension
  /** The pause that runs: why, and until which day. */
  pause?: { why: 'parts' | 'day' | 'unreached'; note?: string; on: string; until: string; due_before: string }
  /** The days that a pause may last until, both included, for who may ask. */
  pause_days?: { first: string; last: string }
  /** That the party tried to reach the reporter, for both and the offices. */
  reaching?: Reaching
  suspension?: Suspension
  promise?: PromiseView
  cause?: TicketCause
  /** The days that the handler may name, both included. */
  promise_days?: { first: string; last: string }
  /** How many homes support it; absent where that would be a list of doors. */
  supporters?: 'few' | 'some' | 'many'
  /** Exactly, for offices that may know who filed. */
  households?: number
  joint_matter?: JointMatter
  /** The days that the handler may ask for, both included. */
  extension_days?: { first: string; last: string }
}

export type TryHow = 'message' | 'call' | 'visit'

/** How far the party has come in trying to reach the reporter, since his last word. */
export interface Reaching {
  tries: { how: TryHow; at: string }[]
  missing: number
  other_day: boolean
  message: boolean
  /** No other try before. */
  after?: string
  ways?: TryHow[]
  /** The days that the handler may wait until, once he has tried enough. */
  days?: { first: string; last: string }
}

/** A later date that the party asked for; everybody on the ticket reads why. */
export interface TicketExtension {
  outcome: 'waiting' | 'granted' | 'refused'
  lapsed: boolean
  reason: string
  on: string
  due_before: string
  due_asked: string
}

/** A return that waits for the dispatcher. */
export interface TicketReturn {
  reason: string
  proposed_party_id: number
  proposed_party_name: string
  from_party_name: string
  on: string
}

export interface TicketCounts {
  open: number
  waiting_me: number
  overdue: number
  unanswered: number
  to_confirm: number
  escalated: number
  returned: number
  extension: number
  joint: number
}

export interface TicketPage {
  items: TicketRow[]
  next?: string
  counts?: TicketCounts
  /** Of a desk: urgent, and taken by nobody yet; a few, by time left. */
  untaken?: TicketRow[]
}

export interface BothWords {
  zh: string
  en: string
}

export interface Category {
  code: string
  group: string
  name: BothWords
  kind: TicketKind
  urgency: string
  /** Who answers where somebody runs the place: op, comm, town, or the code of an agency or utility. */
  managed: string
  emergency: string[]
  in_home: boolean
  public_matter: boolean
  /** Where nobody but the community runs the place. */
  unmanaged_urgency?: string
  /** One plain question: a yes makes the matter as urgent as this. */
  raise?: { question: BothWords; urgency: string; emergency?: string[] }
}

export interface Urgency {
  code: string
  name: BothWords
  acknowledge: Span
  contact: Span
  resolve: Span
}

/** A length of time as the rules write it: minutes, or working days that end with the last of them. */
export interface Span {
  minutes?: number
  rests_at_night?: boolean
  working_days?: number
}

export interface EmergencyPhone {
  code: string
  name: BothWords
  phone: string
}

export interface Catalogue {
  version: string
  groups: { code: string; name: BothWords }[]
  categories: Category[]
  urgencies: Urgency[]
  emergency_phones: EmergencyPhone[]
  silence_days: number
  rate_days: number
  /** "10:00": when batches go out. */
  release_times?: string[]
  max_photos: number
  max_text: number
}
