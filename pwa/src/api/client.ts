import createClient from 'openapi-fetch'
import { send } from './http'
import type { paths } from './schema'

/**
 * The typed client over the generated schema:
 *   const { data } = await api.GET('/api/v1/tickets/{id}', { params: { path: { id } } })
 * A fault is thrown as Problem, so `data` is there whenever the call returns.
 */
export const api = createClient<paths>({
  baseUrl: '',
  async fetch(request: Request) {
    const body = request.method === 'GET' || request.method === 'HEAD' ? undefined : await request.arrayBuffer()
    const type = request.headers.get('content-type')
    return send(new URL(request.url).pathname + new URL(request.url).search, {
      method: request.method,
      bytes: body && body.byteLength > 0 ? body : undefined,
      headers: type ? { 'Content-Type': type } : undefined,
      signal: request.signal,
    })
  },
})

export * from './http'
export * from './problem'
