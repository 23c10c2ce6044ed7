import type { Messages } from '..'
import type { office as source } from '../zh-CN/office'
import { desk } from './desk'
import { duty } from './officeDuty'
import { error } from './officeError'
import { handover } from './officeHandOver'
import { joint } from './officeJoint'
import { overview } from './overview'
import { people } from './officePeople'
import { place } from './officePlace'
import { pressure } from './officePressure'
import { ticket } from './officeTicket'

export const office: { [Area in keyof typeof source]: Messages<(typeof source)[Area]> } = { desk, duty, overview, handover, joint, people, place, pressure, ticket, error }
