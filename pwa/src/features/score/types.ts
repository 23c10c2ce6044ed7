/** The shapes of the estate and score routes that these pages draw. */
export type ServiceMode = 'professional' | 'owner_self_governed' | 'unit_self_managed' | 'community_trusteeship' | 'none'
export type BaselineClass = 'professional' | 'unit_compound' | 'ownerless_building'

export interface ContactCard {
  handling_party_id: number
  handling_party_name: string
  handling_party_kind: string
  service_mode: ServiceMode
  phone24: string
  phone24_note?: string
  project_lead?: string
  steward_name?: string
  station_name: string
  station_phone: string
  hotline: string
  emergency: { code: string; name: string; phone: string }[]
}

/** What of a place stands in the reader's own list, as far as he has one. */
export interface Listed {
  open: number
  overdue: number
}

export interface BuildingRow {
  id: number
  estate_id: number
  name: string
  households: number
  entrances: number
  floors: number
  open_tickets: number
  overdue_tickets: number
  listed?: Listed
  last_cleaned_at?: string
}

export interface ServiceTerm {
  id: number
  handling_party_id: number
  handling_party_name: string
  service_mode: ServiceMode
  valid_from: string
  valid_to?: string
}

export interface EstateDetail {
  id: number
  code: string
  name: string
  community_name: string
  town_name: string
  baseline_class: BaselineClass
  age_class: 'new' | 'old'
  service_mode: ServiceMode
  handling_party_name: string
  buildings: number
  households: number
  area_c: number
  open_tickets: number
  overdue_tickets: number
  listed?: Listed
  demo: boolean
  community_id: number
  town_id: number
  address: string
  contact: ContactCard
  buildings_list: BuildingRow[]
  terms: ServiceTerm[]
}

export type Band = 'excellent' | 'good' | 'pass' | 'fail'

export interface ScoreSummary {
  estate_id: number
  unit_kind: 'estate' | 'service_package' | 'community'
  unit_name: string
  as_of: string
  period: string
  t: number | null
  s: number | null
  band: Band
  provisional: boolean
  rated: boolean
  answered_this_month: number
  solved_in_time: number
  tickets: number
  /** Calendar months that the score is of, the running one among them. */
  window_months: number
  trend: { month: string; t: number }[]
  class_median?: number
  ruleset: string
  raw: boolean
}

export type RateName = 'response_rate' | 'resolution_rate' | 'satisfaction_points'

export interface ScoreRate {
  name: RateName
  numerator: string
  denominator: string
  raw?: number
  p0: number
  k: number
  shrunk: number
  weight: number
  points: number
  interval: { low: number; high: number }
  released: boolean
  note?: 'small_sample' | 'not_released'
}

export interface ScoreLine {
  rate: RateName
  ticket_id?: number
  number?: string
  category?: string
  month?: string
  count: number
  weight: string
  value: string
  reason: string
  earlier?: boolean
}

/** x of n; `bp` is missing for fewer than five, and all of it while it is not released. */
export interface ScoreShare {
  x: number
  n: number
  bp?: number
  note?: 'small_sample' | 'not_released'
}

export interface ScoreSpell {
  n: number
  hours?: number
}

/** What is published for information and counts towards nothing. */
export interface ScoreFigures {
  rated_share: ScoreShare
  return_share: ScoreShare
  reopen_share: ScoreShare
  suspended_share?: ScoreShare & { days: number; flag_bp: number; flagged: boolean }
  median_hours_contact: ScoreSpell
  median_hours_resolve: ScoreSpell
  tickets_per_100_households?: { tickets: number; households: number; per_100?: number }
}

export interface CommentList {
  items: string[]
  least: number
}

export interface ScoreExplanation extends ScoreSummary {
  rates: ScoreRate[]
  parts: { name: 'T' | 'L' | 'I' | 'D' | 'V'; weight: number; value?: number; missing: boolean }[]
  lines: ScoreLine[]
  volunteers?: { households: number; mean_bp: number }
  satisfaction_rate?: { satisfied: number; households: number; bp: number }
  figures: ScoreFigures
  window: { from: string; to: string }
  p0_counts: Partial<Record<RateName, { x: string; n: string; p0: number; default: boolean }>>
  what_moves_it: { rate: RateName; ticket_id?: number; number?: string; category?: string; gain: number }[]
  excluded: { reason: string; count: number }[]
  interval_method: string
}

/** How often posted numbers were answered. `share_bp` is missing while the calls are too few. */
export interface PhoneShare {
  calls: number
  answered: number
  not_answered: number
  busy: number
  wrong_number: number
  not_made: number
  share_bp?: number
}

export interface EstatePhones {
  days: number
  enough: number
  party: PhoneShare
  station: PhoneShare
}
