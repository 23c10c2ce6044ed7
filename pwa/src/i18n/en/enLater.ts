import type { Messages } from '..'
import type { later as source } from '../zh-CN/later'
import { bulletin } from './laterBulletin'
import { joint } from './laterJoint'
import { common } from './laterCommon'
import { error } from './laterError'
import { ticket } from './laterTicket'
import { ledger } from './ledger'
import { people } from './people'
import { place } from './place'
import { score } from './laterScore'

export const later: { [Area in keyof typeof source]: Messages<(typeof source)[Area]> } = { bulletin, common, joint, ticket, people, place, score, ledger, error }
