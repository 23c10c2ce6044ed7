import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { Role } from '@/api/types'
import '@/app/router' // before the pages, as the app does it
import { account } from '@/app/session'
import { tabRules } from '@/app/tabs'
import { behind } from '@/features/overview/behind'
import { countsNote, countsOf } from '@/features/place/counts'
import { firstPage } from '@/features/ticket/routes'
import { allWords } from '@/i18n'

/** Somebody who works in one role. */
function as(role: Role): void {
  account.value = { id: 1, name: '', memberships: [{ id: 1, role, status: 'approved', scope_kind: 'county', scope_id: 1, scope_name: '' }] } as unknown as typeof account.value
}

beforeAll(() => allWords(true))
afterEach(() => {
  account.value = null
})

describe('the figures of a place', () => {
  const place = { open_tickets: 12, overdue_tickets: 3 }

  it('open the list that has just so many rows', () => {
    as('center_officer')
    expect(countsOf({ ...place, listed: { open: 13, overdue: 4 } })).toEqual({ open: 13, overdue: 4, opens: true })
    expect(behind('overdue', { building: 7 })).toEqual({ path: '/desk', query: { box: 'all', filter: 'overdue', building: 7 } })
    as('operator_staff')
    expect(countsOf({ ...place, listed: { open: 9, overdue: 1 } })).toEqual({ open: 9, overdue: 1, opens: true })
    expect(behind('open', { estate: 7 })).toEqual({ path: '/desk', query: { box: 'desk', filter: 'open', estate: 7 } })
  })

  it('stay plain where there is no list, and for who does not work here now', () => {
    as('center_officer')
    expect(countsOf(place)).toEqual({ open: 12, overdue: 3, opens: false })
    as('building_steward')
    expect(countsOf({ ...place, listed: { open: 9, overdue: 1 } })).toEqual({ open: 12, overdue: 3, opens: false })
  })

  it('say where the list is not what residents see counted', () => {
    as('center_officer')
    expect(countsNote({ ...place, listed: { open: 9, overdue: 1 } })).toContain('一共 12 件')
    expect(countsNote({ ...place, listed: { open: 13, overdue: 3 } })).toContain('居民看到的是 12 件')
    expect(countsNote({ open_tickets: 0, overdue_tickets: 0 })).toBe('')
  })
})

describe('an administrator', () => {
  it('begins with the people and the registers, and has no tab of tickets', () => {
    as('admin')
    expect(firstPage()).toBe('/appointments')
    expect(tabRules().map((rule) => rule.to)).toEqual(['/appointments', '/requests', '/import', '/estates', '/me'])
    as('center_officer')
    expect(firstPage()).toBe('/overview')
    expect(tabRules()[0]!.to).toBe('/overview')
  })
})
