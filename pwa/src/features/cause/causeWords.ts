import type { components } from '@/api/schema'
import { say, t, type Key } from '@/i18n'
import type { Tone } from '@/ui/tones'

export type CauseList = components['schemas']['TicketCauseList']
export type FoundRepeat = components['schemas']['TicketFoundRepeat']
export type CauseRow = components['schemas']['TicketCauseRow']
export type Cause = components['schemas']['TicketCauseView']
export type CauseMatter = components['schemas']['TicketCauseMatter']
export type TicketCause = components['schemas']['TicketCause']
type CauseAction = Cause['actions'][number]
export type Route = NonNullable<CauseRow['route']>

/** Where the money comes from, what needs no vote first. */
export const ROUTES: Route[] = ['service_fee', 'utility_company', 'owning_unit', 'developer', 'renovation_project', 'maintenance_fund', 'common_income', 'owners_shared']

/** What every step needs but a ticket: those of a ticket stand beside it. */
const SHEETS = ['plan', 'done', 'close', 'reopen', 'assign', 'reject'] as const
export type SheetStep = (typeof SHEETS)[number]
export const isSheetStep = (action: CauseAction): action is SheetStep => SHEETS.some((one) => one === action)

export const thingWords = (thing: string) => t(`cause.thing_${thing}` as Key)
export const routeWords = (route: Route) => t(`cause.route_${route}` as Key)
/** A repeat by what it is of. */
export const keyOf = (one: Pick<FoundRepeat, 'estate_id' | 'building_id' | 'thing'>) => `${one.estate_id}-${one.building_id ?? 0}-${one.thing}`

export const stateWords = (one: { state: CauseRow['state']; late?: boolean }) => t(one.late ? 'cause.late' : (`cause.state_${one.state}` as Key))

export function stateTone(one: { state: CauseRow['state']; late?: boolean }): Tone {
  if (one.late) return 'bad'
  return ({ open: 'wait', planned: 'busy', done: 'good', closed: 'good', rejected: 'plain' } as const)[one.state]
}

/** An amount in fen, as people say it: whole yuan, and fen where there are any. */
export const moneyWords = (fen: number) => t('cause.money', { yuan: yuanOf(fen) })
/** The same beside a label that says yuan. */
export const yuanOf = (fen: number) => say.number(fen / 100, fen % 100 ? 2 : 0)

/** What it cost once the work is done, until then what it is thought to cost; empty while nobody said. */
export function costWords(one: Pick<CauseRow, 'done_on' | 'cost_fen' | 'estimate_fen'>): string {
  if (one.done_on && one.cost_fen !== undefined) return t('cause.cost_was', { money: moneyWords(one.cost_fen) })
  return one.estimate_fen === undefined ? '' : t('cause.cost_about', { money: moneyWords(one.estimate_fen) })
}

/** How often it failed, and told by how many, as far as who reads it may know. */
export const timesWords = (one: Pick<FoundRepeat, 'times' | 'households'>) =>
  one.households ? t('cause.times', { n: one.times, homes: one.households }) : t('cause.times_only', { n: one.times })

/** What was typed as yuan, in fen; undefined where it is no amount. Digits are moved, not multiplied: 0.29 is 29 fen. */
export function fenOf(typed: string): number | undefined {
  const found = /^(\d{1,9})(?:\.(\d{1,2}))?$/.exec(typed.trim().replaceAll(',', '').replaceAll('，', ''))
  return found ? Number(found[1]! + (found[2] ?? '').padEnd(2, '0')) : undefined
}
