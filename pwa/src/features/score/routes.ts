import type { RouteRecordRaw } from 'vue-router'

export const routes: RouteRecordRaw[] = [
  { path: '/estates/:id(\\d+)', name: 'estate', component: () => import('./EstatePage.vue') },
  { path: '/estates/:id(\\d+)/score', name: 'explanation', component: () => import('./ExplainPage.vue') },
]
