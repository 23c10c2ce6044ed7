import type { Messages } from '..'
import type { promise as source } from '../zh-CN/officePromise'

export const promise: Messages<typeof source> = {
  title: 'Promises kept',
  hint: 'Promises that ended in the last {days} {days~day~days}. Published by itself, no part of the score; fewer than {n} give no rate.',
  none: 'No promise has ended yet',
  few: '{n} ended: too few for a rate',
  of: '{n} in all: kept by the day {kept}, kept by a later day {later}, done in time and nobody answered {done}, a word that nobody answered {said}, not kept {broken}, day passed in silence {silent}; {neither} more not counted',
  here: 'This place',
  party: '{party}, whole county',
  how: 'How is this computed?',
  how_words: 'A kept promise counts 1; done in time with no answer {half}; a mere word with no answer {said}; not kept or silent 0. Each later day named in time takes {cost} of it. The answer of somebody whose home is not verified yet, or who works for the party, counts as no answer; what was there within {hours} {hours~hour~hours} of the promise does not count. Together {worth} ÷ {n}.',
  list: 'See these promises ({n})',
  hidden: '{n} more {n~is~are} other people’s matters: counted, not shown.',
  row_open: 'Not due yet',
  row_asked: 'Due: the reporter is asked',
  row_due: 'Promised by {when}',
  row_as: 'In the rate it counts as: {as}',
  row_not: 'Not counted in the rate',
  row_moved: 'Promised by {when}, first for {first}',
}
