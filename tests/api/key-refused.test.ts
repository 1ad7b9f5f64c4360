import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Fixture } from '../exchanges/fixture.ts'
import { alpaca } from '../exchanges/fixtures/alpaca.ts'
import { binance } from '../exchanges/fixtures/binance.ts'
import { bybit } from '../exchanges/fixtures/bybit.ts'
import { coinbase } from '../exchanges/fixtures/coinbase.ts'
import { gate } from '../exchanges/fixtures/gate.ts'
import { kraken } from '../exchanges/fixtures/kraken.ts'
import { kucoin } from '../exchanges/fixtures/kucoin.ts'
import { okx } from '../exchanges/fixtures/okx.ts'
import { eventually, startInstallation, type Answer, type Installation } from '../installation.ts'

// A key that the exchange refuses makes its connection unhealthy at once, whatever it was used for: nobody waits for the
// next of the checks that come every few hours.

const TRIED: readonly (readonly [Fixture, 'spot' | 'futures'])[] = [
  [binance, 'spot'], [binance, 'futures'], [bybit, 'spot'], [bybit, 'futures'], [okx, 'spot'], [okx, 'futures'],
  [kraken, 'spot'], [kraken, 'futures'], [alpaca, 'spot'], [coinbase, 'spot'], [gate, 'futures'], [kucoin, 'spot'],
]
const AT_ONCE_MS = 10_000
const PATIENCE = { timeout: 90_000 }

let installation: Installation
beforeAll(async () => {
  installation = await startInstallation({ exchanges: [...new Set(TRIED.map(([{ exchange }]) => exchange))] })
})
afterAll(() => installation.stop())

const get = async (path: string): Promise<Answer['body']> => (await installation.call('GET', path)).body
const post = (path: string, body: unknown = {}): Promise<Answer> => installation.call('POST', path, { body })

interface Trader {
  readonly exchange: string
  readonly connectionId: string
  readonly name: string
  readonly botId: string
  readonly hash: string
  readonly symbol: string
  readonly apiKey: string
  /** Registers the key at the exchange, anew or otherwise. */
  register(fields: Record<string, unknown>): Promise<Answer>
}

/** A bot that trades with a key of a fresh account. */
async function trader(fixture: Fixture, market: 'spot' | 'futures'): Promise<Trader> {
  const { exchange, account, consent } = fixture
  const names = fixture.markets[market]
  if (names === undefined) throw new Error(`${exchange} has no ${market}`)
  const credentials = fixture.credentials()
  const registered = fixture.registered?.(credentials) ?? credentials
  const register: Trader['register'] = (fields) => installation.control(
    exchange, 'POST', '/accounts', { ...registered, permissions: ['read', market], ...account, ...fields },
  )
  expect((await register({ balances: names.balances })).status).toBe(201)
  const connection = await installation.connect(exchange, market, credentials, { consent })
  expect(connection.status, connection.text).toBe(201)
  const { id: connectionId, name } = connection.body
  const { id: webhookId, hash } = (await post('/webhooks')).body
  const bot = await post('/bots', { webhookId, connectionId, symbol: names.symbol, amount: '2000', amountIn: 'quote' })
  expect(bot.status, bot.text).toBe(201)
  const apiKey = registered['apiKey'] as string
  return { exchange, connectionId, name, botId: bot.body.id, hash, symbol: names.symbol, apiKey, register }
}

async function signal({ hash, symbol }: Trader, side: string): Promise<void> {
  const raw = JSON.stringify({ symbol, side, id: crypto.randomUUID() })
  const sent = await installation.call('POST', `/hooks/${hash}`, { raw, token: null })
  expect(sent.status, sent.text).toBe(202)
}

const order = (one: Trader, wanted: string): Promise<unknown> => eventually(async () => {
  const { items } = await get(`/orders?botId=${one.botId}`)
  return items.some(({ state }: { state: string }) => state === wanted)
}, `${one.exchange}: an order is ${wanted}`)

async function revoke({ exchange, apiKey }: Trader): Promise<void> {
  const gone = await installation.control(exchange, 'DELETE', `/accounts/${encodeURIComponent(apiKey)}`)
  expect(gone.status).toBe(200)
}

interface Item { readonly kind: string; readonly severity: string; readonly connectionId: string; readonly text: string }
interface Found { readonly code: string; readonly closedAt: string | null }

/** Unhealthy, told in the list of what needs attention, and gravely; within 10 s. */
async function expectUnhealthy({ connectionId, name, exchange }: Trader): Promise<void> {
  const isUnhealthy = async (): Promise<boolean> => (await get(`/connections/${connectionId}`)).status === 'unhealthy'
  await eventually(isUnhealthy, `${exchange} is unhealthy`, AT_ONCE_MS)
  await eventually(async () => ((await get('/attention')).items as Item[]).some((item) => (
    item.kind === 'connection_unhealthy' && item.severity === 'critical' && item.connectionId === connectionId
    && item.text.includes(name)
  )), `${exchange} is told of`, AT_ONCE_MS)
  const { items } = await get(`/findings?connectionId=${connectionId}`)
  const standing = (items as Found[]).filter(({ code, closedAt }) => code === 'key_refused' && closedAt === null)
  expect(standing, exchange).toHaveLength(1)
}

for (const [fixture, market] of TRIED) {
  test(`${fixture.exchange} ${market}: an exit with a revoked key makes the connection unhealthy`, PATIENCE, async () => {
    const one = await trader(fixture, market)
    await signal(one, 'BUY')
    await order(one, 'filled')
    await revoke(one)
    await signal(one, 'SELL')
    await expectUnhealthy(one)
  })
}

test('so does a question: the books are compared, an order is looked up', PATIENCE, async () => {
  const [reported, looked] = [await trader(binance, 'futures'), await trader(okx, 'futures')]
  await revoke(reported)
  await post(`/connections/${reported.connectionId}/reconcile`)
  await expectUnhealthy(reported)
  // The order is taken, and its answer lost: from then on it is only looked up.
  const lost = { method: 'POST', path: '/api/v5/trade/order', fault: 'drop-response' }
  await installation.control('okx', 'POST', '/faults', lost)
  await signal(looked, 'BUY')
  const arrived = async (): Promise<boolean> =>
    (await installation.control('okx', 'GET', `/orders?apiKey=${looked.apiKey}`)).body.length > 0
  await eventually(arrived, 'the order arrived')
  await revoke(looked)
  await expectUnhealthy(looked)
})

test('a key that the exchange takes again is active with the next check, and what was told is closed', PATIENCE, async () => {
  const one = await trader(binance, 'spot')
  await revoke(one)
  await signal(one, 'BUY')
  await expectUnhealthy(one)
  await one.register({})
  expect((await post(`/connections/${one.connectionId}/check`)).body).toMatchObject({ status: 'active' })
  const { items } = await get(`/findings?connectionId=${one.connectionId}`)
  expect((items as Found[]).every(({ closedAt }) => closedAt !== null)).toBe(true)
})

test('what is not about the key, and no answer at all, leaves the connection as it is', PATIENCE, async () => {
  const one = await trader(binance, 'spot')
  const fault = (method: string, path: string, status: number): Promise<Answer> =>
    installation.control('binance', 'POST', '/faults', { method, path, fault: 'status', status, body: '' })
  await fault('POST', '/api/v3/order', 451)
  await signal(one, 'BUY')
  await order(one, 'rejected')
  await fault('GET', '/api/v3/account', 503)
  await post(`/connections/${one.connectionId}/reconcile`)
  expect((await get(`/connections/${one.connectionId}`)).status).toBe('active')
})
