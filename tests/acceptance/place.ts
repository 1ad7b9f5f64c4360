import { randomBytes } from 'node:crypto'
import path from 'node:path'
import { startSimulator, type Simulator } from '#simulator'
import { sealCredentials, type SealingKey } from '#vault/seal'
import { run, temporaryFolder, type Result } from '../cli/command.ts'
import { eventually, type Answer, type CallOptions, type Key } from '../installation.ts'
import { childOf, startInstallation, type Installation } from '../supervisor/installation.ts'

/**
 * A place where Towerflow is installed: its data folder outlives the process, which is started as a person does it
 * (`towerflow start`) and may be stopped and started again. Everything that it answered is kept.
 */
export interface Place {
  readonly folder: string
  dataDir: string
  /** Where it listens now. */
  readonly url: string
  /** Every answer to every request so far: status line aside, headers and body. */
  readonly answers: string[]
  /** Set before the next start, or for commands. */
  env: Record<string, string>
  /** Of whom requests are made, unless said otherwise. */
  token: string
  start(): Promise<Installation>
  stop(): Promise<void>
  /** What all processes logged, over all starts. */
  logged(): string
  /** From its next start on it is there, with these settings. */
  moveTo(dataDir: string, env: Record<string, string>): void
  pid(of: 'server' | 'executor' | 'supervisor'): number
  call(method: string, route: string, options?: CallOptions): Promise<Answer>
  /** The body of an answer that had to be of that status. */
  want(status: number, method: string, route: string, body?: unknown, token?: string): Promise<Answer['body']>
  /** A payload to a webhook, as it is. */
  deliver(hash: string, raw: string | object, headers?: Record<string, string>): Promise<Answer>
  /** Seals and submits a key, as a browser does. */
  connect(exchange: string, market: string, key: Readonly<Record<string, string>>, more?: object, token?: string): Promise<Answer>
  /** Runs `towerflow` with these words. */
  cli(words: readonly string[], input?: string): Promise<Result>
  /** The same with `--json`: what it printed, which has to be one line. */
  json(words: readonly string[], input?: string): Promise<Answer['body']>
  /** Ends it, if it runs, and removes everything. */
  remove(): Promise<void>
}

/** `exchanges`: addresses of what stands in for the exchanges. Nothing is started yet. */
export function makePlace(exchanges: Readonly<Record<string, string>>, env: Record<string, string> = {}): Place {
  const folder = temporaryFolder()
  const answers: string[] = []
  let running: Installation | null = null
  let logs = ''
  const url = (): string => {
    if (running === null) throw new Error('it does not run')
    return running.url
  }
  const place: Place = {
    folder: folder.path, dataDir: path.join(folder.path, 'data'), get url() { return url() }, answers, token: '',
    env: { TOWERFLOW_DATA_DIR: path.join(folder.path, 'data'), TOWERFLOW_EXCHANGE_URLS: JSON.stringify(exchanges), TOWERFLOW_LOG_LEVEL: 'debug', ...env },
    async start() {
      running = await startInstallation(place.dataDir, place.env)
      if (running.setupToken !== undefined && place.token === '') {
        place.token = (await place.want(201, 'POST', '/setup', { token: running.setupToken, name: 'admin' }, '')).token as string
      }
      return running
    },
    async stop() {
      const ending = running
      running = null
      if (ending === null) return
      await ending.stop()
      logs += ending.log()
    },
    moveTo(dataDir, moved) {
      place.dataDir = dataDir
      place.env = { ...moved, TOWERFLOW_DATA_DIR: dataDir }
    },
    logged: () => logs + (running?.log() ?? ''),
    pid: (of) => {
      if (running === null) throw new Error('it does not run')
      return of === 'supervisor' ? running.pid : childOf(running.pid, of).pid
    },
    async call(method, route, { body, raw, headers, token = place.token } = {}) {
      const sent = raw ?? (body === undefined ? undefined : JSON.stringify(body))
      const response = await fetch(`${url()}/api/v1${route}`, {
        method, redirect: 'error', signal: AbortSignal.timeout(30_000),
        headers: {
          ...(token === null || token === '' ? {} : { authorization: `Bearer ${token}` }),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers,
        },
        ...(sent === undefined ? {} : { body: sent as NonNullable<RequestInit['body']> }),
      })
      const text = await response.text()
      answers.push(`${method} ${route}\n${JSON.stringify([...response.headers])}\n${text}`)
      return { status: response.status, headers: response.headers, text, body: jsonOf(text) }
    },
    async want(status, method, route, body, token) {
      const answer = await place.call(method, route, { body, ...(token === undefined ? {} : { token }) })
      if (answer.status !== status) throw new Error(`${method} ${route} answered ${answer.status}, not ${status}: ${answer.text}`)
      return answer.body
    },
    deliver: (hash, raw, headers) => place.call('POST', `/hooks/${hash}`, {
      token: null, raw: typeof raw === 'string' ? raw : JSON.stringify(raw), ...(headers === undefined ? {} : { headers }),
    }),
    async connect(exchange, market, key, more = {}, token = place.token) {
      const [sealingKey, me] = [await place.want(200, 'GET', '/sealing-key', undefined, token), await place.want(200, 'GET', '/me', undefined, token)]
      const sealed = await sealCredentials(sealingKey as SealingKey, { userId: me.id as string, exchange, market }, key)
      return place.call('POST', '/connections', { token, body: { exchange, market, sealed, ...more } })
    },
    cli: (words, input) => run(words, {
      env: { ...place.env, TOWERFLOW_TOKEN: place.token, ...(running === null ? {} : { TOWERFLOW_URL: running.url }) },
      ...(input === undefined ? {} : { input }),
    }),
    async json(words, input) {
      const { code, stdout, stderr } = await place.cli([...words, '--json'], input)
      if (code !== 0) throw new Error(`towerflow ${words.join(' ')} ended with ${code}: ${stderr}`)
      return jsonOf(stdout)
    },
    async remove() {
      await place.stop()
      folder.remove()
    },
  }
  return place
}

function jsonOf(text: string): Answer['body'] {
  try {
    return JSON.parse(text)
  } catch {
    return undefined // an event stream, metrics, or nothing
  }
}

/** Simulated exchanges with their control routes. */
export interface Exchanges {
  readonly simulator: Simulator
  /** A request to a control route, after `/__sim`. */
  control(exchange: string, method: string, route: string, body?: unknown): Promise<Answer['body']>
  /** Makes an account with this key, by default a fresh one that may trade spot and futures. */
  account(exchange: string, more?: object): Promise<Key>
  orders(exchange: string): Promise<SimOrder[]>
}

export interface SimOrder {
  readonly apiKey: string; readonly market: string; readonly symbol: string; readonly side: string; readonly quantity: string | null
  readonly quoteQuantity: string | null; readonly reduceOnly: boolean; readonly clientOrderId: string; readonly exchangeOrderId: string; readonly state: string
  /** Epoch ms. */
  readonly receivedAt: number
}

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'

/** Letters and digits by chance, as keys are made of. */
export const letters = (count: number): string => Array.from(randomBytes(count), (byte) => LETTERS[byte % LETTERS.length]).join('')

/** A key in the shape of Binance's. */
export const newKey = (): Key => ({ apiKey: letters(64), secret: letters(64) })

export async function startExchanges(ids: readonly string[]): Promise<Exchanges> {
  const simulator = await startSimulator({ exchanges: ids })
  const control: Exchanges['control'] = async (exchange, method, route, body) => {
    const response = await fetch(`${simulator.urls[exchange] ?? ''}/__sim${route}`, {
      method, ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    })
    const text = await response.text()
    if (!response.ok) throw new Error(`${method} ${route}: ${response.status} ${text}`)
    return jsonOf(text)
  }
  return {
    simulator, control,
    async account(exchange, more = {}) {
      const key = newKey()
      const account = { ...key, permissions: ['read', 'spot', 'futures'], balances: { USDT: '100000', USD: '100000' }, ...more }
      await control(exchange, 'POST', '/accounts', account)
      return { apiKey: account.apiKey, secret: account.secret }
    },
    orders: (exchange) => control(exchange, 'GET', '/orders') as Promise<SimOrder[]>,
  }
}

/** A webhook with one bot on it. */
export interface Wired { readonly webhookId: string; readonly hash: string; readonly botId: string }

export async function wire(place: Place, connectionId: string, bot: object = {}, webhook: object = {}, token = place.token): Promise<Wired> {
  const made = await place.want(201, 'POST', '/webhooks', { duplicateWindowSeconds: 0, ...webhook }, token)
  const { id } = await place.want(201, 'POST', '/bots', { webhookId: made.id, connectionId, symbol: 'BTCUSDT', amount: '100', amountIn: 'quote', ...bot }, token)
  return { webhookId: made.id as string, hash: made.hash as string, botId: id as string }
}

/** The signal once all of its bots have decided and each order has ended with its fills booked. */
export async function ended(place: Place, signalId: string, bots = 1, token = place.token): Promise<Answer['body']> {
  let last = ''
  try {
    return await eventually(async () => {
      const { body, text } = await place.call('GET', `/signals/${signalId}`, { token })
      last = text
      const decisions = body.decisions as { outcome: string; orders: { state: string; filled: string; fills: { quantity: string }[] }[] }[]
      return decisions.length === bots && decisions.every(({ outcome, orders }) => outcome !== 'order' || (orders.length > 0 && orders.every(isOver))) && body
    }, 'every order of the signal has ended', 30_000)
  } catch (error) {
    throw new Error(`it did not end: ${last}`, { cause: error })
  }
}

const isOver = ({ state, filled, fills }: { state: string; filled: string; fills: { quantity: string }[] }): boolean =>
  !['pending', 'submitting', 'uncertain', 'open', 'canceling'].includes(state) && (filled === '0' || fills.length > 0)

/** Sends a payload and waits for the end of what it caused. */
export async function signal(place: Place, hash: string, payload: object, bots = 1): Promise<Answer['body']> {
  const sent = await place.deliver(hash, payload)
  if (sent.status !== 202) throw new Error(`the hook answered ${sent.status}: ${sent.text}`)
  return ended(place, sent.body.signalId as string, bots)
}
