import type { RouteRecordRaw } from 'vue-router'

export const routes: RouteRecordRaw[] = [
  { path: '/duty', name: 'duty', component: () => import('./DutyPage.vue'), meta: { office: true, groups: ['operator', 'officer'] } },
  { path: '/phones', name: 'phones', component: () => import('./PhonesPage.vue'), meta: { office: true, groups: ['operator', 'officer'] } },
]
