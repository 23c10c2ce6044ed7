import { officePart } from '@/ui/part'

/** Words that a party keeps, for its people alone: in a file that the phones of residents never fetch. */
export const TemplatePicker = officePart(() => import('./TemplatePicker.vue'))

/** How long words wait for the file that asks about a blank: on a line that hangs they go out without the question. */
const PATIENCE_MS = 1500

/** Whether words of somebody who answers may go out: where they may still hold a blank he is asked. It comes with the file of the templates; who has no network has none of those. */
export async function filledIn(text: string): Promise<boolean> {
  if (!/[＿_]{2}|[{｛]/.test(text)) return true
  const late = new Promise<undefined>((done) => { setTimeout(done, PATIENCE_MS) })
  const blank = await Promise.race([import('./blank').catch(() => undefined), late])
  return !blank || blank.filledIn(text)
}
