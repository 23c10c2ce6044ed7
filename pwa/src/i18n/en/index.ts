import type { Messages } from '..'
import type { zh } from '../zh-CN'
import { common } from './common'
import { error } from './error'
import { rating } from './rating'
import { score } from './score'
import { ticket } from './ticket'

export const en: { [Area in keyof typeof zh]: Messages<(typeof zh)[Area]> } = { common, ticket, rating, score, error }
