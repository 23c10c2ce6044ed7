import { ref } from 'vue'
import { Problem } from '@/api/problem'
import { errorWords } from '@/i18n'
import { toast } from '@/ui/toast'

/**
 * A button that talks to the server now (not through the outbox): busy while it runs, a sentence when it fails, unless
 * the page says that itself.
 */
export function useAction<Arguments extends unknown[]>(work: (...values: Arguments) => Promise<void>, shownByPage = false) {
  const busy = ref(false)
  const problem = ref<Problem>()

  async function run(...values: Arguments): Promise<boolean> {
    if (busy.value) return false
    busy.value = true
    problem.value = undefined
    try {
      await work(...values)
      return true
    } catch (fault) {
      const met = fault instanceof Problem ? fault : new Problem(0)
      if (!(fault instanceof Problem)) console.error(fault)
      problem.value = met
      if (!shownByPage) toast(errorWords(met.code, met.params), { tone: 'bad' })
      return false
    } finally {
      busy.value = false
    }
  }

  return { busy, problem, run }
}
