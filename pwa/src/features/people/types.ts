import type { Membership, Role, ScopeKind } from '@/api/types'

export interface RequestRow extends Membership {
  relation: 'owner' | 'occupant'
  /** In full, for those who compare it with the roll; empty where none was given. */
  account_name: string
  phone_masked: string
  asked_at: string
}

export interface AppointmentRow extends Membership {
  account_id: number
  account_name: string
  phone_masked: string
  /** Told to administrators only. */
  second_factor?: boolean
}

export interface AppointmentList {
  items: AppointmentRow[]
  next?: string
  /** Of all pages; with the first page only. */
  total?: number
}

/** How a residence was proved. The proof is looked at, never kept. */
export const METHODS = ['owner_roll', 'household_code', 'visit', 'other'] as const

/** Roles that people are appointed to, and where each is held. */
export const SCOPES: Partial<Record<Role, ScopeKind>> = {
  building_steward: 'building',
  operator_staff: 'handling_party',
  operator_manager: 'handling_party',
  owning_unit_staff: 'handling_party',
  agency_staff: 'handling_party',
  utility_staff: 'handling_party',
  station_staff: 'community',
  town_officer: 'town',
  center_officer: 'county',
  leading_group_office: 'county',
  seconded_officer: 'county',
  committee_member: 'estate',
  mediator: 'community',
  inspector: 'county',
  expert: 'county',
  finance_officer: 'county',
  auditor: 'county',
  admin: 'county',
}

/** The county's own offices: given by the administrator only. */
export const COUNTY_OFFICES: Role[] = ['center_officer', 'leading_group_office', 'seconded_officer', 'finance_officer', 'auditor', 'admin']

/** Which kind of body a role is held for. */
export const PARTY_KINDS: Partial<Record<Role, string>> = {
  owning_unit_staff: 'owning_unit',
  agency_staff: 'agency',
  utility_staff: 'utility_company',
}
