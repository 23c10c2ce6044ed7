import { PhotoError, shrink } from './shrink'

interface Job {
  number: number
  file: Blob
}

const post = postMessage as unknown as (message: unknown, transfer?: Transferable[]) => void

addEventListener('message', async (event: MessageEvent<Job>) => {
  const { number, file } = event.data
  try {
    const photo = await shrink(file)
    post({ number, photo }, [photo.bytes])
  } catch (problem) {
    post({ number, fault: problem instanceof PhotoError ? problem.fault : 'unreadable' })
  }
})
