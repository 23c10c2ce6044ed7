import type { RouteRecordRaw } from 'vue-router'
import { home, isStaff } from '@/app/session'

/** Whoever lives somewhere wants to know about that place: its page opens at once. */
function ownEstate(): true | string {
  return !isStaff.value && home.value ? `/estates/${home.value.estate_id}` : true
}

export const routes: RouteRecordRaw[] = [
  { path: '/overview', name: 'overview', component: () => import('./OverviewPage.vue'), meta: { office: true, tab: '/overview', groups: ['operator', 'officer'] } },
  { path: '/scores', name: 'scores', component: () => import('./ScoresPage.vue'), beforeEnter: ownEstate, meta: { office: true, tab: '/scores' } },
]
