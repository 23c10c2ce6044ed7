/** A server in memory that behaves as the contract says, with faults on demand. */
export interface Call {
  method: string
  path: string
  headers: Headers
  json?: Record<string, unknown>
  bytes?: number
}

type Answer = { status: number; json?: unknown; headers?: Record<string, string> } | 'network'

export class FakeServer {
  readonly calls: Call[] = []
  /** Records by client id, with the body that came first. */
  readonly records = new Map<string, { body: string; number: number }>()
  readonly photos = new Map<string, number>()
  /** How often the session was renewed, or tried to be. */
  refreshes = 0
  /** Whose cookie the browser holds; null: the session is over. */
  account: number | null = 1
  /** Answers to give instead of the right one, by path prefix, one after the other. */
  private readonly planned: { match: RegExp; answer: Answer; after: boolean }[] = []

  /** The next call that fits gets this answer; `after` means that the server did its work first (the answer was lost). */
  plan(match: RegExp, answer: Answer, after = false): void {
    this.planned.push({ match, answer, after })
  }

  install(): void {
    globalThis.fetch = ((url: string, init: RequestInit) => this.handle(String(url), init)) as typeof fetch
  }

  paths(): string[] {
    return this.calls.map((call) => `${call.method} ${call.path}`)
  }

  private async handle(url: string, init: RequestInit): Promise<Response> {
    const body = init.body
    const call: Call = {
      method: init.method ?? 'GET',
      path: url,
      headers: new Headers(init.headers),
      json: typeof body === 'string' ? JSON.parse(body) : undefined,
      bytes: body instanceof ArrayBuffer ? body.byteLength : undefined,
    }
    if (!url.includes('/session/refresh')) this.calls.push(call)
    const renewing = url.includes('/session/refresh')
    if (renewing) this.refreshes += 1
    const index = this.planned.findIndex((plan) => !renewing && plan.match.test(`${call.method} ${url}`))
    const plan = index < 0 ? undefined : this.planned.splice(index, 1)[0]
    if (plan && !plan.after) return this.respond(plan.answer)
    const right = this.answer(call)
    return this.respond(plan ? plan.answer : right)
  }

  private respond(answer: Answer): Response {
    if (answer === 'network') throw new TypeError('Failed to fetch')
    const text = answer.json === undefined ? null : JSON.stringify(answer.json)
    return new Response(text, { status: answer.status, headers: { 'content-type': 'application/json', ...answer.headers } })
  }

  private answer(call: Call): Answer {
    if (call.headers.get('X-Linli-Client') !== 'pwa') return { status: 403, json: { code: 'client.missing' } }
    if (call.path.endsWith('/session/refresh')) return this.refresh()
    if (call.headers.get('Authorization') !== `Bearer token-${this.account}`) return { status: 401, json: { code: 'session.expired' } }
    if (call.path.startsWith('/api/v1/photos/missing')) return this.missing(call)
    if (call.path.startsWith('/api/v1/photos/')) return this.store(call)
    return this.record(call)
  }

  private refresh(): Answer {
    if (this.account === null) return { status: 401, json: { code: 'session.expired' } }
    return { status: 200, json: { access_token: `token-${this.account}`, expires_in: 600, account: { id: this.account } } }
  }

  private missing(call: Call): Answer {
    const ids = decodeURIComponent(call.path.split('client_ids=')[1]!).split(',')
    return { status: 200, json: { missing: ids.filter((id) => !this.photos.has(id)) } }
  }

  private store(call: Call): Answer {
    const id = call.path.split('/').pop()!
    const known = this.photos.has(id)
    this.photos.set(id, call.bytes ?? 0)
    return { status: known ? 200 : 201, json: { id: 1 } }
  }

  private record(call: Call): Answer {
    const id = String(call.json?.client_id)
    const text = JSON.stringify(call.json)
    const first = this.records.get(id)
    if (first && first.body !== text) return { status: 409, json: { code: 'ticket.id_conflict' } }
    const number = first?.number ?? this.records.size + 1
    this.records.set(id, { body: text, number })
    const claims = (call.json?.photos ?? []) as { client_id: string }[]
    return {
      status: first ? 200 : 201,
      json: {
        ticket: { id: number, number: `20261122-001-000${number}-1` },
        photos_missing: claims.map((claim) => claim.client_id).filter((one) => !this.photos.has(one)),
      },
    }
  }
}
