import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { readSettings } from '#config'
import { startSimulator } from '#simulator'
import { runSupervisor } from '#supervisor'
import { Browser } from '../browser.ts'
import type { Answer, Key } from '../installation.ts'

/** A whole installation as a person meets it: nobody has an account yet, and the page is built. */
export interface Place {
  /** As people open it: under `localhost`, where passkeys work. */
  readonly url: string
  readonly setupToken: string
  /** Control routes of a simulated exchange. */
  control(exchange: string, method: string, route: string, body?: unknown): Promise<unknown>
  makeKey(exchange: string, more?: Readonly<Record<string, unknown>>): Promise<Key>
  /** The API as a browser uses it, signed out. */
  api(): Browser
  logged(): string
  stop(): Promise<void>
}

const ROOT = path.resolve(import.meta.dirname, '../..')

/** Builds the page where its sources are newer than it. */
export function buildPage(): void {
  execFileSync(process.execPath, [path.join(ROOT, 'tools/build-web.mjs')], { stdio: 'ignore' })
}

export async function startPlace({ exchanges = ['binance', 'bybit', 'alpaca'], env = {} }: {
  readonly exchanges?: readonly string[]; readonly env?: Readonly<Record<string, string>>
} = {}): Promise<Place> {
  buildPage()
  const dataDir = mkdtempSync(path.join(tmpdir(), 'towerflow-web-'))
  const simulator = await startSimulator({ exchanges })
  const logFile = path.join(dataDir, 'processes.log')
  const output = openSync(logFile, 'a', 0o600)
  const settings = readSettings({
    TOWERFLOW_DATA_DIR: dataDir, TOWERFLOW_PORT: '0', TOWERFLOW_LOG_LEVEL: 'debug', TOWERFLOW_EXCHANGE_URLS: JSON.stringify(simulator.urls), ...env,
  })
  const running = await runSupervisor(settings, { note: () => undefined, stopped: new Promise(() => undefined), output })
  if (running === null || running.setupToken === null) throw new Error(`the installation did not start:\n${readFileSync(logFile, 'utf8').slice(-4000)}`)
  const url = running.url.replace('127.0.0.1', 'localhost')
  const control: Place['control'] = async (exchange, method, route, body) => {
    const response = await fetch(`${simulator.urls[exchange] ?? ''}/__sim${route}`, {
      method, signal: AbortSignal.timeout(30_000), ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    })
    const text = await response.text()
    if (!response.ok) throw new Error(`the simulator answered ${response.status} to ${method} ${route}: ${text}`)
    return text === '' ? undefined : JSON.parse(text)
  }
  return {
    url, setupToken: running.setupToken, control,
    makeKey: async (exchange, more = {}) => {
      const key = { apiKey: randomBytes(32).toString('hex'), secret: randomBytes(32).toString('hex') }
      await control(exchange, 'POST', '/accounts', { ...key, permissions: ['read', 'spot', 'futures'], balances: { USDT: '100000' }, ...more })
      return key
    },
    api: () => new Browser(url),
    logged: () => readFileSync(logFile, 'utf8'),
    stop: async () => {
      await running.stop()
      await simulator.close()
      closeSync(output)
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}

/** The body of an answer that must have come out well. */
export function good<T>(answer: Answer): T {
  if (answer.status >= 300) throw new Error(`answered ${answer.status}: ${answer.text}`)
  return answer.body as T
}
