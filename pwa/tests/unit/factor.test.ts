import { describe, expect, it } from 'vitest'
import { Problem } from '@/api/problem'
import { allWords } from '@/i18n'
import { faultWords, handOver, inGroups, takeOver } from '@/features/account/factor'
import { drawCode } from '@/ui/qr'

describe('the second factor', () => {
  it('hands a password over once', () => {
    handOver('ein gutes Wort')
    expect(takeOver()).toBe('ein gutes Wort')
    expect(takeOver()).toBeUndefined()
  })

  it('shows a key in groups of four, without losing a letter', () => {
    expect(inGroups('ABCDEFGHIJKLMNOPQRSTUVWXYZ234567')).toBe('ABCD EFGH IJKL MNOP QRST UVWX YZ23 4567')
    expect(inGroups('ABCDE')).toBe('ABCD E')
  })

  it('says how many tries are left', async () => {
    await allWords()
    expect(faultWords(new Problem(422, { code: 'second_factor.code_wrong', params: { tries_left: 3 } }))).toContain('还可以试 3 次')
    expect(faultWords(new Problem(422, { code: 'second_factor.code_used' }))).not.toContain('还可以试')
    expect(faultWords(new TypeError('no network'))).toContain('连不上网络')
  })

  it('draws a code with the white rim that cameras need', () => {
    const code = drawCode('otpauth://totp/x:y?secret=ABCDEFGHIJKLMNOPQRSTUVWXYZ234567&issuer=x', 'screen')
    expect(code.viewBox).toMatch(/^-4 -4 \d+ \d+$/)
    expect(code.path.length).toBeGreaterThan(100)
    const side = (on: 'paper' | 'screen') => Number(drawCode('otpauth://totp/x:y?secret=ABCDEFGHIJKLMNOPQRSTUVWXYZ234567&issuer=x', on).viewBox.split(' ')[2])
    expect(side('screen')).toBeLessThan(side('paper'))
  })
})
