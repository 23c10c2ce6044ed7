import { ref, type Ref } from 'vue'
import { faultWords } from './factor'

/**
 * Work that needs a code or a password: one at a time, what went wrong in words, and what was typed is cleared then.
 * `again` is called after a fault.
 */
export function useProving(again: () => void): { busy: Ref<boolean>; fault: Ref<string>; prove: (work: () => Promise<void>) => Promise<void> } {
  const busy = ref(false)
  const fault = ref('')
  async function prove(work: () => Promise<void>): Promise<void> {
    if (busy.value) return
    busy.value = true
    fault.value = ''
    try {
      await work()
    } catch (met) {
      fault.value = faultWords(met)
      again()
    } finally {
      busy.value = false
    }
  }
  return { busy, fault, prove }
}
