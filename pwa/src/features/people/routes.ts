import type { RouteRecordRaw } from 'vue-router'
import { tabOfAdmin } from '@/app/session'

export const routes: RouteRecordRaw[] = [
  { path: '/requests', name: 'requests', component: () => import('./MembershipRequestsPage.vue'), beforeEnter: tabOfAdmin, meta: { office: true, groups: ['operator', 'officer'] } },
  { path: '/appointments', name: 'appointments', component: () => import('./AppointmentsPage.vue'), beforeEnter: tabOfAdmin, meta: { office: true, groups: ['officer'], roles: ['center_officer', 'leading_group_office', 'auditor', 'admin'] } },
]
