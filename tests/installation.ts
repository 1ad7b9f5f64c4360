import { randomBytes } from 'node:crypto'
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { readSettings } from '#config'
import { startSimulator } from '#simulator'
import { runSupervisor } from '#supervisor'
import { sealCredentials, type SealingKey } from '#vault/seal'

/** What an HTTP request answered. */
export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  /** The body as JSON; undefined where it is none. */
  // oxlint-disable-next-line typescript/no-explicit-any -- tests look at whatever came
  readonly body: any
}

export interface CallOptions {
  readonly body?: unknown
  /** Instead of `body`: these bytes as they are. */
  readonly raw?: string | Uint8Array
  readonly headers?: Readonly<Record<string, string>>
  /** Null: without a token. */
  readonly token?: string | null
}

export type Key = { readonly apiKey: string; readonly secret: string }

/** A whole installation: supervisor, server and executor as they run in earnest, against simulated exchanges. */
export interface Installation {
  readonly url: string
  /** Of the first user, an administrator, with every scope. */
  readonly token: string
  readonly userId: string
  readonly dataDir: string
  /** Base addresses of the simulated exchanges. */
  readonly exchanges: Readonly<Record<string, string>>
  /** A request to the API; `path` begins after `/api/v1`. */
  call(method: string, path: string, options?: CallOptions): Promise<Answer>
  /** A request to a simulator's control route, after `/__sim`. */
  control(exchange: string, method: string, path: string, body?: unknown): Promise<Answer>
  /** Makes a key at a simulated exchange. */
  makeKey(exchange: string, more?: Readonly<Record<string, unknown>>): Promise<Key>
  /** Seals and submits a key. */
  connect(
    exchange: string, market: string, key: Readonly<Record<string, string>>, more?: Readonly<Record<string, unknown>>,
    token?: string,
  ): Promise<Answer>
  /** What all three processes logged. */
  logged(): string
  stop(): Promise<void>
}

/** Starts everything in a temporary folder. `env`: further settings by their names. */
export async function startInstallation(options: {
  readonly exchanges?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
} = {}): Promise<Installation> {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'towerflow-test-'))
  const simulator = await startSimulator({ exchanges: options.exchanges ?? ['binance'] })
  const logFile = path.join(dataDir, 'processes.log')
  const output = openSync(logFile, 'a', 0o600)
  const settings = readSettings({
    TOWERFLOW_DATA_DIR: dataDir, TOWERFLOW_PORT: '0', TOWERFLOW_LOG_LEVEL: 'debug',
    TOWERFLOW_EXCHANGE_URLS: JSON.stringify(simulator.urls), ...options.env,
  })
  const running = await runSupervisor(
    settings, { note: () => undefined, stopped: new Promise(() => undefined), output },
  ).catch(async (error: unknown) => {
    await simulator.close()
    throw new Error(`the installation did not start:\n${readFileSync(logFile, 'utf8').slice(-4000)}`, { cause: error })
  })
  if (running === null) throw new Error('the installation was stopped while it started')
  const request = async (url: string, method: string, { body, raw, headers, token }: CallOptions): Promise<Answer> => {
    const sent = raw ?? (body === undefined ? undefined : JSON.stringify(body))
    const response = await fetch(url, {
      method, redirect: 'error', signal: AbortSignal.timeout(30_000),
      headers: {
        ...(token === null || token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers,
      },
      ...(sent === undefined ? {} : { body: sent as NonNullable<RequestInit['body']> }),
    })
    const text = await response.text()
    return { status: response.status, headers: response.headers, text, body: jsonOf(text) }
  }
  const setup = await request(
    `${running.url}/api/v1/setup`, 'POST', { body: { token: running.setupToken, name: 'admin' } },
  )
  if (setup.status !== 201) throw new Error(`setup answered ${setup.status}: ${setup.text}`)
  const { token, id: userId } = setup.body as { token: string; id: string }

  const call: Installation['call'] = (method, route, more = {}) => request(
    `${running.url}/api/v1${route}`, method, { token, ...more },
  )
  const control: Installation['control'] = (exchange, method, route, body) => request(
    `${simulator.urls[exchange] ?? ''}/__sim${route}`, method, { body },
  )
  return {
    url: running.url, token, userId, dataDir, exchanges: simulator.urls, call, control,
    makeKey: async (exchange, more = {}) => {
      const key = { apiKey: randomBytes(32).toString('hex'), secret: randomBytes(32).toString('hex') }
      const made = await control(
        exchange, 'POST', '/accounts',
        { ...key, permissions: ['read', 'spot', 'futures'], balances: { USDT: '10000' }, ...more },
      )
      if (made.status >= 300) throw new Error(`the simulator made no account: ${made.text}`)
      return key
    },
    connect: async (exchange, market, key, more = {}, as = token) => {
      const [sealingKey, me] = [
        await call('GET', '/sealing-key', { token: as }), await call('GET', '/me', { token: as }),
      ]
      const sealed = await sealCredentials(
        sealingKey.body as SealingKey, { userId: (me.body as { id: string }).id, exchange, market }, key,
      )
      return call('POST', '/connections', { token: as, body: { exchange, market, sealed, ...more } })
    },
    logged: () => readFileSync(logFile, 'utf8'),
    stop: async () => {
      await running.stop()
      await simulator.close()
      closeSync(output)
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined // an event stream, metrics, or nothing
  }
}

/** Polls until there is something, and answers it. Fails with `what` after the deadline. */
export async function eventually<T>(
  look: () => Promise<T | null | undefined | false>, what: string, deadlineMs = 60_000,
): Promise<T> {
  const end = performance.now() + deadlineMs
  for (;;) {
    const seen = await look()
    if (seen !== null && seen !== undefined && seen !== false) return seen
    if (performance.now() > end) throw new Error(`it did not come to be: ${what}`)
    await new Promise((resolve) => { setTimeout(resolve, 20) })
  }
}
