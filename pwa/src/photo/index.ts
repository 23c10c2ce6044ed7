import { scriptAddress } from '@/app/trusted'
import workerAddress from './worker.ts?worker&url'
import type { PreparedPhoto } from '@/outbox/types'
import { PhotoError, shrink, type PhotoFault } from './shrink'

export { PhotoError, type PhotoFault } from './shrink'

interface Answer {
  number: number
  photo?: PreparedPhoto
  fault?: PhotoFault
}

interface Waiting {
  resolve: (photo: PreparedPhoto) => void
  reject: (fault: PhotoError) => void
}

const waiting = new Map<number, Waiting>()
let worker: Worker | undefined
let counter = 0
let chain: Promise<unknown> = Promise.resolve()

/** Shrinks one photo after the other: a phone's memory does not hold nine at once. */
export function preparePhoto(file: Blob): Promise<PreparedPhoto> {
  const result = chain.then(() => prepareOne(file))
  chain = result.catch(() => undefined)
  return result
}

function prepareOne(file: Blob): Promise<PreparedPhoto> {
  // Safari before 16.4 has no OffscreenCanvas: the page does the work itself.
  if (typeof OffscreenCanvas === 'undefined' || typeof Worker === 'undefined') return shrink(file)
  const target = (worker ??= startWorker())
  counter += 1
  const number = counter
  return new Promise((resolve, reject) => {
    waiting.set(number, { resolve, reject })
    target.postMessage({ number, file })
  })
}

function startWorker(): Worker {
  const started = new Worker(scriptAddress(workerAddress), { type: 'module' })
  started.onmessage = (event: MessageEvent<Answer>) => {
    const { number, photo, fault } = event.data
    const entry = waiting.get(number)
    waiting.delete(number)
    if (photo) entry?.resolve(photo)
    else entry?.reject(new PhotoError(fault ?? 'unreadable'))
  }
  started.onerror = () => {
    for (const entry of waiting.values()) entry.reject(new PhotoError('unreadable'))
    waiting.clear()
    worker = undefined
  }
  return started
}
