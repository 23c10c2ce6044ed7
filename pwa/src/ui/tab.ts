import type { IconName } from './icons'

/** One tab of the bar. */
export interface Tab {
  to: string
  icon: IconName
  label: string
  /** The one in the middle that starts something. */
  main?: boolean
  count?: number
}
