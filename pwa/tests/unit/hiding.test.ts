import { describe, expect, it } from 'vitest'
import { hasContact, hideContacts, type Own } from '@/features/ticket/hiding'
import file from '../../../models/testdata/hiding.json?raw'

/** The same file that the server's rule is tested with: the warning says what will happen. */
const cases = JSON.parse(file) as {
  own: Own
  high: Own
  nobody: Own
  hides: [string, string][]
  hidesHigh: [string, string][]
  stays: string[]
  staysHigh: string[]
}

describe('what the other side will not read', () => {
  it('is hidden as on the server', () => {
    for (const [text, want] of cases.hides) expect(hideContacts(text, cases.own), text).toBe(want)
    for (const [text, want] of cases.hidesHigh) expect(hideContacts(text, cases.high), text).toBe(want)
    expect(cases.hides.length).toBeGreaterThan(50)
  })

  it('leaves prices, dates, lists and other people’s places', () => {
    for (const text of cases.stays) expect(hideContacts(text, cases.own), text).toBe(text)
    for (const text of cases.staysHigh) expect(hideContacts(text, cases.high), text).toBe(text)
    expect(cases.stays.length).toBeGreaterThan(30)
  })

  it('needs to know whose home it is', () => {
    expect(hideContacts('501门口', cases.nobody)).toBe('501门口')
    expect(hideContacts('赵桂兰反映', cases.nobody)).toBe('赵桂兰反映')
  })
})

describe('a number in a text', () => {
  it('is noticed however it is written, and other numbers are not', () => {
    for (const text of ['打13812345678', '138 1234 5678', '0379-67911234', '幺三八，一二三四，五六七八', 'vx：zgl88888']) expect(hasContact(text), text).toBe(true)
    for (const text of ['3号楼2单元501', '2026年9月2日', '20260901-001-0001-5', '水表 1234567']) expect(hasContact(text), text).toBe(false)
  })
})
