import { onBeforeUnmount, onMounted, ref } from 'vue'

/** True where the desk has room for its panes. */
export function useWide() {
  const query = matchMedia('(min-width: 1024px)')
  const wide = ref(query.matches)
  const follow = () => {
    wide.value = query.matches
  }
  onMounted(() => query.addEventListener?.('change', follow))
  onBeforeUnmount(() => query.removeEventListener?.('change', follow))
  return wide
}
