import { onBeforeUnmount, ref } from 'vue'
import { STAYS_WITH_ACTION } from '@/ui/toast'

/** Something said that is sent a little later: until then it can be taken back. Whoever leaves the page has not taken it back. */
export function useTakeBack(send: () => void) {
  const pending = ref(false)
  let timer: ReturnType<typeof setTimeout> | undefined

  function takeBack(): void {
    clearTimeout(timer)
    pending.value = false
  }

  function now(): void {
    if (!pending.value) return
    takeBack()
    send()
  }

  function begin(): void {
    takeBack()
    pending.value = true
    timer = setTimeout(now, STAYS_WITH_ACTION)
  }

  window.addEventListener('pagehide', now)
  onBeforeUnmount(() => {
    window.removeEventListener('pagehide', now)
    now()
  })

  return { pending, begin, takeBack }
}
