import { onBeforeUnmount, ref } from 'vue'
import { sendJson } from '@/api/http'

/** A code to one's own phone, with the seconds until the next one may be asked for. */
export function useOwnCode() {
  const requestId = ref('')
  const wait = ref(0)
  let timer: ReturnType<typeof setInterval> | undefined
  onBeforeUnmount(() => clearInterval(timer))

  async function ask(): Promise<void> {
    const answer = await sendJson<{ request_id: string; resend_after: number }>('/api/v1/me/codes', { method: 'POST' })
    requestId.value = answer.request_id
    clearInterval(timer)
    wait.value = answer.resend_after
    timer = setInterval(() => {
      wait.value -= 1
      if (wait.value <= 0) clearInterval(timer)
    }, 1000)
  }

  return { requestId, wait, ask }
}
