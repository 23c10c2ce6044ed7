import type { RouteRecordRaw } from 'vue-router'
import { tabOfAdmin } from '@/app/session'

export const routes: RouteRecordRaw[] = [
  { path: '/q/:token', name: 'poster', component: () => import('./PosterPage.vue'), meta: { open: true } },
  { path: '/buildings/:id(\\d+)/poster', name: 'poster-print', component: () => import('./PosterPrint.vue'), meta: { office: true, bare: true } },
  { path: '/buildings/:id(\\d+)', name: 'building', component: () => import('./BuildingPage.vue') },
  { path: '/building', name: 'my-building', component: () => import('./MyBuildingPage.vue'), meta: { tab: '/building', groups: ['building_steward'] } },
  { path: '/estates', name: 'estates', component: () => import('./EstatesPage.vue'), meta: { office: true, tab: '/estates', groups: ['operator', 'officer'] } },
  { path: '/estates/:id(\\d+)/manage', name: 'estate-manage', component: () => import('./ManageEstatePage.vue'), meta: { office: true, groups: ['operator', 'officer'] } },
  { path: '/import', name: 'import', component: () => import('./ImportPage.vue'), beforeEnter: tabOfAdmin, meta: { office: true, groups: ['officer'], roles: ['center_officer', 'admin'] } },
]
