import { computed, onBeforeUnmount, onMounted, provide, ref, watch } from 'vue'
import { sendJson } from '@/api/http'
import { useAction } from '@/app/action'
import { offline } from '@/app/network'
import { useResource } from '@/app/resource'
import { allWords, t } from '@/i18n'
import { useOutbox } from '@/outbox/useOutbox'
import { ask } from '@/ui/ask'
import { toast } from '@/ui/toast'
import { waitsForReader } from './delay'
import { isConflict, newsOf, REFUSED, somebodyWasFaster } from './meanwhile'
import type { Ticket } from './types'

const LOOK_AGAIN = 20_000

type Move = 'acknowledge' | 'contact_confirm' | 'start' | 'progress' | 'withdraw' | 'urge' | 'contact_share' | 'contact_hide' | 'suspension_object'

/** One ticket: kept on the phone, looked at again every 20 s while it is on the screen, and after everything that was sent about it. */
export function useTicket(id: number) {
  /** Somebody else was faster: show what is so now, and say so above it. */
  const changed = ref('')
  const resource = useResource((signal) => sendJson<Ticket>(`/api/v1/tickets/${id}`, { signal }), `ticket/${id}`)
  const ticket = resource.data
  const { items } = useOutbox()

  /** What this phone still holds about this ticket. */
  const waiting = computed(() => items.value.filter((item) => Number(item.params.id) === id && item.state !== 'sent'))
  const waitingMessages = computed(() => waiting.value.filter((item) => item.kind === 'message'))
  /** An answer that waits on the phone: no button may ask for it again. One about a promise is told where the promise stands. */
  const waitingAnswer = computed(() => waiting.value.find((item) => item.kind !== 'message' && item.kind !== 'promise'))
  /** That an answer is being sent has been said, so that it has arrived is said as well. */
  let onItsWay = false
  function tellQueued(): void {
    onItsWay = !offline.value
    toast(t(offline.value ? 'common.saved_on_phone' : 'common.outbox_state_sending'), { tone: 'good' })
  }
  const sentCount = computed(() => items.value.filter((item) => Number(item.params.id) === id && item.state === 'sent').length)
  watch(sentCount, () => {
    changed.value = '' // what was said since is newer
    if (onItsWay && !waitingAnswer.value) {
      onItsWay = false
      toast(t('ticket.did'), { tone: 'good' })
    }
    void resource.refresh()
  })

  let timer: ReturnType<typeof setInterval> | undefined
  function lookAgain(): void {
    if (document.visibilityState === 'visible' && !resource.loading.value) void resource.refresh()
  }
  onMounted(() => {
    timer = setInterval(lookAgain, LOOK_AGAIN)
    document.addEventListener('visibilitychange', lookAgain)
  })
  onBeforeUnmount(() => {
    clearInterval(timer)
    document.removeEventListener('visibilitychange', lookAgain)
  })

  const readUpTo = ref(0)
  /** The other side's lines are read as soon as they are on the screen of somebody who looks. */
  watch(ticket, (now) => {
    const others = now?.messages.filter((message) => !message.mine) ?? []
    const newest = others[others.length - 1]
    if (!newest || !now || now.unread === 0 || newest.id <= readUpTo.value) return
    readUpTo.value = newest.id
    void sendJson(`/api/v1/tickets/${id}/reads`, { method: 'POST', json: { up_to: newest.id } }).catch(() => {
      readUpTo.value = 0 // told again with the next look
    })
  })

  /** Every conflict renews the page; where somebody was faster it says who did what, all others have a sentence of their own. */
  async function refused(fault: unknown): Promise<boolean> {
    if (!isConflict(fault)) return false
    const seen = ticket.value
    changed.value = ''
    const [spoken] = await Promise.all([allWords().then(() => true, () => false), resource.refresh()])
    if (!somebodyWasFaster(fault) || !spoken || resource.problem.value || !ticket.value) return false
    changed.value = `${newsOf(ticket.value, seen)}${t('ticket.changed_look')}`
    window.scrollTo({ top: 0 })
    return true
  }
  provide(REFUSED, refused)

  /** What waited on the phone came too late: what stands there is renewed as well. */
  watch(() => waitingAnswer.value?.problem?.status, (status) => {
    if (status === 409) void resource.refresh()
  })

  /** A pause is ended before its day, by the party or the reporter. */
  const resuming = useAction(async () => {
    await allWords()
    // He is there, whatever happened meanwhile; that he has just read it did.
    const here = ticket.value && waitsForReader(ticket.value)
    const sure = await ask({ title: t('ticket.resume_title'), text: t('ticket.resume_hint'), yes: t('ticket.do_resume'), no: t('ticket.resume_keep') })
    if (!sure) return
    changed.value = ''
    try {
      resource.data.value = await sendJson<Ticket>(`/api/v1/tickets/${id}/pauses/end`, { method: 'POST', json: { version: here ? undefined : ticket.value?.version } })
      toast(t('ticket.did'), { tone: 'good' })
    } catch (fault) {
      if (!(await refused(fault))) throw fault
    }
  })

  const moving = useAction(async (action: Move, note?: string, arrived?: () => void) => {
    const version = ticket.value?.version
    changed.value = ''
    try {
      const json: Record<string, unknown> = { action, version }
      if (note) json.note = note
      resource.data.value = await sendJson<Ticket>(`/api/v1/tickets/${id}/moves`, { method: 'POST', json })
      arrived?.()
      toast(t('ticket.did'), { tone: 'good' })
    } catch (fault) {
      if (!(await refused(fault))) throw fault
    }
  })

  return { resource, ticket, waiting, waitingMessages, waitingAnswer, moving, resuming, changed, tellQueued }
}
