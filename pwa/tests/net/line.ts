import { spawn, type ChildProcess } from 'node:child_process'
import { createServer } from 'node:net'

export interface Toxic {
  type: string
  stream: 'upstream' | 'downstream'
  toxicity?: number
  attributes: Record<string, number>
}

/** A line between the browser and the program that can be spoilt and mended while connections are open. */
export interface Line {
  url: string
  spoil: (toxics: Toxic[]) => Promise<void>
  mend: () => Promise<void>
  cut: () => Promise<void>
  close: () => void
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.on('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number }
      server.close(() => resolve(port))
    })
  })
}

async function call(url: string, method: string, body?: unknown): Promise<void> {
  const answer = await fetch(url, { method, headers: { 'Content-Type': 'application/json' }, body: body === undefined ? undefined : JSON.stringify(body) })
  if (!answer.ok) throw new Error(`${method} ${url}: ${answer.status} ${await answer.text()}`)
}

async function awake(url: string, program: ChildProcess): Promise<void> {
  for (let n = 0; n < 100; n++) {
    if (program.exitCode !== null) throw new Error(`the proxy ended with ${program.exitCode}`)
    if (await fetch(`${url}/version`).then((answer) => answer.ok, () => false)) return
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error('the proxy does not answer')
}

/** Starts the proxy in front of the program at target. */
export async function openLine(target: string): Promise<Line> {
  const binary = process.env.LINLI_TEST_TOXIPROXY
  if (!binary) throw new Error('LINLI_TEST_TOXIPROXY must name the proxy: make net gets it')
  const [control, listen] = [await freePort(), await freePort()]
  const program = spawn(binary, ['-host', '127.0.0.1', '-port', String(control)], { stdio: 'ignore' })
  const admin = `http://127.0.0.1:${control}`
  await awake(admin, program)
  await call(`${admin}/proxies`, 'POST', { name: 'line', listen: `127.0.0.1:${listen}`, upstream: new URL(target).host, enabled: true })
  return {
    url: `http://127.0.0.1:${listen}`,
    async spoil(toxics) {
      for (const [n, toxic] of toxics.entries()) await call(`${admin}/proxies/line/toxics`, 'POST', { name: `${toxic.type}-${toxic.stream}-${n}`, ...toxic })
    },
    mend: () => call(`${admin}/reset`, 'POST'),
    cut: () => call(`${admin}/proxies/line`, 'POST', { enabled: false }),
    close: () => program.kill('SIGTERM'),
  }
}
