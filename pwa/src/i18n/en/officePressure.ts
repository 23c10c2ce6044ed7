import type { Messages } from '..'
import type { pressure as source } from '../zh-CN/officePressure'

export const pressure: Messages<typeof source> = {
  title: 'Pressure told of',
  lead: 'Residents told the centre that somebody asked them to withdraw, to say “solved” or to change a rating. Only the centre, the leading group’s office and auditors read it; the party, the station and the town do not, and their matter shows no trace of it.',
  none: 'Nobody has told of any',
  none_hint: 'Residents can tell the centre at the bottom of their own matter’s page.',
  was_asked: 'Asked to: {what}',
  waits: 'not looked into',
  looked: 'looked into {when}',
  who: 'Asked by: {who} · told {when}',
  about: '{party} had to answer then; told of {n} time within a year|{party} had to answer then; told of {n} times within a year',
  finding_is: 'Found: {words}',
  settle: 'Write down what was found',
  finding: 'What was found',
  finding_hint: 'Whom you asked and what came of it. Do not ask the party “who said so”.',
  finding_need: 'Please write what was found',
  finding_go: 'Save',
  settled: 'Saved',
  signs: 'Worth asking about',
  signs_hint: 'Matters withdrawn within two days of a contact. A sign only: nobody’s fault, and no score moves by it.',
  sign_times: 'contacted {contact}, withdrawn {withdrawn}',
}
