import { describe, expect, it, vi } from 'vitest'
import { forgetCache, recall, remember } from '@/outbox/cache'
import { database } from '@/outbox/database'
import { draftLeft, draftsOf, readDraft, writeDraft } from '@/outbox/drafts'
import { drain, startOutbox, stopOutbox } from '@/outbox/engine'
import { forgetOld } from '@/outbox/old'
import { copyToDraft, countOfOthers, discardItem, draftKey, itemsOf, photosOf, putIntoOutbox, StorageFull } from '@/outbox/store'
import { newClientId } from '@/outbox/uuid'
import { ME, only, OTHER, patchItem, photo, restart, server, submission, useNewPhone } from './phone'

useNewPhone()

describe('when only the person can help', () => {
  const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds))

  async function photosLeftAndSignedOut(): Promise<void> {
    const item = await putIntoOutbox(submission({ photos: [photo()] }))
    await patchItem(item.clientId, { state: 'photos_pending' })
    server.account = null
  }

  it('does not ask again and again for photos whose session ended, and goes on after an event', async () => {
    await photosLeftAndSignedOut()
    startOutbox(ME)
    await drain(ME)
    const before = server.refreshes
    expect(before).toBeGreaterThan(0)
    await pause(800)
    expect(server.refreshes).toBe(before)
    server.account = ME
    dispatchEvent(new Event('online'))
    await drain(ME)
    expect((await only()).state).toBe('sent')
  })

  it('arms no timer for an outbox that was closed while it was sending', async () => {
    await putIntoOutbox(submission())
    server.plan(/POST/, { status: 503, headers: { 'retry-after': '0' } })
    startOutbox(ME)
    const sending = drain(ME)
    stopOutbox()
    await sending
    await patchItem((await only()).clientId, { nextAt: 0 })
    const before = server.calls.length
    await pause(2_300)
    expect(server.calls).toHaveLength(before)
  })

  it('an outbox that is open looks again by itself', async () => {
    const item = await putIntoOutbox(submission())
    await patchItem(item.clientId, { nextAt: Date.now() + 300, serverWait: true })
    startOutbox(ME)
    await drain(ME)
    expect(server.calls).toHaveLength(0)
    await pause(900)
    expect((await only()).state).toBe('sent')
  })

  it('the next person is not forgotten while the first one’s items are on their way', async () => {
    await putIntoOutbox(submission())
    await putIntoOutbox(submission({ accountId: OTHER }))
    const first = drain(ME)
    server.account = OTHER
    const second = drain(OTHER, true)
    await Promise.all([first, second])
    expect((await only(OTHER)).state).toBe('sent')
    expect((await only(ME)).state).toBe('needs_login')
  })
})

describe('killed and opened again', () => {
  it.each(['queued', 'sending', 'needs_login'] as const)('an item found %s is sent', async (state) => {
    const item = await putIntoOutbox(submission({ photos: [photo()] }))
    await patchItem(item.clientId, { state })
    await restart()
    await drain(ME)
    expect((await only()).state).toBe('sent')
    expect(server.photos.size).toBe(1)
  })

  it('killed after the server took it and before the answer: sent once', async () => {
    const item = await putIntoOutbox(submission())
    server.plan(/POST/, 'network', true)
    await drain(ME)
    await patchItem(item.clientId, { state: 'sending' })
    await restart()
    await drain(ME)
    expect((await only()).state).toBe('sent')
    expect(server.records.size).toBe(1)
  })

  it('what was refused stays refused', async () => {
    const item = await putIntoOutbox(submission())
    await patchItem(item.clientId, { state: 'needs_fix' })
    await restart()
    await drain(ME, true)
    expect(server.calls).toHaveLength(0)
    expect((await only()).state).toBe('needs_fix')
  })

  it('a receipt goes after a month, nothing else does', async () => {
    const old = await putIntoOutbox(submission())
    await putIntoOutbox(submission())
    await patchItem(old.clientId, { state: 'sent', sentAt: Date.now() - 31 * 24 * 3600_000 })
    await forgetOld()
    expect((await only()).state).toBe('queued')
  })
})

describe('two people, one phone', () => {
  it('the other one sees a number and nothing more, and sends nothing', async () => {
    await putIntoOutbox(submission())
    expect(await itemsOf(OTHER)).toEqual([])
    expect(await countOfOthers(OTHER)).toBe(1)
    server.account = OTHER
    await drain(OTHER, true)
    expect(server.calls).toHaveLength(0)
  })

  it('never goes out in another name, even when the cookie changed under it', async () => {
    await putIntoOutbox(submission())
    server.account = OTHER
    await drain(ME, true)
    expect(server.calls).toHaveLength(0)
    expect((await only()).state).toBe('needs_login')
  })

  it('cannot throw away or copy what is not theirs', async () => {
    const item = await putIntoOutbox(submission())
    await patchItem(item.clientId, { state: 'needs_fix' })
    await discardItem(OTHER, item.clientId)
    expect(await copyToDraft(OTHER, item.clientId)).toBeUndefined()
    expect((await only()).state).toBe('needs_fix')
  })

  it('what was read is wiped at sign-out, for this account only', async () => {
    await remember(ME, 'home', { a: 1 })
    await remember(OTHER, 'home', { b: 2 })
    await forgetCache(ME)
    expect(await recall(ME, 'home')).toBeUndefined()
    expect((await recall(OTHER, 'home'))?.data).toEqual({ b: 2 })
  })
})

describe('drafts', () => {
  it('is frozen when it is submitted', async () => {
    const body = { category: 'REP-01', text: '第一稿' }
    await putIntoOutbox(submission({ body }))
    body.text = '改过了'
    await drain(ME)
    expect(server.calls[0]!.json?.text).toBe('第一稿')
  })

  it('is known to lie here by its kind, and no longer once it was sent', async () => {
    const key = draftKey(ME, 'ticket', 'new')
    expect(await draftLeft('ticket')).toBe(false)
    await writeDraft({ key, accountId: ME, kind: 'ticket', slot: 'new', clientId: newClientId(), data: { text: 'x' }, photos: [], at: 1 })
    expect(await draftLeft('ticket')).toBe(true)
    expect(await draftLeft('rating')).toBe(false)
    await putIntoOutbox(submission({ draftKey: key }))
    expect(await draftLeft('ticket')).toBe(false)
  })

  it('leaves in the same transaction in which the item comes', async () => {
    const key = draftKey(ME, 'ticket', 'new')
    await writeDraft({ key, accountId: ME, kind: 'ticket', slot: 'new', clientId: newClientId(), data: { text: 'x' }, photos: [photo()], at: 1 })
    await putIntoOutbox(submission({ draftKey: key }))
    expect(await readDraft(key)).toBeUndefined()
  })

  it('a refused item is copied with new ids, words and photos, and leaves', async () => {
    const one = photo(33)
    const item = await putIntoOutbox(submission({ photos: [one] }))
    server.plan(/POST/, { status: 409, json: { code: 'ticket.id_conflict' } })
    await drain(ME)
    const draft = await copyToDraft(ME, item.clientId)
    expect(draft?.clientId).not.toBe(item.clientId)
    expect(draft?.data).toEqual({ category: 'REP-01', text: '楼道灯不亮' })
    expect(draft?.photos[0]?.clientId).not.toBe(one.clientId)
    expect(draft?.photos[0]?.bytes.byteLength).toBe(33)
    expect(await itemsOf(ME)).toHaveLength(0)
    expect(await photosOf(item.clientId)).toHaveLength(0)
    expect((await readDraft(draftKey(ME, 'ticket', 'new')))?.clientId).toBe(draft?.clientId)
  })

  it('a refused item goes back to its own form: of this estate, of the neighbour', async () => {
    for (const [kind, body, slot] of [['rating', { estate_id: 7, level: 2 }, '7'], ['ticket', { category: 'REP-01', text: '灯不亮', on_behalf: { name: '王' } }, 'neighbour']] as const) {
      const item = await putIntoOutbox(submission({ kind, body: { ...body } }))
      await patchItem(item.clientId, { state: 'needs_fix' })
      await copyToDraft(ME, item.clientId)
      expect((await readDraft(draftKey(ME, kind, slot)))?.data).toEqual(body)
    }
  })

  it('are counted for whom they belong to', async () => {
    for (const [owner, slot] of [[ME, 'new'], [ME, 'neighbour'], [OTHER, 'new']] as const) {
      await writeDraft({ key: draftKey(owner, 'ticket', slot), accountId: owner, kind: 'ticket', slot, clientId: newClientId(), data: {}, photos: [], at: 1 })
    }
    expect([await draftsOf(ME), await draftsOf(OTHER), await draftsOf(3)]).toEqual([2, 1, 0])
  })

  it('what has not been refused cannot be copied', async () => {
    const item = await putIntoOutbox(submission())
    expect(await copyToDraft(ME, item.clientId)).toBeUndefined()
    expect((await only()).state).toBe('queued')
  })
})

describe('a full phone', () => {
  function failPuts(times: number): void {
    const real = IDBObjectStore.prototype.put
    let left = times
    vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(function (this: IDBObjectStore, ...values: [unknown, IDBValidKey?]) {
      if (this.name === 'photos' && left > 0) {
        left -= 1
        this.transaction.abort()
        throw new DOMException('full', 'QuotaExceededError')
      }
      return real.apply(this, values)
    })
  }

  it('gives up what was only kept to be fast, and then it fits', async () => {
    await remember(ME, 'home', { big: 1 })
    failPuts(1)
    await putIntoOutbox(submission({ photos: [photo()] }))
    expect((await only()).state).toBe('queued')
    expect(await recall(ME, 'home')).toBeUndefined()
  })

  it('says so, and nothing half is left behind', async () => {
    failPuts(9)
    await expect(putIntoOutbox(submission({ photos: [photo()] }))).rejects.toBeInstanceOf(StorageFull)
    vi.restoreAllMocks()
    expect(await itemsOf(ME)).toHaveLength(0)
    expect(await (await database()).count('photos')).toBe(0)
  })
})
