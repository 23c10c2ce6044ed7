import { error } from './laterError'
import { ledger } from './ledger'
import { people } from './people'
import { place } from './place'

/** Words that the first screen can do without; they are fetched right behind it. */
export const later = { people, place, ledger, error }
