import { execFileSync, fork, spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Pool } from 'undici'

export interface Account { readonly apiKey: string; readonly secret: string }

/** A program that turns hooks into orders at the simulated exchange. */
export interface Contestant {
  readonly name: string
  /** Where the signal for the bot (and account) with this index goes. */
  readonly hook: (bot: number) => string
  /** Ids of all its processes. */
  readonly pids: () => readonly number[]
  stop(): Promise<void>
}

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
    name, hook: () => `${url}/`, pids: () => (child.pid === undefined ? [] : [child.pid]),
    stop: async () => { await ended(child); rmSync(data, { recursive: true }) },
  }
}

export interface Ours extends Contestant {
  /** Stops it and starts it again on the same data: what it then holds is what it needs at rest. */
  restart(): Promise<void>
  /** Makes a webhook with as many bots as asked, spread over the connections; answers its hook's URL. */
  addBots(webhookName: string, count: number, connections: readonly string[]): Promise<string>
  addConnections(accounts: readonly Account[]): Promise<string[]>
  setHooks(hooks: readonly string[]): void
  call<T>(method: string, path: string, body?: unknown): Promise<T>
}

/** Starts Towerflow itself, all three processes, on a database of its own. */
export async function startOurs(exchange: string, database?: string): Promise<Ours> {
  const data = folder()
  const launcher = here('../bin/towerflow.mjs')
  const env = {
    ...process.env, TOWERFLOW_DATA_DIR: data, TOWERFLOW_PORT: '0', TOWERFLOW_LOG_LEVEL: 'error', TOWERFLOW_ALLOW_PLAINTEXT_CREDENTIALS: 'true',
    TOWERFLOW_EXCHANGE_URLS: JSON.stringify({ binance: exchange }), ...database === undefined ? {} : { TOWERFLOW_DATABASE_URL: database },
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
  return {
    name: 'towerflow', call,
    hook: (bot) => hooks[bot] ?? hooks[0] ?? url,
    setHooks: (list) => { hooks = list },
    pids: () => (child.pid === undefined ? [] : descendants(child.pid).filter((pid) => pid !== child.pid)),
    addConnections: (accounts) => inParallel(accounts, 16, async (credentials) => (
      await call<{ id: string }>('POST', '/connections', { exchange: 'binance', market: 'spot', credentials })).id),
    async addBots(name, count, connections) {
      const webhook = await call<{ id: string; url: string }>('POST', '/webhooks', { name, rateLimit: { perSecond: 10_000, burst: 100_000 } })
      await inParallel(Array.from({ length: count }, (_, index) => index), 16, (index) => call('POST', '/bots', {
        name: `${name} ${index}`, webhookId: webhook.id, connectionId: connections[index % connections.length], symbol: 'BTCUSDT', amount: '20', amountIn: 'quote', maxSize: '1000',
      }))
      return webhook.url
    },
    async restart() {
      await pool.close()
      await ended(child)
      ;({ child, url } = await start())
      pool = new Pool(url, { connections: 32 })
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

/** User and system time of processes so far, ms (Linux). */
export function cpuMs(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
    return sum + (Number(fields[11]) + Number(fields[12])) * 10
  }, 0)
}

/** Resident memory of processes, bytes (Linux). */
export function residentBytes(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => sum + Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) * 1024, 0)
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
