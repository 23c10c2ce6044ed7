import type { RouteLocationNormalized, RouteRecordRaw } from 'vue-router'
import { home, isStaff } from '@/app/session'

/** Where somebody lives is his own tab; any other place stands alone with its way back. */
function ownPlace(to: RouteLocationNormalized): true {
  if (!isStaff.value && home.value?.estate_id === Number(to.params.id)) to.meta.tab = '/scores'
  return true
}

export const routes: RouteRecordRaw[] = [
  { path: '/estates/:id(\\d+)', name: 'estate', component: () => import('./EstatePage.vue'), beforeEnter: ownPlace },
  { path: '/estates/:id(\\d+)/score', name: 'explanation', component: () => import('./ExplainPage.vue'), meta: { words: 'explained' } },
]
