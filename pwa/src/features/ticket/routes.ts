import type { RouteRecordRaw } from 'vue-router'
import { router } from '@/app/router'
import { currentRole, roleGroup } from '@/app/session'

/** Whoever works at the desk starts there, as far as that page exists in this release; an administrator with the people. */
export function firstPage(): true | string {
  const start = currentRole.value === 'admin' ? '/appointments' : { operator: '/desk', officer: '/overview', building_steward: '', resident: '' }[roleGroup.value]
  return start && router.resolve(start).name !== 'gone' ? start : true
}

export const routes: RouteRecordRaw[] = [
  { path: '/', name: 'home', component: () => import('./HomePage.vue'), beforeEnter: firstPage, meta: { tab: '/' } },
  { path: '/tickets', name: 'tickets', component: () => import('./TicketsPage.vue'), meta: { tab: '/tickets' } },
  { path: '/tickets/new', name: 'report', component: () => import('./ReportPage.vue') },
  { path: '/tickets/:id(\\d+)', name: 'ticket', component: () => import('./TicketPage.vue') },
  { path: '/supported/:id(\\d+)', name: 'supported', component: () => import('./SupportedPage.vue') },
  { path: '/outbox', name: 'outbox', component: () => import('./OutboxPage.vue') },
]
