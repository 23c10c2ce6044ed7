import { bulletin } from './laterBulletin'
import { joint } from './laterJoint'
import { common } from './laterCommon'
import { error } from './laterError'
import { ticket } from './laterTicket'
import { ledger } from './ledger'
import { people } from './people'
import { place } from './place'
import { score } from './laterScore'

/** Words that the first screen can do without; they are fetched right behind it. */
export const later = { bulletin, common, joint, ticket, people, place, score, ledger, error }
