import { today } from '@/app/day'
import type { BaselineClass, BuildingRow, ContactCard, EstateDetail, ServiceMode, ServiceTerm } from '../score/types'

/** The shapes of the place routes that these pages draw. */
export type { BaselineClass, BuildingRow, ContactCard, EstateDetail, ServiceMode, ServiceTerm }

export const CLASSES: BaselineClass[] = ['professional', 'unit_compound', 'ownerless_building']
export const MODES: ServiceMode[] = ['professional', 'owner_self_governed', 'unit_self_managed', 'community_trusteeship', 'none']

export type EstateRow = Omit<EstateDetail, 'community_id' | 'town_id' | 'address' | 'contact' | 'buildings_list' | 'terms'>

export interface EstateList {
  items: EstateRow[]
  next?: string
  /** Of all pages; the first one brings it. */
  total?: number
  /** How many of them have something overdue. */
  late?: number
}

export interface BuildingDetail extends BuildingRow {
  estate_name: string
  community_name: string
  contact: ContactCard
  facts: { answers: string; last_cleaned_at?: string; open: number; overdue: number }
  may_print_poster: boolean
}

export interface Poster {
  token: string
  url: string
  building_name: string
  estate_name: string
  community_name: string
  contact: ContactCard
}

export interface PartyRow {
  id: number
  kind: string
  name: string
  phone24: string
}

export interface Division {
  id: number
  level: 'county' | 'town' | 'community'
  parent_id?: number
  name: string
}

export interface RowError {
  row: number
  column?: string
  /** What stands in the cell, cut short. */
  value?: string
  code: string
  params?: Record<string, string | number>
}

export interface ImportReport {
  rows: number
  accepted: number
  created: { communities: number; estates: number; buildings: number; units: number }
  updated: number
  /** Bodies that nobody knew; near is one that is there already and differs by one sign. */
  new_parties?: { row: number; name: string; near?: string }[]
  errors: RowError[] | null
  more_errors?: number
  committed: boolean
}

/** A building that is an estate of its own is named once. */
export function buildingWords(estate: string, building: string): string {
  return estate === building ? estate : `${estate} ${building}`
}

/** A term ends before the day that it names: on that day the next one serves. */
export function runs(term: ServiceTerm): boolean {
  return term.valid_from <= today() && (!term.valid_to || today() < term.valid_to)
}
