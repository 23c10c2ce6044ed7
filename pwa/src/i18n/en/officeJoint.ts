import type { Messages } from '..'
import type { joint as source } from '../zh-CN/officeJoint'

export const joint: Messages<typeof source> = {
  answer_title: 'Answer the joint request',
  answer_by: 'Due {when}. Every home behind it reads the answer, and so do the offices.',
  answer_choice: 'Accepted or not',
  answer_yes: 'Accepted',
  answer_no: 'Not accepted',
  answer_choice_need: 'Please choose one',
  answer_text: 'Answer',
  answer_text_hint: 'If accepted: what will be done, and when. If not: why, and by what rule',
  answer_text_need: 'Please write the answer',
  answer_go: 'Send the answer',
  answer_done: 'Answered',
  mark_title: 'Make it a joint request',
  mark_note: 'On whose behalf',
  mark_note_hint: 'Such as: letter of the owners’ committee, several homes told the community. No names of persons',
  mark_note_need: 'Please say on whose behalf',
  mark_hint: 'The party must answer in writing within two working days. This cannot be undone.',
  mark_go: 'Make it a joint request',
  mark_done: 'Made a joint request',
}
