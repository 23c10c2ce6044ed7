import { describe, expect, it } from 'vitest'
import { aroundBlank, blanksOf } from '@/features/template/blank'

const marks = (text: string) => blanksOf(text).map(({ from, to }) => text.slice(from, to))

describe('a blank in a reply', () => {
  it('is what the server leaves, the same drawn by hand, and an open field that nobody filled in', () => {
    expect(marks('灯不亮，＿＿前上门，由＿＿＿＿负责')).toEqual(['＿＿', '＿＿＿＿'])
    expect(marks('We come before __ , {staff}')).toEqual(['__', '{staff}'])
    expect(marks('由｛经办人｝负责')).toEqual(['｛经办人｝'])
  })

  it('is not in words that are finished', () => {
    for (const text of ['', '明天上午九点上门', '型号 A_17，编号 3-1', '价格 {}', '第一行 {没有\n收尾}', `{${'长'.repeat(40)}}`]) expect(blanksOf(text), text).toEqual([])
  })

  it('is told with the words of its own line around it', () => {
    const text = '收到。\n水泵房的灯不亮的事，＿＿前上门维修，请留人\n谢谢'
    expect(aroundBlank(text, blanksOf(text)[0]!)).toEqual({ before: '…房的灯不亮的事，', blank: '＿＿', after: '前上门维修，请留…' })
  })
})
