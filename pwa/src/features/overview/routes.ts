import type { RouteRecordRaw } from 'vue-router'
import { home, isStaff } from '@/app/session'

/** Whoever lives somewhere wants to know about that place: its page opens at once. */
function ownEstate(): true | string {
  return !isStaff.value && home.value ? `/estates/${home.value.estate_id}` : true
}

export const routes: RouteRecordRaw[] = [
  { path: '/overview', name: 'overview', component: () => import('./OverviewPage.vue'), meta: { office: true, tab: '/overview', groups: ['operator', 'officer'] } },
  { path: '/overview/missed/:party(\\d+)', name: 'missed-before', component: () => import('./MissedBeforePage.vue'), meta: { office: true, groups: ['officer', 'operator'] } },
  { path: '/pressures', name: 'pressures', component: () => import('./PressurePage.vue'), meta: { office: true, groups: ['officer'], roles: ['center_officer', 'leading_group_office', 'auditor'] } },
  { path: '/closings', name: 'closings', component: () => import('./ClosingSignsPage.vue'), meta: { office: true, groups: ['officer'], roles: ['center_officer', 'leading_group_office', 'auditor'] } },
  { path: '/scores', name: 'scores', component: () => import('./ScoresPage.vue'), beforeEnter: ownEstate, meta: { office: true, tab: '/scores' } },
]
