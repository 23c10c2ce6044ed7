import { shallowRef } from 'vue'

export interface ToastMessage {
  text: string
  tone?: 'plain' | 'good' | 'bad'
  action?: { label: string; run: () => void }
}

const STAYS = 4_000
/** As long as one may take back. */
export const STAYS_WITH_ACTION = 10_000

export const shownToast = shallowRef<ToastMessage | null>(null)
/** Where toasts can be shown, the topmost last: the page, and each sheet that lies over it. */
export const toastPlaces = shallowRef<symbol[]>([])
let timer: ReturnType<typeof setTimeout> | undefined

/** One short line at a time. What must be read belongs on the page, not here. */
export function toast(text: string, more: Omit<ToastMessage, 'text'> = {}): void {
  clearTimeout(timer)
  shownToast.value = { text, ...more }
  timer = setTimeout(dropToast, more.action ? STAYS_WITH_ACTION : STAYS)
}

export function dropToast(): void {
  clearTimeout(timer)
  shownToast.value = null
}
