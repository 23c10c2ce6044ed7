/** What the server says when something is not right (application/problem+json). */
export interface ProblemBody {
  status?: number
  title?: string
  code?: string
  field?: string
  params?: Record<string, string | number>
  request_id?: string
}

/** The server's word that an administrator must add a second factor before anything else. */
export const FACTOR_NEEDED = 'session.second_factor_needed'

export class Problem extends Error {
  readonly status: number
  readonly code: string
  readonly field?: string
  readonly params: Record<string, string | number>
  readonly requestId?: string
  /** Our server said so. A proxy, a captive portal or a dead gateway on the way knows no codes, and refuses nothing for ever. */
  readonly ours: boolean
  /** Seconds that the server asks us to wait. */
  readonly retryAfter: number

  constructor(status: number, body: ProblemBody = {}, retryAfter = 0) {
    const code = body.code ?? codeOfStatus(status)
    super(`${status} ${code}`)
    this.name = 'Problem'
    this.status = status
    this.code = code
    this.ours = body.code !== undefined
    this.field = body.field
    this.params = body.params ?? {}
    this.requestId = body.request_id
    this.retryAfter = retryAfter
  }

  /** No answer of our server: no network, a dead proxy, or too slow. */
  get offline(): boolean {
    return this.status === 0
  }
}

/** A proxy on the way answers without our code: name the case all the same. */
function codeOfStatus(status: number): string {
  if (status === 0) return 'network.unreachable'
  if (status === 401) return 'session.expired'
  if (status === 403) return 'access.denied'
  if (status === 404) return 'page.not_found'
  if (status === 413) return 'request.too_large'
  if (status === 429) return 'request.too_many'
  if (status >= 500) return 'server.failed'
  return 'request.refused'
}

/** Retry-After comes as seconds or as a date. */
export function readRetryAfter(value: string | null, now = Date.now()): number {
  if (!value) return 0
  const seconds = Number(value)
  if (Number.isFinite(seconds)) return Math.max(0, seconds)
  const date = Date.parse(value)
  return Number.isNaN(date) ? 0 : Math.max(0, Math.ceil((date - now) / 1000))
}

export async function problemOf(response: Response): Promise<Problem> {
  let body: ProblemBody = {}
  if (response.headers.get('content-type')?.includes('json')) {
    body = await response.json().catch(() => ({}))
  }
  return new Problem(response.status, body, readRetryAfter(response.headers.get('retry-after')))
}
