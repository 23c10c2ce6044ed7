import { sendJson } from '@/api/http'
import type { Home } from '@/api/types'
import { locale } from '@/i18n'
import type { ContactCard } from '../score/types'

/** Where something is: an estate, and as much more as is known. */
export interface Place {
  estateId: number
  estateName: string
  buildingId?: number
  buildingName?: string
  entranceId?: number
  entranceName?: string
  unitId?: number
  unitName?: string
}

export interface FoundPlace {
  kind: 'estate' | 'building'
  estate_id: number
  estate_name: string
  building_id?: number
  building_name?: string
  community_name: string
}

export interface UnitRow {
  id: number
  entrance_id: number
  entrance_name: string
  floor: number
  name: string
}

export interface PosterCard {
  building_id: number
  building_name: string
  estate_id: number
  estate_name: string
  community_name: string
  address: string
  contact: ContactCard
  small_building: boolean
}

export function placeWords(place: Place): string {
  const building = place.buildingName === place.estateName ? undefined : place.buildingName
  const parts = [place.estateName, building, place.entranceName, place.unitName].filter(Boolean)
  return parts.join(locale.value === 'en' ? ', ' : ' ')
}

/** The home, with the flat only where the matter is inside it. */
export function placeOfHome(home: Home, inside: boolean): Place {
  const place: Place = { estateId: home.estate_id, estateName: home.estate_name, buildingId: home.building_id, buildingName: home.building_name }
  if (inside && home.unit_id) return { ...place, unitId: home.unit_id, entranceName: home.entrance_name, unitName: home.unit_name }
  return place
}

export function placeOfPoster(poster: PosterCard): Place {
  return { estateId: poster.estate_id, estateName: poster.estate_name, buildingId: poster.building_id, buildingName: poster.building_name }
}

export async function searchPlaces(words: string, signal?: AbortSignal): Promise<FoundPlace[]> {
  const answer = await sendJson<{ items: FoundPlace[] }>(`/api/v1/places?q=${encodeURIComponent(words)}`, { signal })
  return answer.items
}

export async function unitsOf(buildingId: number): Promise<UnitRow[]> {
  const answer = await sendJson<{ items: UnitRow[] }>(`/api/v1/buildings/${buildingId}/units`)
  return answer.items
}
