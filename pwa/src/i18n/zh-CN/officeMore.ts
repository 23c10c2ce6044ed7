import { callback } from './officeCallback'
import { cause } from './officeCause'
import { comment } from './officeComment'
import { suspension } from './officeSuspension'
import { template } from './officeTemplate'

/** More words of the pages on which people work, in a file of their own: each file is small. */
export const officeMore = { callback, cause, comment, suspension, template }
