import type { components } from '@/api/schema'

export type Callback = components['schemas']['TicketCallbackView']
export type CallbackList = components['schemas']['TicketCallbackList']
export type CallbackShare = components['schemas']['TicketCallbackShare']
export type ContactCard = components['schemas']['TicketContactCard']
export type CallbackSaid = 'solved' | 'not_solved' | 'not_reached'
