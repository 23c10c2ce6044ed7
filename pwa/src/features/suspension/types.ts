import type { components } from '@/api/schema'

export type Suspension = components['schemas']['TicketSuspensionView']
export type SuspensionList = components['schemas']['TicketSuspensionList']
export type PublicSuspensions = components['schemas']['TicketPublicSuspensions']
export type SuspensionCause = NonNullable<Suspension['cause']>

/** The steps of offices and parties that have a sheet. */
const STEPS = ['suspension_ask', 'suspension', 'suspension_review', 'suspension_clear'] as const
export type SuspensionStep = (typeof STEPS)[number]
export const isSuspensionStep = (step?: string): step is SuspensionStep => STEPS.some((one) => one === step)

/** Why a matter may be suspended, in the order of the rule. */
export const CAUSES: SuspensionCause[] = ['needs_maintenance_fund', 'renovation_project', 'developer_legacy', 'litigation', 'legislation']
