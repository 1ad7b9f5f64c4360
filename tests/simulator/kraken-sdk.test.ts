import { randomBytes } from 'node:crypto'
import https from 'node:https'
import { connect as connectTo, type Socket } from 'node:net'
import ccxt from 'ccxt'
import { Kraken } from 'node-kraken-api'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startSimulator, type Simulator } from '#simulator'
import { Control, type Json } from './signed-client.ts'

// Independent clients against the simulator: what they send, and what they make of the answers.

const SPOT = { apiKey: 'spot-key-of-fifty-six-characters', secret: randomBytes(64).toString('base64') }
const FUTURES = { apiKey: 'futures-key-of-fifty-six-characters', secret: randomBytes(64).toString('base64') }
const agent = https.globalAgent as unknown as { createConnection: (options: unknown) => Socket }
const { createConnection } = agent
let simulator: Simulator
let control: Control
beforeAll(async () => {
  simulator = await startSimulator({ exchanges: ['kraken'] })
  control = new Control(simulator.urls['kraken']!)
  // This client knows one address only, and speaks TLS there.
  agent.createConnection = () => connectTo(Number(new URL(simulator.urls['kraken']!).port), '127.0.0.1')
})
afterAll(async () => {
  agent.createConnection = createConnection
  await simulator.close()
})
beforeEach(async () => {
  await control.tell('DELETE', '')
  await control.tell('POST', '/accounts', { ...SPOT, permissions: ['read', 'spot'], balances: { USD: '10000' } })
  await control.tell('POST', '/accounts', { ...FUTURES, permissions: ['read', 'futures'], balances: { USD: '10000' } })
})

describe('node-kraken-api', () => {
  const connect = (secret = SPOT.secret, key = SPOT.apiKey): Kraken => new Kraken({ key, secret, timeout: 60_000 })
  const said = async (answer: Promise<unknown>): Promise<Json> => await answer

  test('reads its key, its account and the lists of markets', async () => {
    const client = connect()
    expect(await said(client.request('GetApiKeyInfo', null, 'private'))).toMatchObject({ permissions: expect.arrayContaining(['modify-trades']) as unknown, validUntil: '0', ipAllowlist: [] })
    expect(await said(client.balance())).toEqual({ ZUSD: '10000.00000000' })
    expect(Object.keys(await said(client.assetPairs()))).toEqual(expect.arrayContaining(['XXBTZUSD', 'XETHXXBT', 'SOLUSD']))
    expect((await said(client.ticker({ pair: 'XBTUSD' }))).XXBTZUSD.c[0]).toBe('50000')
  })

  test('buys by quantity and by value, rests a limit order, finds and cancels by its own id', async () => {
    const client = connect()
    const order = { pair: 'XBTUSD', type: 'buy' } as const
    const add = (fields: Record<string, string>): Promise<Json> => said(client.request('AddOrder', { ...order, ...fields }, 'private'))
    const one = await add({ ordertype: 'market', volume: '0.002', cl_ord_id: 'one' })
    await add({ ordertype: 'market', volume: '500', oflags: 'viqc', cl_ord_id: 'two' })
    await add({ ordertype: 'limit', price: '40000', volume: '0.001', cl_ord_id: 'three' })
    expect(Object.values((await said(client.openOrders())).open)).toMatchObject([{ cl_ord_id: 'three', status: 'open', vol: '0.00100000' }])
    expect(Object.values((await said(client.request('ClosedOrders', { cl_ord_id: 'two', trades: true }, 'private'))).closed)).toMatchObject([{ status: 'closed', vol: '500.00000000', vol_exec: '500.00000000', oflags: 'fciq,viqc' }])
    expect(Object.values((await said(client.tradesHistory())).trades)).toMatchObject([{ vol: '0.01000000' }, { ordertxid: one.txid[0], vol: '0.00200000', fee: '0.10000000' }].map((each) => expect.objectContaining(each) as unknown))
    expect(await said(client.request('CancelOrder', { cl_ord_id: 'three' }, 'private'))).toEqual({ count: 1 })
    await expect(client.request('CancelOrder', { cl_ord_id: 'three' }, 'private')).rejects.toThrow('EOrder:Unknown order')
  })

  test('hears of a wrong secret, a key that is not known, an old nonce, a late request and missing funds in the documented words', async () => {
    await expect(connect(FUTURES.secret).balance()).rejects.toThrow('EAPI:Invalid signature')
    await expect(connect(SPOT.secret, 'nobody').balance()).rejects.toThrow('EAPI:Invalid key')
    await connect().balance()
    await expect(new Kraken({ key: SPOT.apiKey, secret: SPOT.secret, timeout: 60_000, gennonce: () => 5 }).balance()).rejects.toThrow('EAPI:Invalid nonce')
    const order = { pair: 'XBTUSD', type: 'buy', ordertype: 'market', volume: '10' }
    await expect(connect().request('AddOrder', order, 'private')).rejects.toThrow('EOrder:Insufficient funds')
    await expect(connect().request('AddOrder', { ...order, volume: '0.01', deadline: '2026-01-01T00:00:00Z' }, 'private')).rejects.toThrow('EService:Deadline elapsed')
  })
})

// There is no client of Kraken Futures on npm that is kept; ccxt is one, and ours shares nothing with it.
describe('ccxt on Kraken Futures', () => {
  function connect(secret = FUTURES.secret): InstanceType<typeof ccxt.krakenfutures> {
    const x = new ccxt.krakenfutures({ apiKey: FUTURES.apiKey, secret, enableRateLimit: false })
    const base = simulator.urls['kraken:futures']!
    x.urls['api'] = { public: `${base}/derivatives/api/`, private: `${base}/derivatives/api/`, history: `${base}/api/history/`, auth: `${base}/api/auth/`, charts: base, feeds: base }
    return x
  }

  test('opens, shows, closes; finds and cancels what rests; the histories tell of both', async () => {
    const x = connect()
    await x.loadMarkets()
    expect(x.markets?.['BTC/USD:USD']).toMatchObject({ id: 'PF_XBTUSD', linear: true, precision: { amount: 0.001 } })
    expect(await x.fetchBalance({ type: 'flex' })).toMatchObject({ USD: { total: 10_000 } })
    await x.createOrder('BTC/USD:USD', 'market', 'buy', 0.02, undefined, { clientOrderId: 'one' })
    expect(await x.fetchPositions()).toMatchObject([{ symbol: 'BTC/USD:USD', side: 'long', contracts: 0.02 }])
    await x.createOrder('BTC/USD:USD', 'limit', 'buy', 0.01, 40_000, { clientOrderId: 'two' })
    const [resting] = await x.fetchOpenOrders()
    expect(resting).toMatchObject({ clientOrderId: 'two', amount: 0.01, remaining: 0.01 })
    await x.cancelOrder(resting!.id!, 'BTC/USD:USD')
    expect(await x.fetchOpenOrders()).toEqual([])
    await x.createOrder('BTC/USD:USD', 'market', 'sell', 0.02, undefined, { clientOrderId: 'three', reduceOnly: true })
    expect(await x.fetchPositions()).toEqual([])
    await expect(x.createOrder('BTC/USD:USD', 'market', 'sell', 0.02, undefined, { reduceOnly: true })).rejects.toThrow('wouldNotReducePosition')
    const executions = await x.historyGetExecutions({ version: 'v3' }) as Json
    expect(executions.elements.map((each: Json) => [each.event.Execution.execution.order.clientId, each.event.Execution.execution.orderData.fee])).toEqual(expect.arrayContaining([['one', '0.6'], ['three', '0.6']]))
    expect((await x.historyGetOrders({ version: 'v3' }) as Json).elements.map((each: Json) => Object.keys(each.event)[0])).toEqual(expect.arrayContaining(['OrderPlaced', 'OrderCancelled']))
  })

  test('hears of a wrong secret and missing margin', async () => {
    await expect(connect(SPOT.secret).fetchBalance({ type: 'flex' })).rejects.toThrow('authenticationError')
    const x = connect()
    await x.loadMarkets()
    await expect(x.createOrder('BTC/USD:USD', 'market', 'buy', 60)).rejects.toThrow('insufficientAvailableFunds')
  })
})
