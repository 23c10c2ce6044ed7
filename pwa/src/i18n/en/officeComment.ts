import type { Messages } from '..'
import type { comment as source } from '../zh-CN/officeComment'

export const comment: Messages<typeof source> = {
  title: 'What residents wrote',
  lead: 'Words written with the ratings that are always open. Names, numbers and homes are taken out; who wrote them, how many stars and on which day is not said, and their order is shuffled.',
  none: 'Nothing that you may read yet',
  none_hint: 'Words are shown together, when a score is published and at least {n} {n~home has~homes have} written something new, so that nobody can be guessed.',
}
