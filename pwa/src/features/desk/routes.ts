import type { RouteRecordRaw } from 'vue-router'

export const routes: RouteRecordRaw[] = [
  { path: '/desk', name: 'desk', component: () => import('./DeskPage.vue'), meta: { office: true, tab: '/desk', groups: ['operator', 'officer'] } },
  { path: '/desk/handed-over', name: 'handed-over', component: () => import('./HandedOverPage.vue'), meta: { office: true, groups: ['operator', 'officer'] } },
  { path: '/desk/handed-over/:id(\\d+)', name: 'handed-over-ticket', component: () => import('./HandedOverTicketPage.vue'), meta: { office: true, groups: ['operator', 'officer'] } },
]
