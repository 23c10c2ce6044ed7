import { desk } from './desk'
import { error } from './officeError'
import { overview } from './overview'

/** Words of the pages on which people work: a resident's phone never fetches them. */
export const office = { desk, overview, error }
