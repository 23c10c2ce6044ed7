import { desk } from './desk'
import { bulletin } from './officeBulletin'
import { closing_sign } from './officeClosing'
import { duty } from './officeDuty'
import { error } from './officeError'
import { handover } from './officeHandOver'
import { joint } from './officeJoint'
import { overview } from './overview'
import { people } from './officePeople'
import { place } from './officePlace'
import { pressure } from './officePressure'
import { promise } from './officePromise'
import { ticket } from './officeTicket'

/** Words of the pages on which people work: a resident's phone never fetches them. */
export const office = { bulletin, closing_sign, desk, duty, overview, handover, joint, people, place, pressure, promise, ticket, error }
