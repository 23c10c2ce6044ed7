import type { Tone } from '@/ui/tones'

/** The colour of a step in the thread. */
const STEP_TONES: Record<string, Tone> = {
  done: 'good',
  confirm: 'good',
  relay_confirm: 'good',
  send_back: 'bad',
  reopen: 'bad',
  callback_confirm: 'good',
  contact_view: 'wait',
  office_contact: 'good',
  remind: 'wait',
  urge: 'wait',
  extend: 'wait',
  pause_parts: 'wait',
  pause_day: 'wait',
  pause_unreached: 'wait',
  resume: 'busy',
  suspension_ask: 'wait',
  suspension: 'wait',
  suspension_review: 'wait',
  suspension_object: 'bad',
  suspension_clear: 'busy',
  promise: 'wait',
  promise_redate: 'wait',
  promise_said: 'busy',
  promise_kept: 'good',
  promise_broken: 'bad',
  escalate: 'bad',
  call: 'bad',
  joint: 'wait',
  joint_answer: 'busy',
  start: 'busy',
  progress: 'busy',
  done_said: 'busy',
}

export function stepTone(action: string): Tone {
  return STEP_TONES[action] ?? 'plain'
}
