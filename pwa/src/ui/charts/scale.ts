export interface Point {
  label: string
  value: number | null
}

/** Ticks of 1, 2 or 5 times a power of ten, from at or below `low` to at or above `high`. */
export function niceTicks(low: number, high: number, about = 4): number[] {
  if (high <= low) return [low, low + 1]
  const raw = (high - low) / about
  const power = 10 ** Math.floor(Math.log10(raw))
  const fraction = raw / power
  const step = (fraction <= 1 ? 1 : fraction <= 2 ? 2 : fraction <= 5 ? 5 : 10) * power
  const ticks: number[] = []
  for (let at = Math.floor(low / step) * step; ; at += step) {
    ticks.push(Number(at.toFixed(10)))
    if (at >= high) return ticks
  }
}
