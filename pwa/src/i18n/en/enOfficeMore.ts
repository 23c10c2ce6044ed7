import type { Messages } from '..'
import type { officeMore as source } from '../zh-CN/officeMore'
import { callback } from './officeCallback'
import { cause } from './officeCause'
import { comment } from './officeComment'
import { suspension } from './officeSuspension'
import { template } from './officeTemplate'

/** More words of the pages on which people work, in a file of their own: each file is small. */
export const officeMore: { [Area in keyof typeof source]: Messages<(typeof source)[Area]> } = { callback, cause, comment, suspension, template }
