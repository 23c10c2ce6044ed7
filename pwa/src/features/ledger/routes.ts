import type { RouteRecordRaw } from 'vue-router'

export const routes: RouteRecordRaw[] = [
  { path: '/ledger', name: 'ledger', component: () => import('./LedgerPage.vue'), meta: { open: true } },
]
