import { computed, ref, watch, type Ref } from 'vue'
import { Problem } from '@/api/problem'
import type { useList } from './resource'

/** "open" or "-open", falling; empty is the order in which the list comes. */
export type Sort = string

/**
 * Sorting a list that comes by pages: the first of the rows that happen to be here are not the first of all, so the others
 * are fetched before, and until then the list keeps its own order.
 */
export function useSorted(list: Pick<ReturnType<typeof useList>, 'first' | 'more' | 'loadAll'>, sort: Ref<Sort>) {
  const failed = ref(false)
  const whole = computed(() => !list.more())

  async function complete(): Promise<void> {
    failed.value = false
    if (!sort.value || whole.value) return
    try {
      await list.loadAll()
    } catch (fault) {
      if (!(fault instanceof Problem)) throw fault
      failed.value = true
    }
  }
  watch([sort, list.first.data], () => void complete(), { immediate: true })

  return { whole, failed, complete }
}
