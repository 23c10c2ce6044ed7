import type { components } from '@/api/schema'

export type Template = components['schemas']['TicketReplyTemplateView']
export type TemplatePage = components['schemas']['TicketTemplatePage']
/** What of a template is written; an example has no more. */
export type TemplateWords = Pick<Template, 'title' | 'text' | 'category' | 'state'> & { use?: string }
export type Filled = components['schemas']['TicketFilledTemplates']
export type FilledOne = Filled['items'][number]
/** Where in the work it is used. */
export type Use = 'reply' | 'progress' | 'done' | 'contact'
