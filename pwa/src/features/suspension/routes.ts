import type { RouteRecordRaw } from 'vue-router'

export const routes: RouteRecordRaw[] = [
  { path: '/suspensions', name: 'suspensions', component: () => import('./SuspensionsPage.vue'), meta: { office: true, groups: ['operator', 'officer'], roles: ['station_staff', 'town_officer', 'center_officer', 'leading_group_office', 'auditor'] } },
]
