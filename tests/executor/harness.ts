import { spawn, type ChildProcess } from 'node:child_process'
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Writable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { systemClock } from '#clock'
import type { CheckAnswer, EnvelopeRef, ExecutorAnswers, ExecutorPush, OrderInstruction } from '#contract'
import { executorNodeFlags } from '#executor'
import { connectExecutor, type ExecutorConnection } from '#executor-client'
import type { Check, Market } from '#model'
import { startSimulator, type Simulator } from '#simulator'
import { generateMasterKeys, sealCredentials, sendMasterKeys, type MasterKeys } from '#vault'

const MAIN = fileURLToPath(new URL('../../src/executor/main.ts', import.meta.url))
let counter = 0
/** How long a process may take to start on a machine that does a lot beside. */
const START_MS = 90_000

/** A real executor in a process of its own, with the flags that it has in earnest. */
export interface Executor {
  readonly port: ExecutorConnection
  readonly child: ChildProcess
  readonly dir: string
  readonly socketPath: string
  readonly auditPath: string
  readonly masterKeys: MasterKeys
  readonly pushes: ExecutorPush[]
  /** What it logged. */
  logged(): string
  stop(): Promise<void>
}

export interface StartOptions {
  readonly urls?: Readonly<Record<string, string>>
  readonly entry?: string
  readonly masterKeys?: MasterKeys
  readonly dir?: string
  /** Further settings. */
  readonly env?: Readonly<Record<string, string>>
}

export async function startExecutor(options: StartOptions = {}): Promise<Executor> {
  const dir = options.dir ?? mkdtempSync(path.join(tmpdir(), 'executor-'))
  mkdirSync(path.join(dir, 'run'), { recursive: true, mode: 0o700 })
  const socketPath = path.join(dir, 'run', 'executor.sock')
  const auditPath = path.join(dir, 'audit.log')
  const masterKeys = options.masterKeys ?? generateMasterKeys()
  const audit = openSync(auditPath, 'a', 0o600)
  const safeguardsPath = path.join(dir, 'safeguards')
  mkdirSync(safeguardsPath, { recursive: true, mode: 0o700 })
  const flags = executorNodeFlags({ socketPath, auditPath, safeguardsPath })
  const child = spawn(process.execPath, [...flags, options.entry ?? MAIN], {
    stdio: ['pipe', 'pipe', 'pipe', 'pipe', audit],
    env: {
      TOWERFLOW_DATA_DIR: dir, TOWERFLOW_EXECUTOR_SOCKET: socketPath, TOWERFLOW_LOG_LEVEL: 'debug',
      TOWERFLOW_EXCHANGE_URLS: JSON.stringify(options.urls ?? {}), ...options.env,
    },
  })
  closeSync(audit)
  let log = ''
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (bytes: Buffer) => { log += bytes.toString() })
  await sendMasterKeys(child.stdio[3] as Writable, masterKeys)
  const port = connectExecutor(socketPath, systemClock)
  const pushes: ExecutorPush[] = []
  port.onPush((push) => { pushes.push(push) })
  const executor: Executor = {
    port, child, dir, socketPath, auditPath, masterKeys, pushes, logged: () => log,
    stop: async () => {
      port.close()
      if (child.exitCode === null && child.signalCode === null) {
        const gone = new Promise((resolve) => { child.once('exit', resolve) })
        child.kill('SIGTERM')
        await gone
      }
      if (options.dir === undefined) rmSync(dir, { recursive: true, force: true })
    },
  }
  if (options.entry === undefined) {
    await until(async () => {
      if (child.exitCode !== null) throw new Error(`the executor ended: ${log}`)
      return await port.call({ verb: 'describe' }).then(() => true, () => false)
    }, () => log, START_MS)
  }
  return executor
}

/** Polls until it holds. Fails with what `why` says after 15 s. */
export async function until(holds: () => boolean | Promise<boolean>, why: () => string = () => '', ms = 60_000): Promise<void> {
  const end = performance.now() + ms
  while (!await holds()) {
    if (performance.now() > end) throw new Error(`it did not come to hold in ${ms} ms ${why()}`)
    await new Promise((resolve) => { setTimeout(resolve, 5) })
  }
}

export interface World extends Executor {
  readonly simulator: Simulator
  sim(method: string, path: string, body?: unknown, exchange?: string): Promise<never>
}

/** An executor and simulated exchanges that it is pointed to. */
export async function startWorld(exchanges: readonly string[] = ['binance'], env: Readonly<Record<string, string>> = {}): Promise<World> {
  const simulator = await startSimulator({ exchanges })
  const executor = await startExecutor({ urls: simulator.urls, env })
  return {
    ...executor, simulator,
    sim: async (method, route, body, exchange = 'binance') => {
      const answer = await fetch(`${simulator.urls[exchange]}/__sim${route}`, {
        method, ...body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } },
      })
      if (!answer.ok) throw new Error(`${method} ${route}: ${answer.status} ${await answer.text()}`)
      const text = await answer.text()
      return (text === '' ? null : JSON.parse(text)) as never
    },
    stop: async () => {
      await executor.stop()
      await simulator.close()
    },
  }
}

export interface Credentials { readonly apiKey: string; readonly secret: string }

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'
const random = (length: number): string => Array.from({ length }, () => LETTERS[Math.floor(Math.random() * LETTERS.length)]).join('')

/** Credentials in the shape of Binance's. */
export const newCredentials = (): Credentials => ({ apiKey: random(64), secret: random(64) })

/** Submits credentials sealed, as a browser does. `onCheck`: hears of each check on the way. */
export async function check(
  { port }: Executor, credentials: Readonly<Record<string, string>>, market: Market,
  { onCheck, ...options }: { exchange?: string; consent?: boolean; connectionId?: string; onCheck?: (check: Check) => void } = {},
): Promise<CheckAnswer> {
  const exchange = options.exchange ?? 'binance'
  const { sealingKey } = await port.call({ verb: 'describe' })
  const sealed = await sealCredentials(sealingKey, { userId: 'user-1', exchange, market }, credentials)
  return port.call({
    verb: 'checkCredentials', userId: 'user-1', connectionId: options.connectionId ?? `connection-${counter += 1}`, exchange, market, consent: options.consent ?? false, sealed,
    progress: onCheck !== undefined,
  }, onCheck)
}

/** Connects a key of a fresh simulated account. */
export async function connected(world: World, market: Market, account: Record<string, unknown> = {}, exchange = 'binance'): Promise<{ ref: EnvelopeRef; credentials: Credentials }> {
  const credentials = newCredentials()
  await world.sim('POST', '/accounts', { ...credentials, permissions: ['read', market], balances: { USDT: '100000', BTC: '10' }, ...account }, exchange)
  const connectionId = `connection-${counter += 1}`
  const answer = await check(world, { ...credentials }, market, { connectionId, exchange, consent: exchange === 'alpaca' })
  if (!answer.ok || answer.envelope === null) throw new Error(`not connected: ${JSON.stringify(answer)}`)
  return { credentials, ref: { connectionId, userId: 'user-1', exchange, market, rowVersion: 1, envelope: answer.envelope } }
}

/** A market order with a fresh id and five seconds. */
export function order(fields: Partial<OrderInstruction> = {}): OrderInstruction {
  return {
    clientOrderId: `T${random(17)}`, symbol: 'BTCUSDT', side: 'buy', quantity: '0.001', quoteQuantity: null, reduceOnly: false, positionSide: 'both',
    notAfter: Date.now() + 5000, ...fields,
  }
}

export const submit = ({ port }: Executor, connection: EnvelopeRef, instruction: OrderInstruction): Promise<ExecutorAnswers['submitOrder']> =>
  port.call({ verb: 'submitOrder', connection, kind: 'open', order: instruction, purpose: { orderId: 'order-1', botId: 'bot-1', signalId: 'signal-1', leg: 0 } })

export const lookup = ({ port }: Executor, connection: EnvelopeRef, instruction: OrderInstruction, sentAt = Date.now() - 1000): Promise<ExecutorAnswers['lookupOrder']> =>
  port.call({ verb: 'lookupOrder', connection, symbol: instruction.symbol, clientOrderId: instruction.clientOrderId, exchangeOrderId: null, sentAt, purpose: {} })
