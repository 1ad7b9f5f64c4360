import ccxt from 'ccxt'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startSimulator, type Simulator } from '#simulator'
import { Control, type Json } from './signed-client.ts'

// MEXC's own client for Node is not kept (2023, and it blocks its process while it waits): ccxt, which shares nothing with ours, is the
// independent client here. What ccxt gets wrong (tests/vectors/mexc-requests.test.ts) is asked in its raw calls.

const KEY = { apiKey: 'mx0vglNivSy5Xn3q5P', secret: 'a-secret-of-thirty-two-characters' }
let simulator: Simulator
let base: string
let control: Control
beforeAll(async () => {
  simulator = await startSimulator({ exchanges: ['mexc'] })
  base = simulator.urls['mexc']!
  control = new Control(base)
})
afterAll(async () => simulator.close())
beforeEach(async () => {
  await control.tell('DELETE', '')
  await control.tell('POST', '/accounts', { ...KEY, permissions: ['read', 'spot', 'futures'], balances: { USDT: '10000' } })
})

function connect(key: { apiKey: string; secret: string } = KEY): InstanceType<typeof ccxt.mexc> {
  const x = new ccxt.mexc({ ...key, enableRateLimit: false, options: { fetchMarkets: { types: { spot: true, swap: { linear: true, inverse: false } } }, fetchCurrencies: { enabled: false }, createMarketBuyOrderRequiresPrice: false } })
  x.urls['api'] = { spot: { public: base, private: base }, spot2: { public: base, private: base }, contract: { public: `${base}/api/v1/contract`, private: `${base}/api/v1/private` }, broker: { private: base } }
  x.has['fetchCurrencies'] = false
  return x
}
const said = async (answer: Promise<unknown>): Promise<Json> => await answer
const failure = (answer: Promise<unknown>): Promise<string> => answer.then(() => 'accepted', (error: unknown) => String(error))

describe('ccxt', () => {
  test('reads the key, the account and the lists of markets', async () => {
    const x = connect()
    expect(await said(x.request('uid', ['spot', 'private'], 'GET'))).toMatchObject({ uid: expect.any(String) as unknown })
    expect(await said(x.request('apiKeyInfo', ['spot', 'private'], 'GET', { accessKey: KEY.apiKey }))).toMatchObject({ status: 'VALID', permissions: expect.stringContaining('SPOT_DEAL_WRITE') as unknown, remainingValidity: 90 })
    await x.loadMarkets()
    expect(x.markets).toMatchObject({ 'BTC/USDT': { spot: true, active: true }, 'BTC/USDT:USDT': { swap: true, contractSize: 0.001 } })
    expect((await said(x.fetchBalance()))['USDT']).toMatchObject({ free: 10_000, used: 0 })
    expect((await said(x.fetchBalance({ type: 'swap' })))['USDT']).toMatchObject({ free: 10_000 })
  })

  test('spot: buys for an amount, sells a quantity, rests a limit order, finds and cancels it by its own id', async () => {
    const x = connect()
    await x.createOrder('BTC/USDT', 'market', 'buy', 0, undefined, { cost: 500, clientOrderId: 'one' })
    expect(await said(x.fetchOrder(undefined as never, 'BTC/USDT', { clientOrderId: 'one' }))).toMatchObject({ status: 'closed', filled: 0.01, cost: 500 })
    await x.createOrder('BTC/USDT', 'market', 'sell', 0.002, undefined, { clientOrderId: 'two' })
    await x.createOrder('BTC/USDT', 'limit', 'buy', 0.001, 40_000, { clientOrderId: 'three' })
    expect((await said(x.fetchOpenOrders('BTC/USDT'))).map((one: Json) => one.clientOrderId)).toEqual(['three'])
    expect(await said(x.cancelOrder(undefined as never, 'BTC/USDT', { clientOrderId: 'three' }))).toMatchObject({ status: 'canceled' })
    expect(await failure(x.cancelOrder(undefined as never, 'BTC/USDT', { clientOrderId: 'three' }))).toContain('-2011')
    const trades = await said(x.fetchMyTrades('BTC/USDT'))
    expect(trades.map((one: Json) => [one.side, one.amount, one.fee.cost, one.fee.currency])).toEqual([['buy', 0.01, 0.000_01, 'BTC'], ['sell', 0.002, 0.1, 'USDT']])
  })

  test('futures: opens, finds by its own id, closes, cancels', async () => {
    const x = connect()
    const opened = await said(x.createOrder('BTC/USDT:USDT', 'market', 'buy', 10, undefined, { externalOid: 'one' }))
    const found = await said(x.request('order/external/{symbol}/{external_oid}', ['contract', 'private'], 'GET', { symbol: 'BTC_USDT', external_oid: 'one' }))
    expect(found.data).toMatchObject({ orderId: opened.id, externalOid: 'one', state: 3, dealVol: 10, dealAvgPrice: 50_000 })
    expect(await said(x.fetchPositions())).toMatchObject([{ symbol: 'BTC/USDT:USDT', side: 'long', contracts: 10 }])
    await x.createOrder('BTC/USDT:USDT', 'market', 'sell', 10, undefined, { reduceOnly: true })
    expect(await said(x.fetchPositions())).toEqual([])
    expect(await failure(x.createOrder('BTC/USDT:USDT', 'market', 'sell', 10, undefined, { reduceOnly: true }))).toContain('2009')
    await x.createOrder('BTC/USDT:USDT', 'limit', 'buy', 1, 40_000, { externalOid: 'two' })
    expect((await said(x.fetchOpenOrders('BTC/USDT:USDT'))).length).toBe(1)
    expect((await said(x.request('order/cancel_with_external', ['contract', 'private'], 'POST', { symbol: 'BTC_USDT', externalOid: 'two' }))).data).toMatchObject({ errorCode: '0' })
    expect((await said(x.request('order/cancel_with_external', ['contract', 'private'], 'POST', { symbol: 'BTC_USDT', externalOid: 'two' }))).data).toMatchObject({ errorCode: '2041' })
  })

  test('hears of a wrong secret, a key that is not known and missing funds in the documented codes', async () => {
    expect(await failure(connect({ ...KEY, secret: 'other' }).fetchBalance())).toContain('700002')
    expect(await failure(connect({ ...KEY, secret: 'other' }).fetchBalance({ type: 'swap' }))).toContain('602')
    expect(await failure(connect({ apiKey: 'mx0nobody', secret: 'x' }).fetchBalance())).toContain('10072')
    expect(await failure(connect().createOrder('BTC/USDT', 'market', 'buy', 0, undefined, { cost: 50_000 }))).toContain('10101')
    expect(await failure(connect().createOrder('BTC/USDT:USDT', 'market', 'buy', 100_000))).toContain('2005')
  })
})
