import { common } from './common'
import { error } from './error'
import { rating } from './rating'
import { score } from './score'
import { ticket } from './ticket'

/** The words of the frame and of the pages that a resident meets first. The others come in later.ts. */
export const zh = { common, ticket, rating, score, error }
