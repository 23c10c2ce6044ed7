import { describe, expect, it } from 'vitest'
import { dayAfter, lastDay } from '@/app/day'

describe('days', () => {
  it('follow one another over months, years and leap days', () => {
    expect(dayAfter('2028-02-28', 1)).toBe('2028-02-29')
    expect(dayAfter('2026-12-31', 1)).toBe('2027-01-01')
    expect(dayAfter('2027-01-01', -1)).toBe('2026-12-31')
  })

  it('tell the last day of a time, as people do, and no day before its first', () => {
    expect(lastDay('2026-12-08', '2021-11-19')).toBe('2026-12-07')
    expect(lastDay('2026-12-08', '2026-12-08')).toBe('2026-12-08')
  })
})
