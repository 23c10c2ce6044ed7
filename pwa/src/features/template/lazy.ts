import { officePart } from '@/ui/part'

/** Words that a party keeps, for its people alone: in a file that the phones of residents never fetch. */
export const TemplatePicker = officePart(() => import('./TemplatePicker.vue'))

/** Whether words of somebody who answers may go out: where they still hold a blank he is asked. It comes with the file of the templates; who has no network has none of those. */
export async function filledIn(text: string): Promise<boolean> {
  const blank = await import('./blank').catch(() => undefined)
  return !blank || blank.filledIn(text)
}
