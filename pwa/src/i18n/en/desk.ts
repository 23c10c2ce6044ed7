import type { Messages } from '..'
import type { desk as source } from '../zh-CN/desk'

export const desk: Messages<typeof source> = {}
