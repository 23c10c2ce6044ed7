import { afterEach, describe, expect, it } from 'vitest'
import type { Role } from '@/api/types'
import '@/app/router' // before the pages, as the app does it
import { account, groupOf, hasPages, isStaff } from '@/app/session'
import { tabRules } from '@/app/tabs'
import { SCOPES } from '@/features/people/types'
import { firstPage } from '@/features/ticket/routes'

/** These put a name on a register and open nothing (models/role.go). */
const REGISTERED: Role[] = ['seconded_officer', 'mediator', 'inspector', 'expert', 'committee_member', 'finance_officer']
const appointed = Object.keys(SCOPES) as Role[]

afterEach(() => {
  account.value = null
})

describe('whoever is appointed has a place to work at', () => {
  const atParties = appointed.filter((role) => SCOPES[role] === 'handling_party')

  it('is asked of every role that is held for a handling party', () => {
    expect(atParties).toEqual(expect.arrayContaining(['operator_staff', 'operator_manager', 'owning_unit_staff', 'agency_staff', 'utility_staff']))
  })

  it.each(atParties)('%s answers at the desk, as a manager does', (role) => {
    account.value = { id: 1, name: '', memberships: [{ id: 1, role, status: 'approved', scope_kind: 'handling_party', scope_id: 1, scope_name: '' }] } as unknown as typeof account.value
    expect(groupOf(role)).toBe('operator')
    expect(isStaff.value).toBe(true)
    expect(firstPage()).toBe('/desk')
    expect(tabRules()[0]!.to).toBe('/desk')
  })

  it('only a register entry opens no pages', () => {
    expect(appointed.filter((role) => !hasPages(role)).sort()).toEqual([...REGISTERED].sort())
  })
})
