import { watch, type Ref } from 'vue'
import { useRoute, useRouter } from 'vue-router'

/** What a list is asked for stands in its address: Back, a reload and a sent link show the same list again. */
export function keepInAddress(fields: Record<string, Ref<string>>): void {
  const route = useRoute()
  const router = useRouter()
  const own = route.name
  for (const [name, field] of Object.entries(fields)) {
    const asked = route.query[name]
    if (typeof asked === 'string') field.value = asked
  }
  watch(Object.values(fields), () => {
    // Leaving for another page takes the query with it; that is no wish for another list.
    if (route.name !== own) return
    const query = { ...route.query }
    for (const [name, field] of Object.entries(fields)) query[name] = field.value.trim() || undefined!
    void router.replace({ query })
  })
}
