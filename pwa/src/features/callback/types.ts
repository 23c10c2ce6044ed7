import type { components } from '@/api/schema'

export type Callback = components['schemas']['TicketCallbackView']
export type CallbackList = components['schemas']['TicketCallbackList']
export type CallbackShare = components['schemas']['TicketCallbackShare']
export type ContactCard = components['schemas']['TicketContactCard']
export type CallbackSaid = keyof typeof RESULTS

/** What a result is called, and its button that sends it. */
export const RESULTS = {
  solved: { name: 'callback.solved', go: 'callback.solved_go' },
  not_solved: { name: 'callback.not_solved', go: 'callback.not_solved_go' },
  not_reached: { name: 'callback.not_reached', go: 'callback.not_reached_go' },
} as const
