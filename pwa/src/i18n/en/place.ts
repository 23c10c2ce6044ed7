import type { Messages } from '..'
import type { place as source } from '../zh-CN/place'

export const place: Messages<typeof source> = {}
