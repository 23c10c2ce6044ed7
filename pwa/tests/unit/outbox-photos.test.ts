import { describe, expect, it } from 'vitest'
import { drain } from '@/outbox/engine'
import { putIntoOutbox } from '@/outbox/store'
import { sha256 } from '@/photo/sha256'
import { ME, only, photo, restart, server, submission, useNewPhone } from './phone'

useNewPhone()

describe('photos', () => {
  it('a photo that the server refuses is named and the rest goes on', async () => {
    const photos = [photo(), photo(), photo()]
    await putIntoOutbox(submission({ photos }))
    server.plan(new RegExp(photos[1]!.clientId), { status: 422, json: { code: 'photo.broken' } })
    await drain(ME)
    const item = await only()
    expect(item.state).toBe('sent')
    expect(item.photosRefused).toEqual([{ clientId: photos[1]!.clientId, code: 'photo.broken' }])
    expect(server.photos.size).toBe(2)
  })

  it.each([
    ['a proxy that does not find it', { status: 404, headers: { 'content-type': 'text/html' } }],
    ['a gate that refuses it', { status: 403, headers: { 'content-type': 'text/html' } }],
    ['a portal that says yes to everything', { status: 200, headers: { 'content-type': 'text/html' } }],
  ])('%s loses no photo', async (_who, answer) => {
    const photos = [photo(11)]
    await putIntoOutbox(submission({ photos }))
    server.plan(/PUT/, answer)
    await drain(ME)
    const item = await only()
    expect(item.state).toBe('photos_pending')
    expect(item.photosRefused).toEqual([])
    await drain(ME, true)
    expect((await only()).state).toBe('sent')
    expect([...server.photos.values()]).toEqual([11])
  })

  it('a photo that the line changed goes again; one that the phone changed is refused', async () => {
    const whole = photo(11)
    whole.sha256 = await sha256(whole.bytes)
    await putIntoOutbox(submission({ photos: [whole, photo(12)] }))
    server.plan(/PUT/, { status: 422, json: { code: 'photo.hash_mismatch' } })
    await drain(ME)
    expect((await only()).state).toBe('photos_pending')
    server.plan(new RegExp(`PUT .*${(await only()).photoIds[1]!}`), { status: 422, json: { code: 'photo.hash_mismatch' } })
    await drain(ME, true)
    const item = await only()
    expect(item.state).toBe('sent')
    expect(item.photosRefused).toEqual([{ clientId: item.photoIds[1], code: 'photo.hash_mismatch' }])
    expect([...server.photos.values()]).toEqual([11])
  })

  it('a dead photo store leaves the words sent and the photos waiting', async () => {
    const photos = [photo(), photo()]
    await putIntoOutbox(submission({ photos }))
    server.plan(/PUT/, { status: 503, json: { code: 'photo.store_away' } })
    await drain(ME)
    const item = await only()
    expect(item.state).toBe('photos_pending')
    expect(item.reference?.id).toBe(1)
    expect(server.records.size).toBe(1)
    await drain(ME, true)
    expect((await only()).state).toBe('sent')
    expect(server.calls.filter((call) => call.method === 'POST')).toHaveLength(1)
  })

  it('sends only what the server says is missing', async () => {
    const photos = [photo(), photo()]
    server.photos.set(photos[0]!.clientId, 10)
    await putIntoOutbox(submission({ photos }))
    await drain(ME)
    expect(server.paths().filter((path) => path.startsWith('PUT'))).toEqual([`PUT /api/v1/photos/${photos[1]!.clientId}`])
    expect((await only()).photosStored).toBe(2)
  })

  it('after a restart it asks what is missing before it sends', async () => {
    const photos = [photo(), photo()]
    await putIntoOutbox(submission({ photos }))
    server.plan(new RegExp(`PUT .*${photos[0]!.clientId}`), 'network', true) // stored, the answer was lost
    await drain(ME)
    await restart()
    await drain(ME, true)
    const paths = server.paths()
    expect(paths.filter((path) => path.includes('missing'))).toHaveLength(1)
    expect(paths.filter((path) => path.includes(photos[0]!.clientId) && path.startsWith('PUT'))).toHaveLength(1)
    expect((await only()).state).toBe('sent')
    expect(server.photos.size).toBe(2)
  })

  it('401 in the middle of the photos waits for the person without losing the record', async () => {
    const photos = [photo(), photo()]
    await putIntoOutbox(submission({ photos }))
    server.plan(/PUT/, { status: 401, json: { code: 'session.expired' } })
    server.plan(/PUT/, { status: 401, json: { code: 'session.expired' } })
    await drain(ME)
    expect((await only()).state).toBe('needs_login') // and says so
    await drain(ME, true)
    expect((await only()).state).toBe('sent')
    expect(server.records.size).toBe(1)
    expect(server.photos.size).toBe(2)
  })
})
