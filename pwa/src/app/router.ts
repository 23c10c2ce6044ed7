import { createRouter, createWebHistory, type RouteRecordRaw } from 'vue-router'
import { allWords, errorWords, type OwnWords } from '@/i18n'
import type { Role } from '@/api/types'
import { toast } from '@/ui/toast'
import { account, factorDue, isStaff, roleGroup, roles, type RoleGroup } from './session'

declare module 'vue-router' {
  interface RouteMeta {
    /** Anybody may open it, signed in or not. */
    open?: boolean
    /** Only these work here; others get the page that says so. */
    groups?: RoleGroup[]
    /** Within the groups, only who holds one of these, whichever he works as now. */
    roles?: Role[]
    /** Shows the tab bar and lights this tab (a path of tabs.ts). Without it the page stands alone with its back arrow. */
    tab?: string
    /** Drawn without the app's frame: posters for the printer. */
    bare?: boolean
    /** A page of those who work here: it speaks the words of offices. */
    office?: boolean
    /** A page whose words come with it, in a file of their own. */
    words?: OwnWords
  }
}

/** Every feature brings its own routes.ts, so that nobody has to edit this file for a page. */
const features = import.meta.glob<{ routes: RouteRecordRaw[] }>('../features/*/routes.ts', { eager: true })

const routes: RouteRecordRaw[] = [
  ...Object.values(features).flatMap((feature) => feature.routes),
  { path: '/denied', name: 'denied', component: () => import('./Denied.vue'), meta: { open: true } },
  { path: '/:rest(.*)*', name: 'gone', component: () => import('./Gone.vue'), meta: { open: true } },
]

if (import.meta.env.DEV) {
  routes.unshift({ path: '/dev/gallery', name: 'gallery', component: () => import('../dev/Gallery.vue'), meta: { open: true } })
}

export const router = createRouter({
  history: createWebHistory(),
  routes,
  scrollBehavior: (_to, _from, saved) => saved ?? { top: 0 },
})

router.beforeEach((to) => {
  if (to.meta.open) return true
  // The page before stays in the history: whoever came from a poster goes back to it.
  if (!account.value) return { name: 'sign-in', query: to.fullPath === '/' ? {} : { next: to.fullPath } }
  if (factorDue.value && to.name !== 'second-factor') return { name: 'second-factor', query: to.fullPath === '/' ? {} : { next: to.fullPath }, replace: true }
  if (to.meta.groups && !to.meta.groups.includes(roleGroup.value)) return { name: 'denied', replace: true }
  if (to.meta.roles && !to.meta.roles.some((one) => roles.value.includes(one))) return { name: 'denied', replace: true }
  return true
})

/** Pages whose words are in the first part of the dictionary; the rest follows them when the phone has time. */
const EARLY = /^\/($|tickets(\/|$)|outbox$|rate$)/

router.beforeResolve(async (to) => {
  // Whoever works here meets office forms on a ticket's page too.
  const words = allWords(to.meta.office || isStaff.value, to.meta.words)
  if (to.meta.words || !EARLY.test(to.path)) await words
  else words.catch(() => undefined)
})

/** A page whose file did not come on a weak line: the one before stays, and says why. */
router.onError(() => {
  if (router.currentRoute.value.matched.length > 0) toast(errorWords('network.unreachable'))
})

/** A page says its name to the ear: focus goes to its content after each move. */
router.afterEach((to, from, failure) => {
  if (failure || to.path === from.path || from.matched.length === 0) return
  setTimeout(() => document.getElementById('content')?.focus({ preventScroll: true }), 50)
})
