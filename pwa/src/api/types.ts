/** Shapes that the foundation itself leans on; pages take theirs from the generated schema. */
export type Role =
  | 'resident'
  | 'building_steward'
  | 'operator_staff'
  | 'operator_manager'
  | 'owning_unit_staff'
  | 'station_staff'
  | 'town_officer'
  | 'center_officer'
  | 'leading_group_office'
  | 'seconded_officer'
  | 'agency_staff'
  | 'utility_staff'
  | 'mediator'
  | 'inspector'
  | 'expert'
  | 'committee_member'
  | 'finance_officer'
  | 'auditor'
  | 'admin'

export type ScopeKind = 'unit' | 'building' | 'estate' | 'handling_party' | 'community' | 'town' | 'county'

export interface Membership {
  id: number
  role: Role
  status: 'pending' | 'approved' | 'ended' | 'refused'
  scope_kind: ScopeKind
  scope_id: number
  scope_name: string
  valid_from: string
  valid_to?: string
  method?: string
}

export interface Home {
  estate_id: number
  estate_name: string
  building_id: number
  building_name: string
  entrance_name?: string
  unit_id?: number
  unit_name?: string
  approved: boolean
}

/** How things stand with somebody's second factor. */
export interface SecondFactor {
  on: boolean
  since?: string
  recovery_left: number
  rule: 'none' | 'may' | 'must'
  /** Nothing else is open to this account until it has one. */
  due: boolean
}

export interface Account {
  id: number
  name: string
  phone_masked: string
  locale: 'zh-CN' | 'en'
  has_password: boolean
  /** Missing in what a phone remembered from an earlier release. */
  second_factor?: SecondFactor
  memberships: Membership[]
  home?: Home
}
