import type { RouteRecordRaw } from 'vue-router'

export const routes: RouteRecordRaw[] = [
  { path: '/bulletins', name: 'bulletins', component: () => import('./BulletinsPage.vue'), meta: { office: true, groups: ['operator', 'officer'] } },
]
