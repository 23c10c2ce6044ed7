import type { Missed } from '../desk/handedOver'
import type { Band, BaselineClass, PhoneShare, RateName, ServiceMode } from '../score/types'

export interface ModeCoverage {
  service_mode: ServiceMode
  units: number
  area_c: number
}

export interface ClassCoverage {
  baseline_class: BaselineClass
  units: number
  area_c: number
  by_mode: ModeCoverage[]
}

export interface Coverage {
  units: number
  covered: number
  area_c: number
  covered_area_c: number
  by_class: ClassCoverage[]
}

export interface PartyLoad {
  handling_party_id: number
  name: string
  open: number
  overdue: number
  unanswered: number
  handed_missed_30d: number
  /** Of what is overdue or unanswered: taken over only just, and in no order yet. */
  taken_over: number
  taken_over_unanswered: number
  taken_over_overdue: number
}

/** What a party had missed when it handed a place over. */
export interface MissedBefore {
  id: number
  ticket_id: number
  number: string
  category: string
  estate_name: string
  at: string
  to_party_name: string
  missed: Missed[]
}

export interface MissedPage {
  party_name: string
  items: MissedBefore[]
  next?: string
}

export interface GroupLoad {
  group: string
  open: number
  filed_30d: number
}

export interface Overview {
  open: number
  overdue: number
  unanswered: number
  waiting_confirm: number
  closed_30d: number
  filed_30d: number
  filed_prev_30d: number
  median_hours_resolve?: number
  handed_over_30d: number
  handed_missed_30d: number
  coverage: Coverage
  worst: PartyLoad[]
  by_group: GroupLoad[]
  by_day: { on: string; filed: number; closed: number }[]
}

export interface ListedScore {
  unit_kind: 'estate' | 'service_package' | 'community'
  unit_id: number
  estate_id?: number
  name: string
  baseline_class: BaselineClass
  t: number
  s: number
  band: Band
  provisional: boolean
  rated: boolean
  tickets: number
}

export interface ListedPrior {
  class: BaselineClass
  rate: RateName
  x: string
  n: string
  p0: number
}

export interface ScoreList {
  items: ListedScore[]
  priors: ListedPrior[]
}

export interface Division {
  id: number
  code: string
  name: string
  level: string
  parent_id?: number
}

/** A town's line of how often posted phones were answered. */
export interface TownPhones {
  town_id: number
  /** Instead of a town, for an office that looks after communities. */
  community_id?: number
  town_name: string
  parties: PhoneShare
  stations: PhoneShare
}

export interface TownPhoneList {
  days: number
  all: PhoneShare
  items: TownPhones[]
}
