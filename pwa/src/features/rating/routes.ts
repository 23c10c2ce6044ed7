import type { RouteRecordRaw } from 'vue-router'

export const routes: RouteRecordRaw[] = [{ path: '/rate', name: 'rate', component: () => import('./RatePage.vue') }]
