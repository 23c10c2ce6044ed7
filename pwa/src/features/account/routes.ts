import type { RouteRecordRaw } from 'vue-router'

export const routes: RouteRecordRaw[] = [
  { path: '/sign-in', name: 'sign-in', component: () => import('./SignInPage.vue'), meta: { open: true } },
  { path: '/setup', name: 'setup', component: () => import('./SetupPage.vue'), meta: { open: true, words: 'once' } },
  { path: '/me', name: 'me', component: () => import('./MePage.vue'), meta: { tab: '/me' } },
  { path: '/second-factor', name: 'second-factor', component: () => import('./SecondFactorPage.vue'), meta: { words: 'once' } },
  { path: '/second-factor/codes', name: 'recovery-codes', component: () => import('./RenewCodesPage.vue'), meta: { words: 'once' } },
  { path: '/privacy', name: 'privacy', component: () => import('./PrivacyPage.vue'), meta: { open: true, words: 'slip' } },
  { path: '/diag', name: 'diag', component: () => import('./DiagPage.vue'), meta: { open: true, words: 'once' } },
]
