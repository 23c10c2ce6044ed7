import { t } from '@/i18n'
import { ask } from '@/ui/ask'

/** What the server leaves where a ticket has no such thing, the same drawn by hand, and an open field that nobody filled in. */
const BLANK = /[＿_]{2,}|[{｛][^{}｛｝\n]{1,20}[}｝]/g

export interface Blank { from: number; to: number }

/** What is still to be filled in of a text, in its order. */
export function blanksOf(text: string): Blank[] {
  return [...text.matchAll(BLANK)].map((found) => ({ from: found.index, to: found.index + found[0].length }))
}

/** The words around a blank: enough to know it again. */
export function aroundBlank(text: string, { from, to }: Blank): { before: string; blank: string; after: string } {
  const lines = { before: text.slice(0, from).split('\n').pop()!, after: text.slice(to).split('\n')[0]! }
  const before = [...lines.before]
  const after = [...lines.after]
  return { before: (before.length > 8 ? '…' : '') + before.slice(-8).join(''), blank: text.slice(from, to), after: after.slice(0, 8).join('') + (after.length > 8 ? '…' : '') }
}

/** Selects the first blank in the field that holds the text: whoever types now fills it in. */
export function selectBlank(text: string): void {
  const blank = blanksOf(text)[0]
  const field = [...document.querySelectorAll<HTMLTextAreaElement | HTMLInputElement>('textarea, input[type="text"], input:not([type])')].find((one) => one.value === text)
  if (!blank || !field) return
  field.focus()
  field.setSelectionRange(blank.from, blank.to)
}

/** Whether a text may go out: one that still holds a blank is asked about first, and a "no" leads to it. */
export async function filledIn(text: string): Promise<boolean> {
  const blank = blanksOf(text)[0]
  if (!blank) return true
  const { before, blank: mark, after } = aroundBlank(text, blank)
  const sure = await ask({ title: t('template.blank_title'), text: t('template.blank_text', { words: before + mark + after }), yes: t('template.blank_send'), no: t('template.blank_fill') })
  if (!sure) setTimeout(() => selectBlank(text)) // once the question has gone and given the focus back
  return sure
}
