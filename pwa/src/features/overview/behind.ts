import type { RouteLocationRaw } from 'vue-router'
import { currentRole, roleGroup } from '@/app/session'
import type { Box, Filter } from '../desk/queue'

/** The box whose tickets the overview counts: an officer's area, a station's community, else what the party must answer. */
export function boxOfFigures(): Box {
  return roleGroup.value === 'officer' || currentRole.value === 'station_staff' ? 'all' : 'desk'
}

/** The desk's list behind a figure. */
export function behind(filter: Filter, of: { group?: string; party?: number; estate?: number; building?: number } = {}): RouteLocationRaw {
  return { path: '/desk', query: { box: boxOfFigures(), filter, ...of } }
}
