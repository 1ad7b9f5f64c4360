import { execFileSync, fork, spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { Pool } from 'undici'

export interface Account { readonly apiKey: string; readonly secret: string }

/** A program that turns hooks into orders at the simulated exchange. */
export interface Contestant {
  readonly name: string
  /** Where the signal for the bot (and account) with this index goes. */
  readonly hook: (bot: number) => string
  stop(): Promise<void>
}

const KEYS_AT_ONCE = 12

const here = (file: string): string => new URL(file, import.meta.url).pathname
const folder = (): string => mkdtempSync(join(tmpdir(), 'towerflow-bench-'))

/** Starts `floor` or `naive`. */
export async function startRival(name: 'floor' | 'naive', exchange: string, accounts: readonly Account[]): Promise<Contestant> {
  const data = folder()
  const child = fork(here(`${name}.ts`), [JSON.stringify({ exchange, accounts, file: join(data, 'journal') })], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  const { url } = await new Promise<{ url: string }>((resolve, reject) => {
    child.once('message', (message) => resolve(message as { url: string }))
    child.once('exit', (code) => reject(new Error(`${name} ended with ${code}`)))
  })
  return {
    name, hook: () => `${url}/`,
    stop: async () => { await ended(child); rmSync(data, { recursive: true }) },
  }
}

export interface Ours extends Contestant {
  /** The two processes that do the work; the supervisor only watches. */
  processes(): { readonly server: number; readonly executor: number }
  /**
   * Stops it and starts it again on the same data: what it then holds is what it needs at rest. Answers how long the start
   * took until it was ready, ms.
   */
  restart(): Promise<number>
  /** Makes a webhook with as many bots as asked, spread over the connections; answers its hook's URL. */
  addBots(webhookName: string, count: number, connections: readonly string[], wishes?: Readonly<Record<string, unknown>>): Promise<string>
  addConnections(accounts: readonly Account[]): Promise<string[]>
  /** The same for any exchange and kind of key. */
  connect(exchange: string, market: string, credentials: readonly Readonly<Record<string, string>>[], consent?: boolean): Promise<string[]>
  setHooks(hooks: readonly string[]): void
  call<T>(method: string, path: string, body?: unknown): Promise<T>
}

/** Starts Towerflow itself, all three processes, on a database of its own. `exchanges`: simulators' addresses. */
export async function startOurs(exchanges: Readonly<Record<string, string>>, database?: string): Promise<Ours> {
  const data = folder()
  const launcher = here('../bin/towerflow.mjs')
  const env = {
    ...process.env, TOWERFLOW_DATA_DIR: data, TOWERFLOW_PORT: '0', TOWERFLOW_LOG_LEVEL: 'error', TOWERFLOW_ALLOW_PLAINTEXT_CREDENTIALS: 'true',
    TOWERFLOW_EXCHANGE_URLS: JSON.stringify(exchanges), ...database === undefined ? {} : { TOWERFLOW_DATABASE_URL: database },
  }
  const { token } = JSON.parse(execFileSync(process.execPath, [launcher, 'token', 'create', '--name', 'bench', '--scopes', 'admin', '--json'], { env, encoding: 'utf8' })) as { token: string }
  const start = async (): Promise<{ child: ChildProcess; url: string }> => {
    const child = spawn(process.execPath, [launcher, 'start', '--json'], { env, stdio: ['ignore', 'pipe', 'ignore'] })
    const url = await new Promise<string>((resolve, reject) => {
      let out = ''
      child.stdout.on('data', (chunk: Buffer) => {
        out += chunk.toString()
        const found = /http:\/\/127\.0\.0\.1:\d+/.exec(out)
        if (found !== null) resolve(found[0])
      })
      child.once('exit', (code) => reject(new Error(`towerflow ended with ${code}: ${out}`)))
    })
    return { child, url }
  }
  let { child, url } = await start()
  let pool = new Pool(url, { connections: 32 })
  let hooks: readonly string[] = []
  const call = async <T>(method: string, path: string, body?: unknown): Promise<T> => {
    const answer = await pool.request({
      method: method as 'GET', path: `/api/v1${path}`, body: body === undefined ? null : JSON.stringify(body),
      headers: { authorization: `Bearer ${token}`, ...body === undefined ? {} : { 'content-type': 'application/json' } },
    })
    const text = await answer.body.text()
    if (answer.statusCode >= 400) throw new Error(`${method} ${path}: ${answer.statusCode} ${text}`)
    return (text === '' ? null : JSON.parse(text)) as T
  }
  // The server tests so many keys at once and no more; its own tests, in the background, are among them.
  const connect: Ours['connect'] = (exchange, market, all, consent = false) => inParallel(all, KEYS_AT_ONCE, async (credentials) => {
    for (let attempt = 0; ; attempt += 1) {
      try {
        return (await call<{ id: string }>('POST', '/connections', { exchange, market, credentials, ...consent ? { consent } : {} })).id
      } catch (error) {
        if (attempt === 100 || !(error instanceof Error) || !error.message.includes('rate_limited')) throw error
        await wait(100)
      }
    }
  })
  return {
    name: 'towerflow', call, connect,
    hook: (bot) => hooks[bot] ?? hooks[0] ?? url,
    setHooks: (list) => { hooks = list },
    processes: () => ({ server: childRunning(child, 'server/main.ts'), executor: childRunning(child, 'executor/main.ts') }),
    addConnections: (accounts) => connect('binance', 'spot', accounts.map(({ apiKey, secret }) => ({ apiKey, secret }))),
    async addBots(name, count, connections, wishes = { symbol: 'BTCUSDT', amount: '20', amountIn: 'quote', maxSize: '1000' }) {
      const webhook = await call<{ id: string; url: string }>('POST', '/webhooks', { name, rateLimit: { perSecond: 10_000, burst: 100_000 } })
      await inParallel(Array.from({ length: count }, (_, index) => index), 16, (index) => call('POST', '/bots', {
        name: `${name} ${index}`, webhookId: webhook.id, connectionId: connections[index % connections.length], ...wishes,
      }))
      return webhook.url
    },
    async restart() {
      await pool.close()
      await ended(child)
      const began = performance.now()
      ;({ child, url } = await start())
      const took = performance.now() - began
      pool = new Pool(url, { connections: 32 })
      return took
    },
    async stop() { await pool.close(); await ended(child); rmSync(data, { recursive: true }) },
  }
}

/** Does something for each, a bounded number at a time, answers in order. */
export async function inParallel<I, O>(items: readonly I[], width: number, work: (item: I) => Promise<O>): Promise<O[]> {
  const results: O[] = []
  let next = 0
  await Promise.all(Array.from({ length: width }, async () => {
    for (let index = next++; index < items.length; index = next++) results[index] = await work(items[index] as I)
  }))
  return results
}

/** User and system time of a process so far, ms (Linux). */
export function cpuMs(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
  return (Number(fields[11]) + Number(fields[12])) * 10
}

export interface Memory {
  /** Reachable objects and buffers after a full collection, bytes; null where the process lets nobody look. */
  readonly held: number | null
  /** Resident, bytes (Linux). */
  readonly resident: number
}

/** What a process holds. `inspect`: its inspector is opened (SIGUSR1) and asked to collect garbage first. */
export async function memoryOf(pid: number, inspect: boolean): Promise<Memory> {
  const held = inspect ? await heldBytes(pid) : null
  const resident = Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) * 1024
  return { held, resident }
}

const INSPECTOR = 'http://127.0.0.1:9229/json'

async function heldBytes(pid: number): Promise<number> {
  process.kill(pid, 'SIGUSR1')
  const [target] = await untilAnswered(INSPECTOR)
  const socket = new WebSocket(target?.webSocketDebuggerUrl ?? '')
  await new Promise((resolve, reject) => { socket.onopen = resolve; socket.onerror = reject })
  let id = 0
  const ask = (method: string, params: object = {}): Promise<{ result?: { value?: unknown } }> => new Promise((resolve) => {
    id += 1
    const mine = id
    socket.addEventListener('message', ({ data }) => {
      const answer = JSON.parse(String(data)) as { id?: number; result: { result?: { value?: unknown } } }
      if (answer.id === mine) resolve(answer.result)
    })
    socket.send(JSON.stringify({ id: mine, method, params }))
  })
  for (let round = 0; round < 3; round += 1) await ask('HeapProfiler.collectGarbage')
  const { result } = await ask('Runtime.evaluate', {
    expression: 'JSON.stringify([process.pid, process.memoryUsage().heapUsed + process.memoryUsage().external])', returnByValue: true,
  })
  socket.close()
  const [answered, held] = JSON.parse(String(result?.value)) as [number, number]
  if (answered !== pid) throw new Error('another process on this machine has its inspector open; close it first')
  return held
}

async function untilAnswered(url: string): Promise<{ webSocketDebuggerUrl: string }[]> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await (await fetch(url)).json() as { webSocketDebuggerUrl: string }[]
    } catch (error) {
      if (attempt === 50) throw error
      await wait(100)
    }
  }
}

/** The process that the launcher started (or whoever it started) to run that file. */
function childRunning(launcher: ChildProcess, file: string): number {
  const found = descendants(launcher.pid ?? -1).find((pid) => readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(file))
  if (found === undefined) throw new Error(`no process runs ${file}`)
  return found
}

function descendants(pid: number): number[] {
  const children = readdirSync('/proc').filter((name) => /^\d+$/.test(name)).map(Number).filter((other) => parentOf(other) === pid)
  return [pid, ...children.flatMap(descendants)]
}

function parentOf(pid: number): number {
  try {
    return Number(readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ')[1])
  } catch {
    return -1 // it ended between the listing and the look
  }
}

async function ended(child: ChildProcess): Promise<void> {
  const exit = new Promise((resolve) => { child.once('exit', resolve) })
  child.kill('SIGTERM')
  await exit
}
