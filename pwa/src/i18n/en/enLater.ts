import type { Messages } from '..'
import type { later as source } from '../zh-CN/later'
import { error } from './laterError'
import { ledger } from './ledger'
import { people } from './people'
import { place } from './place'

export const later: { [Area in keyof typeof source]: Messages<(typeof source)[Area]> } = { people, place, ledger, error }
