import type { RouteRecordRaw } from 'vue-router'

export const routes: RouteRecordRaw[] = [
  { path: '/causes/:id(\\d+)?', component: () => import('./CausesPage.vue'), meta: { office: true, groups: ['operator', 'officer'] } },
]
