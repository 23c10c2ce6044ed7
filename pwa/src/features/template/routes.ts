import type { RouteRecordRaw } from 'vue-router'

export const routes: RouteRecordRaw[] = [
  { path: '/reply-templates', name: 'reply-templates', component: () => import('./TemplatesPage.vue'), meta: { office: true, groups: ['operator', 'officer'] } },
]
