import type { Messages } from '..'
import type { rating as source } from '../zh-CN/rating'

export const rating: Messages<typeof source> = {}
