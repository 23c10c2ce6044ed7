/** The day of a moment as the county counts days, the way forms and requests write them: 2026-09-03. */
export function dayOf(moment: Date): string {
  return new Intl.DateTimeFormat('en-CA', { timeZone: 'Asia/Shanghai' }).format(moment)
}

export function today(): string {
  return dayOf(new Date())
}

/** The day so many days after another one. */
export function dayAfter(day: string, days: number): string {
  return new Date(Date.parse(day) + days * 86_400_000).toISOString().slice(0, 10)
}

/** The last day of a time: validities name the first day without, people the last day with. What ended on its first day had that one. */
export function lastDay(validTo: string, from: string): string {
  const last = dayAfter(validTo, -1)
  return last < from ? from : last
}
