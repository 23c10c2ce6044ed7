import { ref, shallowRef } from 'vue'
import {
  agoWords,
  areaWords,
  calendarWords,
  dateTimeWords,
  dayWords,
  deadlineWords,
  durationWords,
  workingDaysWords,
  numberWords,
  percentWords,
  pointWords,
  type Locale,
  type Moment,
} from './format'
import { zh } from './zh-CN'
import type { later } from './zh-CN/later'
import type { score as explained } from './zh-CN/laterExplained'
import type { people as once } from './zh-CN/laterOnce'
import type { people as privacy, progress } from './zh-CN/laterProgress'
import type { office } from './zh-CN/office'
import type { officeMore } from './zh-CN/officeMore'

export type { Locale, Moment } from './format'

type Parts = typeof zh | typeof later | (typeof office & typeof officeMore) | { progress: typeof progress; people: typeof privacy } | { people: typeof once } | { score: typeof explained }
type AreaOf<Part> = Part extends unknown ? keyof Part : never
/** The words of an area, wherever they stand: the refusals stand in three parts. */
type WordsOf<Part, Area> = Part extends unknown ? (Area extends keyof Part ? keyof Part[Area] & string : never) : never
export type Key = { [Area in AreaOf<Parts>]: `${Area}.${WordsOf<Parts, Area>}` }[AreaOf<Parts>]
export type Values = Record<string, string | number>

/** The other languages must have every key of an area and no other. */
export type Messages<Source> = { readonly [Name in keyof Source]: string }
type Dictionary = Record<string, Record<string, string>>
/** What pages say that open with a network only, each of these in a file of its own: of slips and privacy, what is read once, and how a score is computed. */
export type OwnWords = 'slip' | 'once' | 'explained'
type PartName = 'first' | 'later' | 'office' | OwnWords

/** The words of offices come in two files at once. */
async function both(some: Promise<{ office: Dictionary }>, more: Promise<{ officeMore: Dictionary }>): Promise<Dictionary> {
  return { ...(await some).office, ...(await more).officeMore }
}

/** Each language comes in parts: what the first pages say, what the others say, what offices say, and what pages say that have words of their own. */
const PARTS: Record<Locale, Record<PartName, () => Promise<Dictionary> | Dictionary>> = {
  'zh-CN': {
    first: () => zh,
    later: async () => (await import('./zh-CN/later')).later,
    office: () => both(import('./zh-CN/office'), import('./zh-CN/officeMore')),
    slip: () => import('./zh-CN/laterProgress'),
    once: () => import('./zh-CN/laterOnce'),
    explained: () => import('./zh-CN/laterExplained'),
  },
  en: {
    first: async () => (await import('./en')).en,
    later: async () => (await import('./en/enLater')).later,
    office: () => both(import('./en/enOffice'), import('./en/enOfficeMore')),
    slip: () => import('./en/laterProgress'),
    once: () => import('./en/laterOnce'),
    explained: () => import('./en/laterExplained'),
  },
}

export const locale = ref<Locale>('zh-CN')
/** What is there of each language. Until a part is there its keys are missing, which allWords() prevents. */
const known: Record<Locale, { parts: Set<PartName>; words: Dictionary }> = {
  'zh-CN': { parts: new Set(['first']), words: zh },
  en: { parts: new Set(), words: {} },
}
const dictionary = shallowRef<Dictionary>(zh)
/** The parts in use, in whatever language. */
const wanted = new Set<PartName>(['first'])

function merged(words: Dictionary, more: Dictionary): Dictionary {
  const whole = { ...words }
  for (const area in more) whole[area] = { ...whole[area], ...more[area] }
  return whole
}

/** Fetches the parts in use that this language still lacks. */
async function learn(language: Locale): Promise<void> {
  const missing = [...wanted].filter((part) => !known[language].parts.has(part))
  const found = await Promise.all(missing.map((part) => PARTS[language][part]()))
  const own = known[language]
  found.forEach((words, index) => {
    own.words = merged(own.words, words)
    own.parts.add(missing[index]!)
  })
  if (language === locale.value) dictionary.value = own.words
}

function lookUp(key: string): string | undefined {
  const dot = key.indexOf('.')
  return dictionary.value[key.slice(0, dot)]?.[key.slice(dot + 1)]
}

/** "{n} item|{n} items": the language's own plural rule picks the sentence by n. Chinese has one form. */
function pickPlural(text: string, values?: Values): string {
  if (!text.includes('|')) return text
  const forms = text.split('|')
  const count = Number(values?.n ?? 0)
  const one = new Intl.PluralRules(locale.value).select(count) === 'one'
  return (one ? forms[0] : forms[forms.length - 1])!
}

/** "{homes} {homes~home~homes}": a word beside its own count, where a sentence has several. */
function pickWords(text: string, values: Values): string {
  return text.replace(/\{(\w+)~([^~}]*)~([^~}]*)\}/g, (_whole, name: string, one: string, more: string) =>
    new Intl.PluralRules(locale.value).select(Number(values[name])) === 'one' ? one : more)
}

function fill(text: string, values?: Values): string {
  const picked = pickPlural(text, values)
  if (!values) return picked
  return pickWords(picked, values).replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole))
}

export function t(key: Key, values?: Values): string {
  const text = lookUp(key)
  return text === undefined ? key : fill(text, values)
}

/** For keys that come from data (a state, a role): the words, or undefined. */
export function tMaybe(key: string, values?: Values): string | undefined {
  const text = lookUp(key)
  return text === undefined ? undefined : fill(text, values)
}

/** Words for one of the server's error codes: always a friendly sentence, with the code when it is unknown. */
export function errorWords(code: string, params?: Values): string {
  return tMaybe(`error.${code}`, params) ?? t('error.unknown', { code })
}

/** Fetches what the first part leaves out, once; the words of offices only for those who work there, those of pages with words of their own only for these. */
export async function allWords(office = false, own?: OwnWords): Promise<void> {
  wanted.add('later')
  if (office) wanted.add('office')
  if (own) wanted.add(own)
  const language = locale.value
  await learn(language)
  if (language !== locale.value) await learn(locale.value)
}

export async function setLocale(next: Locale): Promise<void> {
  await learn(next)
  dictionary.value = known[next].words
  locale.value = next
  document.documentElement.lang = next
}

export const say = {
  date: (moment: Moment) => calendarWords(moment, locale.value),
  /** The last day of a span that begins in words: another year than the first one's is named. */
  until: (moment: Moment, from: Moment) => calendarWords(moment, locale.value, from),
  day: (moment: Moment) => dayWords(moment, locale.value),
  dateTime: (moment: Moment) => dateTimeWords(moment, locale.value),
  deadline: (moment: Moment) => deadlineWords(moment, locale.value),
  ago: (moment: Moment) => agoWords(moment, locale.value),
  duration: (milliseconds: number) => durationWords(milliseconds, locale.value),
  workingDays: (days: number) => workingDaysWords(days, locale.value),
  number: (value: number, digits = 0) => numberWords(value, locale.value, digits),
  points: (hundredths: number) => pointWords(hundredths, locale.value),
  percent: (basisPoints: number) => percentWords(basisPoints, locale.value),
  area: (hundredths: number) => areaWords(hundredths, locale.value),
}
