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
  [binance, 'spot'], [binance, 'futures'], [bybit, 'spot'], [bybit, 'futures'], [okx, 'spot'], [okx, 'futures'], [kraken, 'spot'], [kraken, 'futures'], [alpaca, 'spot'],
  [coinbase, 'spot'], [gate, 'futures'], [kucoin, 'spot'],
]
const AT_ONCE_MS = 10_000

let installation: Installation
beforeAll(async () => { installation = await startInstallation({ exchanges: [...new Set(TRIED.map(([{ exchange }]) => exchange))] }) })
afterAll(() => installation.stop())

const get = async (path: string): Promise<Answer['body']> => (await installation.call('GET', path)).body

interface Trader { readonly exchange: string; readonly connectionId: string; readonly name: string; readonly botId: string; readonly hash: string; readonly symbol: string; readonly apiKey: string; change(fields: Record<string, unknown>): Promise<Answer> }

/** A bot that trades with a key of a fresh account. */
async function trader(fixture: Fixture, market: 'spot' | 'futures'): Promise<Trader> {
  const { exchange } = fixture
  const names = fixture.markets[market]
  if (names === undefined) throw new Error(`${exchange} has no ${market}`)
  const credentials = fixture.credentials()
  const registered = fixture.registered?.(credentials) ?? credentials
  const change = (fields: Record<string, unknown>): Promise<Answer> => installation.control(exchange, 'POST', '/accounts', { ...registered, permissions: ['read', market], ...fixture.account, ...fields })
  expect((await change({ balances: names.balances })).status).toBe(201)
  const connection = await installation.connect(exchange, market, credentials, { consent: fixture.consent })
  expect(connection.status, connection.text).toBe(201)
  const webhook = (await installation.call('POST', '/webhooks', { body: {} })).body
  const bot = await installation.call('POST', '/bots', {
    body: { webhookId: webhook.id, connectionId: connection.body.id, symbol: names.symbol, amount: '2000', amountIn: 'quote', ...market === 'futures' ? { direction: 'both' } : {} },
  })
  expect(bot.status, bot.text).toBe(201)
  return { exchange, connectionId: connection.body.id, name: connection.body.name, botId: bot.body.id, hash: webhook.hash, symbol: names.symbol, apiKey: registered['apiKey'] as string, change }
}

async function signal({ hash, symbol }: Trader, side: string): Promise<void> {
  const sent = await installation.call('POST', `/hooks/${hash}`, { raw: JSON.stringify({ symbol, side, id: crypto.randomUUID() }), token: null })
  expect(sent.status, sent.text).toBe(202)
}

const bought = (one: Trader): Promise<unknown> => eventually(async () => {
  const { items } = await get(`/orders?botId=${one.botId}`)
  return items.some(({ state }: { state: string }) => state === 'filled')
}, `${one.exchange} bought`)

const revoke = async ({ exchange, apiKey }: Trader): Promise<void> => {
  expect((await installation.control(exchange, 'DELETE', `/accounts/${encodeURIComponent(apiKey)}`)).status).toBe(200)
}

/** Unhealthy, told in the list of what needs attention, and gravely; within 10 s. */
async function expectUnhealthy({ connectionId, name, exchange }: Trader): Promise<void> {
  await eventually(async () => (await get(`/connections/${connectionId}`)).status === 'unhealthy', `${exchange} is unhealthy`, AT_ONCE_MS)
  await eventually(async () => {
    const { items } = await get('/attention')
    return items.some((item: { kind: string; severity: string; connectionId: string; text: string }) => (
      item.kind === 'connection_unhealthy' && item.severity === 'critical' && item.connectionId === connectionId && item.text.includes(name)
    ))
  }, `${exchange} is told of`, AT_ONCE_MS)
  const { items } = await get(`/findings?connectionId=${connectionId}`)
  expect(items.filter(({ code, closedAt }: { code: string; closedAt: string | null }) => code === 'key_refused' && closedAt === null), exchange).toHaveLength(1)
}

for (const [fixture, market] of TRIED) {
  test(`${fixture.exchange} ${market}: an exit with a key that was revoked makes the connection unhealthy`, { timeout: 90_000 }, async () => {
    const one = await trader(fixture, market)
    await signal(one, 'BUY')
    await bought(one)
    await revoke(one)
    await signal(one, 'SELL')
    await expectUnhealthy(one)
  })
}

test('so does a question: the books are compared, an order is looked up', { timeout: 90_000 }, async () => {
  const [reported, looked] = [await trader(binance, 'futures'), await trader(okx, 'futures')]
  await revoke(reported)
  await installation.call('POST', `/connections/${reported.connectionId}/reconcile`, { body: {} })
  await expectUnhealthy(reported)
  // The order is taken, and its answer lost: from then on it is only looked up.
  await installation.control('okx', 'POST', '/faults', { method: 'POST', path: '/api/v5/trade/order', fault: 'drop-response' })
  await signal(looked, 'BUY')
  await eventually(async () => (await installation.control('okx', 'GET', `/orders?apiKey=${looked.apiKey}`)).body.length > 0, 'the order arrived')
  await revoke(looked)
  await expectUnhealthy(looked)
})

test('a key that the exchange takes back is active again with the next check, and what was told is closed', { timeout: 90_000 }, async () => {
  const one = await trader(binance, 'spot')
  await revoke(one)
  await signal(one, 'BUY')
  await expectUnhealthy(one)
  await one.change({})
  expect((await installation.call('POST', `/connections/${one.connectionId}/check`)).body).toMatchObject({ status: 'active' })
  const { items } = await get(`/findings?connectionId=${one.connectionId}`)
  expect(items.every(({ closedAt }: { closedAt: string | null }) => closedAt !== null)).toBe(true)
})

test('a refusal that is not about the key, or an exchange that does not answer, leaves the connection as it is', { timeout: 90_000 }, async () => {
  const one = await trader(binance, 'spot')
  await installation.control('binance', 'POST', '/faults', { method: 'POST', path: '/api/v3/order', fault: 'status', status: 451, body: '' })
  await signal(one, 'BUY')
  await eventually(async () => (await get(`/orders?botId=${one.botId}`)).items.some(({ state }: { state: string }) => state === 'rejected'), 'refused')
  await installation.control('binance', 'POST', '/faults', { method: 'GET', path: '/api/v3/account', fault: 'status', status: 503, body: '' })
  await installation.call('POST', `/connections/${one.connectionId}/reconcile`, { body: {} })
  expect((await get(`/connections/${one.connectionId}`)).status).toBe('active')
})
