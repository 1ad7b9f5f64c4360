import { createServer, type AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startSimulator, type Simulator } from '#simulator'
import { childOf, startInstallation, temporaryFolder, until, untilReady, type Installation } from '../supervisor/installation.ts'

// Real processes, killed with SIGKILL while orders are on their way. The exchange's own ledger is the judge.

const ROUNDS = 9
const credentials = { apiKey: 'crash'.padEnd(64, 'k'), secret: 'crash'.padEnd(64, 's') }
let simulator: Simulator
let installation: Installation
let folder: ReturnType<typeof temporaryFolder>
let token: string

beforeAll(async () => {
  simulator = await startSimulator({ exchanges: ['binance'] })
  folder = temporaryFolder()
  installation = await startInstallation(folder.path, {
    TOWERFLOW_EXCHANGE_URLS: JSON.stringify(simulator.urls), TOWERFLOW_ALLOW_PLAINTEXT_CREDENTIALS: 'true', TOWERFLOW_LOG_LEVEL: 'warn', TOWERFLOW_PORT: String(await freePort()),
  })
})
afterAll(async () => {
  await installation.stop()
  await simulator.close()
  folder.remove()
})

/** A port that is free now: a server that is restarted must come back where it was. */
const freePort = (): Promise<number> => new Promise((resolve) => {
  const probe = createServer().listen(0, '127.0.0.1', () => {
    const { port } = probe.address() as AddressInfo
    probe.close(() => { resolve(port) })
  })
})

async function call<T>(method: string, path: string, body?: unknown): Promise<T> {
  const answer = await fetch(`${installation.url}/api/v1${path}`, {
    method, headers: { ...token === undefined ? {} : { authorization: `Bearer ${token}` }, 'content-type': 'application/json' },
    ...body === undefined ? {} : { body: JSON.stringify(body) },
  })
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`)
  return await answer.json() as T
}

const sim = async <T>(method: string, path: string, body?: unknown): Promise<T> => (await fetch(`${simulator.urls['binance']}/__sim${path}`, {
  method, ...body === undefined ? {} : { body: JSON.stringify(body) },
})).json() as Promise<T>

interface Order { signalId: string; clientOrderId: string; state: string; filled: string }
interface Signal { id: string; decisions: { outcome: string; orders: unknown[] }[] }

test('whatever is killed and when, no accepted signal is lost and no order is doubled', async () => {
  token = (await call<{ token: string }>('POST', '/setup', { token: installation.setupToken, name: 'trader' })).token
  await sim('POST', '/accounts', { ...credentials, permissions: ['read', 'spot'], balances: { USDT: '1000000' } })
  const connection = await call<{ id: string }>('POST', '/connections', { exchange: 'binance', market: 'spot', credentials })
  const webhook = await call<{ id: string; url: string }>('POST', '/webhooks', { name: 'alerts' })
  await call('POST', '/bots', { webhookId: webhook.id, connectionId: connection.id, symbol: 'BTCUSDT', amount: '100', amountIn: 'quote', maxSignalAgeSeconds: 0 })

  const accepted: string[] = []
  for (let round = 0; round < ROUNDS; round += 1) {
    await untilReady(installation.url)
    if (round % 4 === 1) await sim('POST', '/faults', { method: 'POST', path: '/api/v3/order', fault: 'drop-response' })
    if (round % 4 === 2) await sim('POST', '/faults', { method: 'POST', path: '/api/v3/order', fault: 'delay', ms: 100, after: round % 8 === 2 })
    const sending = fetch(webhook.url, { method: 'POST', body: JSON.stringify({ symbol: 'BTCUSDT', side: 'buy', dilution: true, id: `round ${round}` }) })
      .then(async (answer) => { if (answer.status === 202) accepted.push((await answer.json() as { signalId: string }).signalId) }, () => undefined)
    await new Promise((resolve) => { setTimeout(resolve, round * 4) })
    const victims = (['server', 'executor', 'both'] as const)[round % 3]
    for (const name of victims === 'both' ? ['server', 'executor'] as const : [victims ?? 'server']) process.kill(childOf(installation.pid, name).pid, 'SIGKILL')
    await sending
  }
  await untilReady(installation.url)
  expect(accepted.length).toBeGreaterThan(ROUNDS / 3)

  let orders: Order[] = []
  let signals: Signal[] = []
  await until('everything is decided and settled', async () => {
    signals = (await call<{ items: Signal[] }>('GET', '/signals?limit=200')).items
    orders = (await call<{ items: Order[] }>('GET', '/orders?limit=200')).items
    return signals.every((signal) => signal.decisions.length === 1) && orders.every((order) => ['filled', 'failed', 'rejected'].includes(order.state))
  }, 60_000)

  for (const id of accepted) expect(signals.map((signal) => signal.id), 'an accepted signal').toContain(id)
  const exchange = await sim<{ clientOrderId: string }[]>('GET', '/orders')
  const filled = orders.filter((order) => order.state === 'filled')
  // One filled order for each signal that is stored, and exactly those at the exchange.
  expect(filled.map((order) => order.signalId).sort()).toEqual(signals.map((signal) => signal.id).sort())
  expect(exchange.map((order) => order.clientOrderId).sort()).toEqual(filled.map((order) => order.clientOrderId).sort())
}, 180_000)
