import type { Messages } from '..'
import type { office as source } from '../zh-CN/office'
import { desk } from './desk'
import { error } from './officeError'
import { overview } from './overview'

export const office: { [Area in keyof typeof source]: Messages<(typeof source)[Area]> } = { desk, overview, error }
