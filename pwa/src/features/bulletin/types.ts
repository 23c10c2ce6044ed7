import type { components } from '@/api/schema'

export type Bulletin = components['schemas']['TicketBulletinView']
export type BulletinPage = components['schemas']['TicketBulletinPage']
export type Bounds = components['schemas']['TicketBulletinBounds']

/** What of a bulletin is read: one that is still being written has no more. */
export type Said = Pick<Bulletin, 'category' | 'estate_name' | 'buildings' | 'text' | 'meanwhile' | 'state' | 'from_at' | 'until_at' | 'ended_at' | 'why' | 'changes'> & { party: { name: string; phone24?: string } }
