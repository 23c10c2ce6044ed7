import { computed, ref, shallowRef } from 'vue'
import { sendJson } from '@/api/http'
import { Problem } from '@/api/problem'
import { errorWords, t } from '@/i18n'
import { toast } from '@/ui/toast'
import { somebodyWasFaster } from '../ticket/meanwhile'
import type { Ticket, TicketRow } from '../ticket/types'

export function mayAcknowledge(row: TicketRow): boolean {
  return row.next_step === 'acknowledge' && row.state === 'dispatched' // not while somebody decides about its return
}

/** Several tickets taken one after another, with a sentence about what became of them. */
export function useBatch(onTaken: (ticket: Ticket) => void) {
  const chosen = shallowRef(new Set<number>())
  const running = ref(false)
  const tried = ref(0)
  const total = ref(0)

  function toggle(id: number): void {
    const next = new Set(chosen.value)
    if (!next.delete(id)) next.add(id)
    chosen.value = next
  }

  function choose(ids: number[]): void {
    chosen.value = new Set(ids)
  }

  async function take(row: TicketRow): Promise<string> {
    try {
      const json = { action: 'acknowledge', version: row.version }
      onTaken(await sendJson<Ticket>(`/api/v1/tickets/${row.id}/moves`, { method: 'POST', json }))
      return ''
    } catch (fault) {
      if (!(fault instanceof Problem)) throw fault
      return somebodyWasFaster(fault) ? t('desk.batch_changed') : errorWords(fault.code, fault.params)
    }
  }

  async function acknowledge(rows: readonly TicketRow[]): Promise<void> {
    const wanted = rows.filter((row) => chosen.value.has(row.id) && mayAcknowledge(row))
    if (running.value || wanted.length === 0) return
    running.value = true
    total.value = wanted.length
    tried.value = 0
    const faults: string[] = []
    const left: number[] = []
    try {
      for (const row of wanted) {
        const fault = await take(row)
        tried.value += 1
        if (!fault) continue
        faults.push(fault)
        left.push(row.id)
      }
    } finally {
      running.value = false
      choose(left)
    }
    const taken = wanted.length - faults.length
    if (faults.length === 0) toast(t('desk.batch_done', { n: taken }), { tone: 'good' })
    else toast(t('desk.batch_part', { n: taken, failed: faults.length, why: [...new Set(faults)].join('；') }), { tone: 'bad' })
  }

  const words = computed(() => (running.value ? t('desk.batch_running', { done: tried.value, n: total.value }) : t('desk.batch_go', { n: chosen.value.size })))
  return { chosen, running, words, toggle, choose, acknowledge }
}
