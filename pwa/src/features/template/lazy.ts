import { officePart } from '@/ui/part'

/** Words that a party keeps, for its people alone: in a file that the phones of residents never fetch. */
export const TemplatePicker = officePart(() => import('./TemplatePicker.vue'))
