import { computed, effectScope, onBeforeUnmount, onMounted, ref, shallowRef, watch, type EffectScope } from 'vue'
import { useRoute, useRouter } from 'vue-router'
import { currentRole, roleGroup } from '@/app/session'
import { openQueue, type Box, type Filter, type Queue } from './queue'

const LOOK_AGAIN = 20_000
const PAUSE_OF_TYPING = 300
const NUMBER = /^[0-9]{1,18}$/

const OWN_FILTERS: Filter[] = ['waiting_me', 'overdue', 'unanswered', 'to_confirm', 'joint', 'open', 'closed']
const ALL_FILTERS: Filter[] = ['escalated', 'overdue', 'unanswered', 'returned', 'extension', 'to_confirm', 'joint', 'open', 'closed']

/** Which list the desk shows and which ticket lies open beside it: kept in the address, so that a link, a reload and the back arrow lead to the same. */
export function useDesk() {
  const route = useRoute()
  const router = useRouter()
  const mayChooseBox = computed(() => roleGroup.value === 'officer' || currentRole.value === 'station_staff')
  const usual = computed<Box>(() => (roleGroup.value === 'officer' ? 'all' : 'desk'))

  const box = computed<Box>(() => {
    if (!mayChooseBox.value) return 'desk'
    const asked = route.query.box
    return asked === 'desk' || asked === 'all' ? asked : usual.value
  })
  const filters = computed(() => (box.value === 'all' ? ALL_FILTERS : OWN_FILTERS))
  const filter = computed<Filter>(() => {
    const asked = route.query.filter as Filter
    return filters.value.includes(asked) ? asked : filters.value[0]!
  })

  const asked = (name: string, form: RegExp) => computed(() => (form.test(String(route.query[name])) ? String(route.query[name]) : ''))
  const group = asked('group', /^[A-Z]{1,8}$/)
  const party = asked('party', NUMBER)
  const estate = asked('estate', NUMBER)
  const building = asked('building', NUMBER)
  const askedTicket = asked('ticket', NUMBER)
  /** The ticket of the address, by its id alone. On the way to another page the desk keeps what it shows. */
  const ticket = computed<number | undefined>((before) => (route.name === 'desk' ? Number(askedTicket.value) || undefined : before))

  /** A tap is a step that the back arrow takes back; leafing through with the keys is none. */
  function openAt(id: number | undefined, how: 'push' | 'replace' = 'push'): Promise<unknown> {
    return router[how]({ query: { ...route.query, ticket: id } })
  }

  /** Back to the list: the step before, where that was the list, so that the arrow does not lead to what was just closed. */
  function closeTicket(): void {
    const list = router.resolve({ query: { ...route.query, ticket: undefined } }).fullPath
    if (history.state?.back === list) router.back()
    else void openAt(undefined, 'replace')
  }

  function show(next: { box?: Box; filter?: Filter }): void {
    const to = next.box ?? box.value
    const kept = next.box ? undefined : filter.value
    void router.replace({ query: { ...(next.box ? {} : route.query), ticket: undefined, box: to === usual.value ? undefined : to, filter: next.filter ?? kept } })
  }

  function widen(): void {
    void router.replace({ query: { ...route.query, group: undefined, party: undefined, estate: undefined, building: undefined, ticket: undefined } })
  }

  const typed = ref('')
  const words = ref('')
  let pause: ReturnType<typeof setTimeout> | undefined
  watch(typed, (now) => {
    clearTimeout(pause)
    pause = setTimeout(() => {
      words.value = now.trim()
    }, PAUSE_OF_TYPING)
  })

  const queue = shallowRef<Queue>()
  let scope: EffectScope | undefined
  watch([box, filter, words, group, party, estate, building], () => {
    // Leaving for another page takes the query with it; that is no wish for another list.
    if (route.name !== 'desk') return
    scope?.stop()
    scope = effectScope(true)
    queue.value = scope.run(() => openQueue({ box: box.value, filter: filter.value, words: words.value, group: group.value, party: party.value, estate: estate.value, building: building.value }))
  }, { immediate: true })

  const now = ref(Date.now())
  let timer: ReturnType<typeof setInterval> | undefined
  function lookAgain(): void {
    if (document.visibilityState !== 'visible') return
    now.value = Date.now()
    if (!queue.value?.first.loading.value) void queue.value?.lookAgain()
  }
  onMounted(() => {
    timer = setInterval(lookAgain, LOOK_AGAIN)
    document.addEventListener('visibilitychange', lookAgain)
  })
  onBeforeUnmount(() => {
    clearInterval(timer)
    clearTimeout(pause)
    document.removeEventListener('visibilitychange', lookAgain)
    scope?.stop()
  })

  return { box, filter, filters, group, party, estate, building, ticket, openAt, closeTicket, mayChooseBox, show, widen, typed, words, queue, now }
}
