import { nextTick, ref, watch, type Ref } from 'vue'
import type { Resource } from '@/app/resource'

/** What is open on a page, by name, stands with the page in the history: whoever comes Back to it finds it as he left it. */
export function keptOpen(name: string): Ref<boolean> {
  const opened = (): string[] => history.state?.opened ?? []
  const open = ref(opened().includes(name))
  watch(open, (now) => {
    const others = opened().filter((one) => one !== name)
    history.replaceState({ ...history.state, opened: now ? [...others, name] : others }, '')
  }, { flush: 'sync' })
  return open
}

/** Whoever comes Back stands where he stood, once what he had read is there again: before that the page is too short for it. */
export function standAgain(resource: Resource<unknown>): void {
  const top: number | undefined = history.state?.scroll?.top
  if (!top) return
  const stop = watch(resource.data, async (data) => {
    if (!data) return
    stop()
    await nextTick()
    window.scrollTo({ top })
  }, { flush: 'post' })
}
