import { ref } from 'vue'
import { t } from '@/i18n'
import { toast } from '@/ui/toast'
import { groupText } from './group'
import type { Said } from './types'

/** One tap puts the message for the group into the clipboard; where the browser refuses, the words are shown to be taken by hand. */
export function useCopy() {
  const byHand = ref('')
  async function copy(said: Said): Promise<void> {
    const words = groupText(said)
    try {
      await navigator.clipboard.writeText(words)
      toast(t('bulletin.copied'), { tone: 'good' })
    } catch {
      byHand.value = words
    }
  }
  return { byHand, copy }
}
