import type { RouteRecordRaw } from 'vue-router'

export const routes: RouteRecordRaw[] = [
  { path: '/callbacks', name: 'callbacks', component: () => import('./CallbacksPage.vue'), meta: { office: true, groups: ['operator', 'officer'] } },
]
