import type { RouteRecordRaw } from 'vue-router'

export const routes: RouteRecordRaw[] = [
  { path: '/progress', name: 'progress', component: () => import('./ProgressPage.vue'), meta: { open: true, words: 'slip' } },
  { path: '/tickets/:id(\\d+)/slip', name: 'slip', component: () => import('./SlipPrint.vue'), meta: { bare: true, words: 'slip' } },
]
