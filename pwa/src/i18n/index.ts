import { ref, shallowRef } from 'vue'
import {
  agoWords,
  areaWords,
  dateTimeWords,
  dateWords,
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

export type { Locale, Moment } from './format'

type Areas = typeof zh & typeof later
export type Key = { [Area in keyof Areas]: `${Area}.${keyof Areas[Area] & string}` }[keyof Areas]
export type Values = Record<string, string | number>

/** The other languages must have every key of an area and no other. */
export type Messages<Source> = { readonly [Name in keyof Source]: string }
export type Dictionary = { readonly [Area in keyof Areas]: Messages<Areas[Area]> }

export const locale = ref<Locale>('zh-CN')
/** Chinese comes in two parts; until the second is there its keys are missing, which allWords() prevents. */
let chinese: Partial<Dictionary> = zh
const dictionary = shallowRef<Partial<Dictionary>>(chinese)

function lookUp(key: string): string | undefined {
  const dot = key.indexOf('.')
  const area = (dictionary.value as unknown as Record<string, Record<string, string>>)[key.slice(0, dot)]
  return area?.[key.slice(dot + 1)]
}

/** "{n} item|{n} items": the language's own plural rule picks by n. Chinese has one form. */
function pickPlural(text: string, values?: Values): string {
  if (!text.includes('|')) return text
  const forms = text.split('|')
  const count = Number(values?.n ?? 0)
  const one = new Intl.PluralRules(locale.value).select(count) === 'one'
  return (one ? forms[0] : forms[forms.length - 1])!
}

function fill(text: string, values?: Values): string {
  const picked = pickPlural(text, values)
  if (!values) return picked
  return picked.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole))
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

/** Fetches the second part of the Chinese words, once. Every route but the first ones waits for it. */
export async function allWords(): Promise<void> {
  if (chinese !== zh) return
  const whole = { ...zh, ...(await import('./zh-CN/later')).later }
  if (dictionary.value === chinese) dictionary.value = whole
  chinese = whole
}

export async function setLocale(next: Locale): Promise<void> {
  dictionary.value = next === 'en' ? (await import('./en')).en : chinese
  locale.value = next
  document.documentElement.lang = next
}

export const say = {
  date: (moment: Moment) => dateWords(moment, locale.value),
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
