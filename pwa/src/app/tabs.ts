import { computed } from 'vue'
import { useRouter } from 'vue-router'
import { t } from '@/i18n'
import { useOutbox } from '@/outbox/useOutbox'
import type { IconName } from '@/ui/icons'
import type { Tab } from '@/ui/tab'
import { currentRole, roleGroup, type RoleGroup } from './session'

interface TabRule {
  to: string
  icon: IconName
  label: Parameters<typeof t>[0]
  main?: boolean
}

const HOME: TabRule = { to: '/', icon: 'home', label: 'common.tab_home' }
const ME: TabRule = { to: '/me', icon: 'person', label: 'common.tab_me' }
const TICKETS: TabRule = { to: '/tickets', icon: 'ticket', label: 'common.tab_tickets' }
const REPORT: TabRule = { to: '/tickets/new', icon: 'plus', label: 'common.tab_report', main: true }

const RULES: Record<RoleGroup, TabRule[]> = {
  resident: [HOME, TICKETS, REPORT, { to: '/scores', icon: 'star', label: 'common.tab_scores' }, ME],
  building_steward: [HOME, { to: '/building', icon: 'building', label: 'common.tab_building' }, REPORT, TICKETS, ME],
  operator: [{ to: '/desk', icon: 'desk', label: 'common.tab_desk' }, { to: '/overview', icon: 'chart', label: 'common.tab_overview' }, REPORT, { to: '/scores', icon: 'star', label: 'common.tab_scores' }, ME],
  officer: [{ to: '/overview', icon: 'chart', label: 'common.tab_overview' }, { to: '/desk', icon: 'desk', label: 'common.tab_desk' }, { to: '/estates', icon: 'building', label: 'common.tab_estates' }, { to: '/scores', icon: 'star', label: 'common.tab_scores' }, ME],
}

/** An administrator sees no tickets: his work is people and registers. */
const ADMIN: TabRule[] = [
  { to: '/appointments', icon: 'person', label: 'common.tab_appointments' },
  { to: '/requests', icon: 'people', label: 'common.tab_requests' },
  { to: '/import', icon: 'download', label: 'common.tab_import' },
  { to: '/estates', icon: 'building', label: 'common.tab_estates' },
  ME,
]

export function tabRules(): TabRule[] {
  return currentRole.value === 'admin' ? ADMIN : RULES[roleGroup.value]
}

/** The tabs of the role in which this person works. A tab whose page does not exist is not shown. */
export function useTabs() {
  const router = useRouter()
  const { waiting } = useOutbox()
  const exists = (path: string) => router.resolve(path).name !== 'gone'
  return computed<Tab[]>(() =>
    tabRules()
      .filter((rule) => exists(rule.to))
      .map((rule) => ({
        to: rule.to,
        icon: rule.icon,
        label: t(rule.label),
        main: rule.main,
        count: rule.to === '/me' ? waiting.value.length : undefined,
      })),
  )
}
