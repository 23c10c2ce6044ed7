import type { components } from '@/api/schema'

export type PromiseView = components['schemas']['TicketPromiseView']
export type PromiseList = components['schemas']['TicketPromiseList']
export type PromiseRow = components['schemas']['TicketPromiseRow']
export type PromiseFigure = components['schemas']['TicketPromiseFigure']

/** The steps that have a sheet. */
export type PromiseStep = 'promise' | 'promise_redate'
