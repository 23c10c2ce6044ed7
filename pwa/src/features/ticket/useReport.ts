import { computed, ref, shallowRef, watch } from 'vue'
import { sendJson } from '@/api/http'
import { Problem } from '@/api/problem'
import { offline } from '@/app/network'
import { account, home } from '@/app/session'
import { t, tMaybe } from '@/i18n'
import { StorageFull } from '@/outbox/store'
import type { OutboxItem } from '@/outbox/types'
import { useDraft } from '@/outbox/useDraft'
import { useOutbox } from '@/outbox/useOutbox'
import type { BuildingRow, EstateDetail } from '../score/types'
import { bothWords, useCatalogue } from './catalogue'
import { ownOf } from './own'
import { placeOfHome, placeOfPoster, placeWords, type Place, type PosterCard } from './place'
import { callFirst, isPressing, urgencyOf } from './raising'
import { othersThan, staysHidden } from './seen'

/** Buildings with fewer homes than this are told that they may be guessed. */
const SMALL_BUILDING = 20
const MOST_LETTERS = 2000
const MOBILE = /^1[3-9]\d{9}$/

/** The form's fields have the names of the API, so that a refused report can be gone on with. */
interface ReportFields {
  category: string
  text: string
  /** Yes to the question of the category. */
  danger: boolean
  /** Chosen by hand; without it the place is the poster's or the home's. */
  place?: Place
  share_contact?: boolean
  steward_may_see: boolean
  /** The poster that was scanned: kept with the draft, so that the place is still its house tomorrow. */
  poster_token?: string
  on_behalf?: { name: string; phone: string; consent?: 'spoken' | 'paper' | 'phone' }
  estate_id?: number
  building_id?: number
  entrance_id?: number
  unit_id?: number
}

export interface ReportOptions {
  neighbour: boolean
  poster?: string
}

export function useReport(options: ReportOptions) {
  const initial: ReportFields = { category: '', text: '', danger: false, steward_may_see: false }
  if (options.neighbour) initial.on_behalf = { name: '', phone: '' }
  const form = useDraft<ReportFields>('ticket', options.neighbour ? 'neighbour' : 'new', initial)
  const { data, photos } = form
  const catalogue = useCatalogue()
  const poster = shallowRef<PosterCard>()
  /** The poster was replaced: its place is chosen by hand. Never the home instead: whoever scanned a poster stands before another house. */
  const posterGone = ref(false)
  const tried = ref(false)
  const item = shallowRef<OutboxItem>()

  const category = computed(() => catalogue.categoryOf(data.category))
  const inside = computed(() => category.value?.in_home ?? false)
  const neighbour = computed(() => data.on_behalf !== undefined)

  /** Scanned now, or when the draft was begun. */
  const token = computed(() => options.poster ?? data.poster_token)
  async function readPoster(token: string): Promise<void> {
    try {
      poster.value = await sendJson<PosterCard>(`/api/v1/posters/${encodeURIComponent(token)}`, { open: true })
    } catch (fault) {
      posterGone.value = fault instanceof Problem && fault.ours && fault.status === 404
    }
  }
  watch([offline, token], ([away, scanned]) => {
    if (scanned && !away && !poster.value && !posterGone.value) void readPoster(scanned)
  }, { immediate: true })
  // Another poster than the draft's: whoever scans it means its house, whatever was chosen before.
  watch(form.ready, () => {
    if (!options.poster || data.poster_token === options.poster) return
    data.place = undefined
    data.poster_token = options.poster
  })
  /** Where the poster hangs is not known here: its token goes along, and the server knows. */
  const unread = computed(() => token.value !== undefined && !data.place && !poster.value && !posterGone.value)

  /** A refused report comes back as it was sent, with numbers for its place. */
  watch(form.ready, async (ready) => {
    if (!ready || data.place || data.poster_token || !(data.estate_id || data.building_id)) return
    const found = await placeOfNumbers(data).catch(() => undefined)
    if (found) data.place = found
    data.estate_id = data.building_id = data.entrance_id = data.unit_id = undefined
  })

  const place = computed<Place | undefined>(() => {
    if (data.place) return data.place
    if (poster.value) return placeOfPoster(poster.value)
    if (token.value) return undefined
    // The neighbour's flat is never the steward's own.
    return home.value ? placeOfHome(home.value, inside.value && !neighbour.value) : undefined
  })

  /** Who answers at the place and how big the building is; without a network the report goes on without. */
  const estate = shallowRef<EstateDetail>()
  watch(() => place.value?.estateId, async (id) => {
    estate.value = undefined
    if (!id) return
    const found = await sendJson<EstateDetail>(`/api/v1/estates/${id}`).catch(() => undefined)
    if (place.value?.estateId === id) estate.value = found
  }, { immediate: true })

  const danger = computed(() => data.danger && category.value?.raise !== undefined)
  const urgency = computed(() => category.value && urgencyOf(category.value, danger.value, estate.value?.contact.service_mode))
  const pressing = computed(() => isPressing(urgency.value))

  const building = computed<BuildingRow | undefined>(() => estate.value?.buildings_list.find((one) => one.id === place.value?.buildingId))
  const small = computed(() => {
    if (poster.value && !data.place) return poster.value.small_building
    if (building.value) return building.value.households < SMALL_BUILDING
    return estate.value !== undefined && !place.value?.buildingId && estate.value.households > 0 && estate.value.households < SMALL_BUILDING
  })
  const isProtected = computed(() => category.value?.kind === 'complaint' || category.value?.kind === 'report')
  const maySteward = computed(() => category.value !== undefined && !category.value.public_matter && category.value.code !== 'GOV-07')
  const mayShare = computed(() => category.value?.kind === 'repair')
  /** On unless switched off, for work inside the home and where life is in danger. */
  const share = computed({
    get: () => data.share_contact ?? (inside.value || urgency.value === 'u1'),
    set: (value) => {
      data.share_contact = value
    },
  })
  const hidden = computed(() => category.value !== undefined && staysHidden({ you: neighbour.value ? 'filer' : 'reporter', kind: category.value.kind, protected: isProtected.value, contact_shared: share.value }))
  /** Whom to call instead of who will answer: the community's own matters are the station's everywhere. */
  const others = computed(() => {
    const contact = estate.value?.contact
    const station = category.value?.managed === 'comm'
    return othersThan({ name: (station ? contact?.station_name : contact?.handling_party_name) ?? '', phone24: contact?.phone24 ?? '' }, contact)
  })
  /** In a small building, what is to stay hidden and is not urgent goes out with the next batch; these are its hours. */
  const waits = computed(() => small.value && hidden.value && !pressing.value)
  const times = computed(() => (catalogue.resource.data.value?.release_times ?? []).join(t('ticket.report_wait_or')))
  /** Whom to call first: what the catalogue names, and the utility that answers for the matter here, such as the gas company. */
  const phones = computed(() => {
    const wanted = category.value
    if (!wanted) return []
    const listed = catalogue.phonesOf(callFirst(wanted, danger.value))
    const utility = estate.value?.contact.emergency.find((one) => one.code === wanted.managed && urgency.value === 'u1')
    if (!utility || listed.some((one) => one.phone === utility.phone)) return listed
    return [...listed, { code: utility.code, name: { zh: utility.name, en: tMaybe(`score.emergency_${utility.code}`) ?? utility.name }, phone: utility.phone }]
  })
  const urgent = computed(() => urgency.value === 'u1' || phones.value.length > 0)
  /** What in the words would point at a person whom the other side must not learn. */
  const own = computed(() => {
    if (!isProtected.value) return undefined
    const there = { building_name: place.value?.buildingName, entrance_name: place.value?.entranceName, unit_name: place.value?.unitName }
    return ownOf([account.value?.name, data.on_behalf?.name], [home.value, there], [estate.value?.contact.phone24])
  })

  const faults = computed(() => ({
    place: placeFault(),
    category: data.category ? '' : t('ticket.report_need_category'),
    text: textFault(),
    name: neighbour.value && !data.on_behalf?.name.trim() ? t('ticket.report_need_name') : '',
    consent: neighbour.value && !data.on_behalf?.consent ? t('ticket.report_need_consent') : '',
    phone: data.on_behalf?.phone && !MOBILE.test(data.on_behalf.phone.trim()) ? t('ticket.report_bad_phone') : '',
  }))
  function textFault(): string {
    const over = data.text.length - (catalogue.resource.data.value?.max_text ?? MOST_LETTERS)
    if (over > 0) return t('common.limit_over', { n: over })
    return data.text.trim() || photos.value.length ? '' : t('ticket.report_text_needed')
  }
  function placeFault(): string {
    if (!place.value && !unread.value) return t('ticket.report_need_place')
    return inside.value && !place.value?.unitId ? t('ticket.report_need_unit') : ''
  }
  const shownFaults = computed(() => (tried.value ? faults.value : { place: '', category: '', text: '', name: '', consent: '', phone: '' }))
  const complete = computed(() => Object.values(faults.value).every((fault) => fault === ''))

  function bodyOf(at?: Place): Record<string, unknown> {
    const body: Record<string, unknown> = { category: data.category, text: data.text.trim(), device_time: new Date().toISOString() }
    if (at) body.estate_id = at.estateId
    if (at?.buildingId) body.building_id = at.buildingId
    if (at?.entranceId) body.entrance_id = at.entranceId
    if (at?.unitId) body.unit_id = at.unitId
    if (token.value && !data.place) body.poster_token = token.value
    if (danger.value) body.danger = true
    if (mayShare.value && share.value) body.share_contact = true
    if (maySteward.value && data.steward_may_see) body.steward_may_see = true
    const other = data.on_behalf
    if (other) {
      const phone = other.phone.trim()
      body.on_behalf = { name: other.name.trim(), consent: other.consent, ...(phone ? { phone } : {}), ...(at?.unitId ? { unit_id: at.unitId } : {}) }
    }
    return body
  }

  async function submit(): Promise<boolean> {
    tried.value = true
    const at = place.value
    if (!complete.value) return false
    const words = category.value ? bothWords(category.value.name) : data.category
    try {
      item.value = await form.submit({ title: `${words} · ${at ? placeWords(at) : t('ticket.report_place_poster')}`, body: bodyOf(at) })
      return true
    } catch (fault) {
      if (fault instanceof StorageFull) return false
      throw fault
    }
  }

  /** The newest categories of this phone: they stand first next time. */
  const { items } = useOutbox()
  const lately = computed(() => items.value.filter((one) => one.kind === 'ticket').map((one) => String(one.body.category)).reverse())

  return {
    form, data, photos, catalogue, category, inside, neighbour, place, estate, small, isProtected, maySteward, mayShare, share, hidden, others, waits, times, phones, urgency, urgent,
    own, tried, shownFaults, faults, submit, item, lately, posterGone, unread, token,
  }
}

export type Report = ReturnType<typeof useReport>

async function placeOfNumbers(numbers: { estate_id?: number; building_id?: number; entrance_id?: number; unit_id?: number }): Promise<Place | undefined> {
  if (numbers.building_id) {
    const building = await sendJson<BuildingRow & { estate_name: string }>(`/api/v1/buildings/${numbers.building_id}`)
    return {
      estateId: building.estate_id, estateName: building.estate_name, buildingId: building.id, buildingName: building.name,
      entranceId: numbers.entrance_id, unitId: numbers.unit_id,
    }
  }
  if (!numbers.estate_id) return undefined
  const estate = await sendJson<EstateDetail>(`/api/v1/estates/${numbers.estate_id}`)
  return { estateId: estate.id, estateName: estate.name }
}
