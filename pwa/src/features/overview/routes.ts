import type { RouteRecordRaw } from 'vue-router'

export const routes: RouteRecordRaw[] = [
  { path: '/overview', name: 'overview', component: () => import('./OverviewPage.vue'), meta: { office: true, tab: '/overview', groups: ['operator', 'officer'] } },
  { path: '/scores', name: 'scores', component: () => import('./ScoresPage.vue'), meta: { office: true, tab: '/scores' } },
]
