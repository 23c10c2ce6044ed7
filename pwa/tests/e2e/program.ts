import { spawn, type ChildProcess } from 'node:child_process'
import { createHmac } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'

/** The program as a county runs it, not the demo: its own data, and a gateway that keeps the text messages. */
export interface Program {
  url: string
  /** The one-time token for the first administrator. */
  token: string
  /** The last code that was sent to a phone. */
  codeFor: (phone: string) => Promise<string>
  stop: () => Promise<void>
}

const SMS_KEY = 'a key for the gateway of the tests'
async function gateway(texts: Map<string, string[]>): Promise<Server> {
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (part) => (body += part))
    request.on('end', () => {
      const { phone, text } = JSON.parse(body) as { phone: string; text: string }
      const signed = createHmac('sha256', SMS_KEY).update(`${request.headers['x-linli-time']}.${body}`).digest('hex')
      if (signed !== request.headers['x-linli-signature']) {
        response.writeHead(403).end()
        return
      }
      texts.set(phone, [...(texts.get(phone) ?? []), text])
      response.writeHead(204).end()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return server
}

function environment(folder: string, port: number): NodeJS.ProcessEnv {
  // The settings of the server under test are not this one's, and the program stops at names that it does not know.
  const kept = Object.entries(process.env).filter(([name]) => !name.startsWith('LINLI_'))
  return {
    ...Object.fromEntries(kept),
    LINLI_ADDR: '127.0.0.1:0',
    LINLI_DATA_DIR: folder,
    LINLI_SMS_PROVIDER: 'http',
    LINLI_SMS_URL: `http://127.0.0.1:${port}/sms`,
    LINLI_SMS_KEY: SMS_KEY,
    LINLI_OUTBOUND_PRIVATE: '127.0.0.1',
  }
}

/** Waits for the greeting, which tells the address and the token. */
function greeting(child: ChildProcess): Promise<{ url: string; token: string }> {
  return new Promise((resolve, reject) => {
    let said = ''
    let complained = ''
    child.stderr?.on('data', (part) => (complained = (complained + part).slice(-4000)))
    child.stdout?.on('data', (part) => {
      said += part
      const url = /(http:\/\/127\.0\.0\.1:\d+)\n/.exec(said)?.[1]
      const token = /^ {4}(\S+)$/m.exec(said)?.[1]
      if (url && token) resolve({ url, token })
    })
    child.on('exit', (code) => reject(new Error(`the program ended with ${code}: ${complained}`)))
  })
}

export async function ownProgram(): Promise<Program> {
  const program = process.env.LINLI_BIN
  if (!program) throw new Error('LINLI_BIN names the built program: run the tests through .ci/with-linli.sh')
  const folder = await mkdtemp(path.join(tmpdir(), 'linli-own-'))
  const texts = new Map<string, string[]>()
  const server = await gateway(texts)
  const child = spawn(program, ['serve'], { env: environment(folder, (server.address() as AddressInfo).port), stdio: ['ignore', 'pipe', 'pipe'] })
  const stop = async () => {
    if (child.exitCode === null) {
      const ended = new Promise((resolve) => child.once('exit', resolve))
      child.kill('SIGINT')
      await ended
    }
    server.close()
    await rm(folder, { recursive: true, force: true })
  }
  const codeFor = async (phone: string) => {
    for (let turn = 0; turn < 200; turn++) {
      const code = /\d{6}/.exec(texts.get(phone)?.at(-1) ?? '')?.[0]
      if (code) {
        texts.delete(phone)
        return code
      }
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
    throw new Error(`no text message came for ${phone}`)
  }
  try {
    return { ...(await greeting(child)), codeFor, stop }
  } catch (fault) {
    await stop()
    throw fault
  }
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

function bytesOf(secret: string): Buffer {
  let bits = ''
  for (const letter of secret.replace(/\s/g, '')) bits += ALPHABET.indexOf(letter).toString(2).padStart(5, '0')
  return Buffer.from(bits.match(/.{8}/g)!.map((byte) => parseInt(byte, 2)))
}

/** An authenticator app that holds one key. A code works once, so it waits where the next one is not due yet. */
export class App {
  private last = 0

  constructor(private readonly secret: string) {}

  /** The code of now, or the next one where that has been used: the server takes one step of drift, so both have time. */
  async code(): Promise<string> {
    for (;;) {
      const now = Math.floor(Date.now() / 30_000)
      const step = Math.max(this.last + 1, now)
      if (step <= now + 1) {
        this.last = step
        return this.at(step)
      }
      await new Promise((resolve) => setTimeout(resolve, 1000))
    }
  }

  /** Six digits that none of the steps around now has. */
  wrong(): string {
    const now = Math.floor(Date.now() / 30_000)
    const near = [-2, -1, 0, 1, 2].map((drift) => this.at(now + drift))
    for (let n = 0; ; n++) {
      const code = String(n).padStart(6, '0')
      if (!near.includes(code)) return code
    }
  }

  private at(step: number): string {
    const counter = Buffer.alloc(8)
    counter.writeBigUInt64BE(BigInt(step))
    const sum = createHmac('sha1', bytesOf(this.secret)).update(counter).digest()
    const number = sum.readUInt32BE(sum.at(-1)! & 15) & 0x7fff_ffff
    return String(number % 1_000_000).padStart(6, '0')
  }
}
