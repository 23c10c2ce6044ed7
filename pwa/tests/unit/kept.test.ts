import { afterEach, describe, expect, it, vi } from 'vitest'
import { effectScope, nextTick, type EffectScope } from 'vue'
import { Problem } from '@/api/problem'
import type { Account } from '@/api/types'
import { anyDirty } from '@/app/dirty'
import { useResource } from '@/app/resource'
import { account } from '@/app/session'
import { recall, remember } from '@/outbox/cache'
import { database } from '@/outbox/database'
import { readDraft, writeDraft } from '@/outbox/drafts'
import { forgetOld } from '@/outbox/old'
import { draftKey, StorageFull } from '@/outbox/store'
import type { Draft } from '@/outbox/types'
import { useDraft } from '@/outbox/useDraft'
import { useKept } from '@/outbox/useKept'
import { openOutboxFor } from '@/outbox/useOutbox'
import { newClientId } from '@/outbox/uuid'
import { ME, only, OTHER, photo, restart, useNewPhone } from './phone'

useNewPhone()

const scopes: EffectScope[] = []
afterEach(() => {
  for (const scope of scopes.splice(0)) scope.stop()
  account.value = null
})

/** Somebody opens the form on this phone. */
async function opened<Form extends { ready: { value: boolean } }>(person: number, open: () => Form): Promise<{ form: Form; close: () => void }> {
  account.value = { id: person } as Account
  const scope = effectScope()
  scopes.push(scope)
  const form = scope.run(open)!
  await vi.waitUntil(() => form.ready.value)
  return { form, close: () => scope.stop() }
}

const sheet = (ticket = 7, step = 'return') => useKept<{ reason: string; choice?: string }>('sheet', `${ticket}-${step}`, { reason: '' })
const keyOf = (person: number, ticket = 7, step = 'return') => draftKey(person, 'sheet', `${ticket}-${step}`)
const kept = (key: string) => readDraft(key).then((draft) => (draft?.data as { reason: string } | undefined)?.reason)

/** The phone has no room for so many writes of drafts. */
function failPuts(times: number): void {
  const real = IDBObjectStore.prototype.put
  let left = times
  vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(function (this: IDBObjectStore, ...values: [unknown, IDBValidKey?]) {
    if (this.name === 'drafts' && left > 0) {
      left -= 1
      this.transaction.abort()
      throw new DOMException('full', 'QuotaExceededError')
    }
    return real.apply(this, values)
  })
}

describe('what was seen last', () => {
  it('does not come back from the phone once the server said that it is not to be seen any more', async () => {
    account.value = { id: ME } as Account
    await remember(ME, 'ticket/7', { text: 'x' })
    const open = (status: number) => {
      const scope = effectScope()
      scopes.push(scope)
      return scope.run(() => useResource(() => Promise.reject<unknown>(new Problem(status)), 'ticket/7'))!
    }
    const away = open(0)
    await vi.waitUntil(() => away.data.value !== undefined)
    for (const status of [403, 404]) {
      const gone = open(status)
      await new Promise((later) => setTimeout(later, 50))
      expect(gone.problem.value?.status).toBe(status)
      expect(gone.data.value).toBeUndefined()
    }
  })
})

describe('a sheet that is being written', () => {
  it('is kept shortly after the last letter, for the one who wrote it on this ticket and this sheet', async () => {
    const { form } = await opened(ME, () => sheet())
    form.data.reason = '不归我们管'
    form.data.choice = 'no'
    await vi.waitUntil(async () => (await kept(keyOf(ME))) === '不归我们管')
    await restart()
    const { form: again } = await opened(ME, () => sheet())
    expect(again.data).toEqual({ reason: '不归我们管', choice: 'no' })
    expect(again.restored.value).toBe(true)
    for (const [person, ticket, step] of [[OTHER, 7, 'return'], [ME, 8, 'return'], [ME, 7, 'extend']] as const) {
      const { form: foreign } = await opened(person, () => sheet(ticket, step))
      expect(foreign.data).toEqual({ reason: '' })
      expect(foreign.restored.value).toBe(false)
    }
  })

  it.each(['pagehide', 'visibilitychange'])('is kept at once at %s', async (event) => {
    const { form } = await opened(ME, () => sheet())
    form.data.reason = '刚写到一半'
    await nextTick()
    ;(event === 'pagehide' ? globalThis : document).dispatchEvent(new Event(event))
    await vi.waitFor(async () => expect(await kept(keyOf(ME))).toBe('刚写到一半'), { timeout: 200, interval: 10 })
  })

  it('of somebody who writes without a pause is kept all the same', async () => {
    const { form } = await opened(ME, () => sheet())
    const began = Date.now()
    while (Date.now() - began < 3_000 && !(await kept(keyOf(ME)))) {
      form.data.reason += '字'
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
    expect(await kept(keyOf(ME))).toMatch(/^字+$/)
  })

  it('keeps the app from beginning anew, until it is emptied, and then nothing is kept', async () => {
    const { form } = await opened(ME, () => sheet())
    form.data.reason = '写错了'
    await vi.waitUntil(() => kept(keyOf(ME)))
    expect(anyDirty()).toBe(true)
    form.data.reason = ''
    expect(anyDirty()).toBe(false)
    await vi.waitUntil(async () => (await readDraft(keyOf(ME))) === undefined)
  })

  it('keeps words inside of what the form begins with, and begins anew without them', async () => {
    const open = () => useKept('sheet', 'nested', { on_behalf: { name: '' } })
    const { form, close } = await opened(ME, open)
    form.data.on_behalf.name = '李叔'
    await form.clear()
    expect(form.data.on_behalf.name).toBe('')
    form.data.on_behalf.name = '王阿姨'
    close()
    const { form: again } = await opened(ME, open)
    expect(again.data.on_behalf.name).toBe('王阿姨')
  })

  it('is gone once it was sent, and what is saved late does not bring it back', async () => {
    const { form, close } = await opened(ME, () => sheet())
    form.data.reason = '不归我们管'
    await vi.waitUntil(() => kept(keyOf(ME)))
    form.data.reason = '不归我们管，归社区'
    await nextTick()
    form.drop()
    dispatchEvent(new Event('pagehide'))
    close()
    await new Promise((resolve) => setTimeout(resolve, 600))
    expect(await readDraft(keyOf(ME))).toBeUndefined()
  })
})

describe('a message that goes to the outbox', () => {
  const composer = () => useDraft('message', 7, { text: '' })

  it('leaves no draft, whatever the page does while it goes', async () => {
    openOutboxFor(ME)
    const { form, close } = await opened(ME, composer)
    form.data.text = '明天上午来修'
    await nextTick()
    const going = form.submit({ title: '明天上午来修', body: { text: form.data.text }, params: { id: 7 } })
    dispatchEvent(new Event('pagehide'))
    await going
    close()
    await new Promise((resolve) => setTimeout(resolve, 600))
    expect((await only()).body.text).toBe('明天上午来修')
    expect(await readDraft(draftKey(ME, 'message', '7'))).toBeUndefined()
  })

  it('leaves none where room had to be made for one', async () => {
    openOutboxFor(ME)
    const { form } = await opened(ME, composer)
    form.data.text = '明天下午来修'
    await nextTick()
    failPuts(1)
    dispatchEvent(new Event('pagehide')) // fails, and would be written again once there is room
    await form.submit({ title: '明天下午来修', body: { text: form.data.text }, params: { id: 7 } })
    await new Promise((resolve) => setTimeout(resolve, 300))
    expect(await readDraft(draftKey(ME, 'message', '7'))).toBeUndefined()
  })
})

describe('a photo that shows as added', () => {
  const composer = () => useDraft('message', 7, { text: '' })
  const photosKept = async () => (await readDraft(draftKey(ME, 'message', '7')))?.photos.map((one) => one.clientId) ?? []

  it('is kept already', async () => {
    const { form } = await opened(ME, composer)
    const one = photo()
    const keeping = form.keepPhoto(one)
    expect(form.photos.value).toEqual([])
    await keeping
    expect(form.photos.value.map((each) => each.clientId)).toEqual([one.clientId])
    expect(await photosKept()).toEqual([one.clientId])
    await restart()
    const { form: again } = await opened(ME, composer)
    expect(again.photos.value.map((each) => each.clientId)).toEqual([one.clientId])
  })

  it('is not wiped by words that are saved while it is on its way', async () => {
    const { form } = await opened(ME, composer)
    form.data.text = '拍了一张'
    await nextTick()
    const one = photo()
    const keeping = form.keepPhoto(one)
    await Promise.resolve() // its write has begun, and now the words are saved
    dispatchEvent(new Event('pagehide'))
    await keeping
    expect(await photosKept()).toEqual([one.clientId])
  })

  it('waits for what was kept before, and joins it', async () => {
    const earlier = photo()
    const key = draftKey(ME, 'message', '7')
    await writeDraft({ key, accountId: ME, kind: 'message', slot: '7', clientId: newClientId(), data: { text: '上次' }, photos: [earlier], at: Date.now() })
    account.value = { id: ME } as Account
    const scope = effectScope()
    scopes.push(scope)
    const form = scope.run(composer)!
    const one = photo()
    await form.keepPhoto(one)
    expect(await photosKept()).toEqual([earlier.clientId, one.clientId])
    expect(form.data.text).toBe('上次')
  })

  it('on a full phone is not shown; what was there before stays, on the form and on the phone', async () => {
    const { form } = await opened(ME, composer)
    const first = photo()
    form.data.text = '写好的话'
    await form.keepPhoto(first)
    failPuts(2)
    await expect(form.keepPhoto(photo())).rejects.toBeInstanceOf(StorageFull)
    expect(form.photos.value.map((each) => each.clientId)).toEqual([first.clientId])
    expect(form.data.text).toBe('写好的话')
    expect(await photosKept()).toEqual([first.clientId])
  })

  it('on a full phone takes no words with it that were not kept yet', async () => {
    const { form } = await opened(ME, composer)
    form.data.text = '刚写的话'
    await nextTick()
    failPuts(4)
    const keeping = form.keepPhoto(photo())
    await Promise.resolve()
    dispatchEvent(new Event('pagehide')) // the words go with the photo, and fail with it
    await expect(keeping).rejects.toBeInstanceOf(StorageFull)
    await vi.waitUntil(async () => (await readDraft(draftKey(ME, 'message', '7'))) !== undefined)
    expect(await readDraft(draftKey(ME, 'message', '7'))).toMatchObject({ data: { text: '刚写的话' }, photos: [] })
  })

  it('comes before what was only kept to be fast', async () => {
    await remember(ME, 'home', { big: 1 })
    const { form } = await opened(ME, composer)
    failPuts(1)
    await form.keepPhoto(photo())
    expect(await photosKept()).toHaveLength(1)
    expect(await recall(ME, 'home')).toBeUndefined()
  })
})

describe('what was begun and left lying', () => {
  const day = 24 * 3600_000
  const left = (slot: string, at: number, accountId = ME): Draft => ({ key: draftKey(accountId, 'sheet', slot), accountId, kind: 'sheet', slot, clientId: newClientId(), data: { reason: slot }, photos: [], at })

  it('is forgotten after a month, whoever wrote it, and not before', async () => {
    await writeDraft(left('old', Date.now() - 31 * day))
    await writeDraft(left('old', Date.now() - 31 * day, OTHER))
    await writeDraft(left('new', Date.now() - 29 * day))
    await forgetOld()
    expect((await (await database()).getAll('drafts')).map((draft) => draft.slot)).toEqual(['new'])
  })
})
