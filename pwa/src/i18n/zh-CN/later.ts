import { desk } from './desk'
import { overview } from './overview'
import { people } from './people'
import { place } from './place'

/** Words that the first screen can do without; they are fetched right behind it. */
export const later = { desk, overview, people, place }
