import { computed, shallowRef } from 'vue'
import { sendJson } from '@/api/http'
import { useResource } from '@/app/resource'
import { account } from '@/app/session'
import { locale, say } from '@/i18n'
import { recall, remember } from '@/outbox/cache'
import type { BothWords, Catalogue, Category, EmergencyPhone, Span } from './types'

const PATH = '/api/v1/catalogue'
/** Raised when the shape changes: what an older version kept on the phone is not read. */
const KEY = 'catalogue.2'

/** What people report most, until this phone has a history of its own. */
const OFTEN = ['REP-01', 'CLN-01', 'REP-03', 'UTIL-01', 'PRK-01', 'FIRE-03', 'CLN-02', 'REP-05', 'SVC-01']

export function bothWords(words: BothWords): string {
  return locale.value === 'en' ? words.en : words.zh
}

function spanWords(span: Span): string {
  return span.working_days ? say.workingDays(span.working_days) : say.duration((span.minutes ?? 0) * 60_000)
}

/** The catalogue for names alone: asked for once in this page's life, from the phone at first. */
const known = shallowRef<Catalogue>()
let asked = false

async function ask(): Promise<void> {
  const owner = account.value?.id
  if (owner === undefined) return
  const kept = await recall<Catalogue>(owner, KEY).catch(() => undefined)
  known.value ??= kept?.data
  try {
    known.value = await sendJson<Catalogue>(PATH)
    await remember(owner, KEY, known.value)
  } catch {
    asked = false // asked again by the next page
  }
}

export function useCategoryNames() {
  if (!asked) {
    asked = true
    void ask()
  }
  const byCode = computed(() => new Map(known.value?.categories.map((category) => [category.code, category])))
  return {
    nameOf: (code: string) => {
      const category = byCode.value.get(code)
      return category ? bothWords(category.name) : code
    },
    categoryOf: (code: string) => byCode.value.get(code),
    groupOf: (code: string) => {
      const group = known.value?.groups.find((one) => one.code === code)
      return group ? bothWords(group.name) : code
    },
  }
}

/** The catalogue for choosing from. */
export function useCatalogue() {
  const resource = useResource<Catalogue>(async (signal) => {
    const fresh = await sendJson<Catalogue>(PATH, { signal })
    known.value = fresh
    return fresh
  }, KEY)
  const data = resource.data

  function categoryOf(code: string): Category | undefined {
    return data.value?.categories.find((category) => category.code === code)
  }

  function phonesOf(codes: string[]): EmergencyPhone[] {
    return codes.flatMap((code) => data.value?.emergency_phones.find((phone) => phone.code === code) ?? [])
  }

  /** "1 小时" and "5 个工作日": how long an answer and a solution may take. */
  function promiseOf(code?: string): { respond: string; resolve: string } | undefined {
    const urgency = data.value?.urgencies.find((one) => one.code === code)
    if (!urgency) return undefined
    return { respond: spanWords(urgency.contact), resolve: spanWords(urgency.resolve) }
  }

  /** What this phone reported lately comes first, then what people report most. */
  function often(lately: string[], count: number): Category[] {
    const codes = [...new Set([...lately, ...OFTEN])]
    return codes.flatMap((code) => categoryOf(code) ?? []).slice(0, count)
  }

  return { resource, categoryOf, phonesOf, promiseOf, often }
}
