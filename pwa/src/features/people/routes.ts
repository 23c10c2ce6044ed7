import type { RouteRecordRaw } from 'vue-router'

export const routes: RouteRecordRaw[] = [
  { path: '/requests', name: 'requests', component: () => import('./MembershipRequestsPage.vue'), meta: { office: true, groups: ['operator', 'officer'] } },
  { path: '/appointments', name: 'appointments', component: () => import('./AppointmentsPage.vue'), meta: { office: true, groups: ['officer'], roles: ['center_officer', 'leading_group_office', 'auditor', 'admin'] } },
]
