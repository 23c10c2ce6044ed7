import { say, t } from '@/i18n'

/** What the server wrote without loss, "24.5" or "13/15", as a number. */
function numberOf(exact: string): number {
  const [above, below] = exact.split('/')
  return Number(above) / Number(below ?? 1)
}

const short = (exact: string) => /^-?\d+(\.\d{1,2})?$/.test(exact)
const about = (exact: string) => t('score.about', { n: say.number(Math.round(numberOf(exact) * 10) / 10, 1) })

/** As it is read: a short figure as it stands, any other with one decimal and a word that it was rounded. */
export function figure(exact: string): string {
  return short(exact) ? exact : about(exact)
}

/** What is less than one is read as a share of it: 83.3%, not 0.8333. */
export function share(exact: string): string {
  const value = numberOf(exact)
  return value > 0 && value < 1 ? say.percent(Math.round(value * 10_000)) : figure(exact)
}

/** As it is computed again: nothing is lost, and of what nobody reads so it is said how much it is. */
export function exactFigure(exact: string): string {
  return short(exact) ? exact : t('score.fraction', { exact, about: share(exact) })
}

/** What several things add up to, each with a weight and a value. */
export function sumOf(count: number, weight: string, value: string): string {
  return String(Number((count * numberOf(weight) * numberOf(value)).toFixed(6)))
}

/** Of a ticket's number the day on which it came, and the end that tells it from the others of that day. */
export function whichOne(number: string): { day: string; tail: string } | undefined {
  const parts = /^(\d{4})(\d{2})(\d{2})-\d+-(.+)$/.exec(number)
  return parts ? { day: `${parts[1]}-${parts[2]}-${parts[3]}`, tail: parts[4]! } : undefined
}
