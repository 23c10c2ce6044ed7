import { common } from './common'
import { desk } from './desk'
import { error } from './error'
import { overview } from './overview'
import { people } from './people'
import { place } from './place'
import { rating } from './rating'
import { score } from './score'
import { ticket } from './ticket'

export const zh = { common, ticket, place, people, rating, score, desk, overview, error }
