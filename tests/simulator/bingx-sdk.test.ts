import ccxt from 'ccxt'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startSimulator, type Simulator } from '#simulator'
import { Control, type Json } from './signed-client.ts'

// BingX keeps no client for Node of its own, and bingx-api brings a whole web framework along: ccxt, which shares nothing with ours, is the
// independent client here.

const KEY = { apiKey: 'a-key-of-some-length', secret: 'a-secret-of-some-length' }
let simulator: Simulator
let base: string
let control: Control
beforeAll(async () => {
  simulator = await startSimulator({ exchanges: ['bingx'] })
  base = simulator.urls['bingx']!
  control = new Control(base)
})
afterAll(async () => simulator.close())
beforeEach(async () => {
  await control.tell('DELETE', '')
  await control.tell('POST', '/accounts', { ...KEY, permissions: ['read', 'spot', 'futures'], balances: { USDT: '10000' } })
})

function connect(key: { apiKey: string; secret: string } = KEY): InstanceType<typeof ccxt.bingx> {
  const x = new ccxt.bingx({ ...key, enableRateLimit: false, options: { fetchMarkets: { types: ['spot', 'linear'] } } })
  x.urls['api'] = Object.fromEntries(['fund', 'spot', 'swap', 'contract', 'wallets', 'user', 'subAccount', 'account', 'copyTrading', 'cswap', 'api'].map((name) => [name, `${base}/openApi`]))
  x.has['fetchCurrencies'] = false
  return x
}
const said = async (answer: Promise<unknown>): Promise<Json> => await answer
const failure = (answer: Promise<unknown>): Promise<string> => answer.then(() => 'accepted', (error: unknown) => String(error))

/** With the markets that the client read itself. */
async function ready(): Promise<InstanceType<typeof ccxt.bingx>> {
  const x = connect()
  const [spot, contracts] = [await said(x.request('common/symbols', ['spot', 'v1', 'public'], 'GET')), await said(x.request('quote/contracts', ['swap', 'v2', 'public'], 'GET'))]
  x.setMarkets(x.parseMarkets([...spot.data.symbols, ...contracts.data]))
  return x
}

describe('ccxt', () => {
  test('reads the key, the account and the lists of markets', async () => {
    const x = await ready()
    expect(x.markets).toMatchObject({ 'BTC/USDT': { spot: true, active: true }, 'BTC/USDT:USDT': { swap: true, linear: true, active: true, contractSize: 1 } })
    expect(await said(x.request('uid', ['account', 'v1', 'private'], 'GET'))).toMatchObject({ data: { uid: expect.anything() as unknown } })
    expect((await said(x.request('account/apiPermissions', ['user', 'v1', 'private'], 'GET'))).data).toMatchObject({ enableFutures: true, enableWithdrawals: false, ipRestrict: false })
    expect((await said(x.fetchBalance({ type: 'spot' })))['USDT']).toMatchObject({ free: 10_000, used: 0 })
    expect((await said(x.fetchBalance({ type: 'swap' })))['USDT']).toMatchObject({ free: 10_000 })
    expect(await said(x.fetchTicker('BTC/USDT'))).toMatchObject({ last: 50_000 })
    expect(await said(x.fetchTicker('BTC/USDT:USDT'))).toMatchObject({ last: 50_000 })
  })

  test('spot: buys for an amount, not a quantity, sells a quantity, rests a limit order, finds and cancels it by its own id', async () => {
    const x = await ready()
    const bought = await said(x.createOrder('BTC/USDT', 'market', 'buy', 0, undefined, { cost: 500, clientOrderId: 'one' }))
    expect(bought).toMatchObject({ status: 'closed', filled: 0.01, clientOrderId: 'one' })
    expect(await said(x.fetchOrder(undefined as never, 'BTC/USDT', { clientOrderID: 'one' }))).toMatchObject({ id: bought.id, status: 'closed', filled: 0.01, cost: 500 })
    await x.createOrder('BTC/USDT', 'market', 'sell', 0.002, undefined, { clientOrderId: 'two' })
    expect(await failure(x.createOrder('BTC/USDT', 'market', 'buy', 0.002, undefined, { clientOrderId: 'four' }))).toContain('quoteOrderQty')
    expect(await failure(x.createOrder('BTC/USDT', 'market', 'sell', 0, undefined, { cost: 100, clientOrderId: 'five' }))).toContain('quantity')
    await x.createOrder('BTC/USDT', 'limit', 'buy', 0.001, 40_000, { clientOrderId: 'three' })
    expect((await said(x.fetchOpenOrders('BTC/USDT'))).map((one: Json) => one.clientOrderId)).toEqual(['three'])
    expect(await said(x.cancelOrder(undefined as never, 'BTC/USDT', { clientOrderId: 'three' }))).toMatchObject({ status: 'canceled' })
    expect(await failure(x.cancelOrder(undefined as never, 'BTC/USDT', { clientOrderId: 'three' }))).toContain('100404')
    const trades = await said(x.fetchMyTrades('BTC/USDT'))
    expect(trades.map((one: Json) => [one.side, one.amount, one.fee.cost, one.fee.currency])).toEqual([['buy', 0.01, 0.000_01, 'BTC'], ['sell', 0.002, 0.1, 'USDT']])
  })

  test('futures: opens, finds by its own id, closes, cancels; an id counts once, in small letters', async () => {
    const x = await ready()
    const opened = await said(x.createOrder('BTC/USDT:USDT', 'market', 'buy', 0.01, undefined, { clientOrderId: 'ONE' }))
    expect(await said(x.fetchOrder(undefined as never, 'BTC/USDT:USDT', { clientOrderId: 'one' }))).toMatchObject({ id: opened.id, status: 'closed', filled: 0.01, average: 50_000, clientOrderId: 'one' })
    expect(await failure(x.createOrder('BTC/USDT:USDT', 'market', 'buy', 0.01, undefined, { clientOrderId: 'one' }))).toContain('101481')
    expect((await said(x.request('user/positions', ['swap', 'v2', 'private'], 'GET'))).data).toMatchObject([{ symbol: 'BTC-USDT', positionSide: 'LONG', positionAmt: '0.01' }])
    await x.createOrder('BTC/USDT:USDT', 'market', 'sell', 0.01, undefined, { reduceOnly: 'true' })
    expect((await said(x.request('user/positions', ['swap', 'v2', 'private'], 'GET'))).data).toEqual([])
    await x.createOrder('BTC/USDT:USDT', 'limit', 'buy', 0.01, 40_000, { clientOrderId: 'two' })
    expect((await said(x.fetchOpenOrders('BTC/USDT:USDT'))).map((one: Json) => one.clientOrderId)).toEqual(['two'])
    expect(await said(x.cancelOrder(undefined as never, 'BTC/USDT:USDT', { clientOrderId: 'two' }))).toMatchObject({ status: 'canceled' })
    expect(await failure(x.cancelOrder(undefined as never, 'BTC/USDT:USDT', { clientOrderId: 'two' }))).toContain('109421')
    const fills = (await said(x.request('trade/fillHistory', ['swap', 'v2', 'private'], 'GET', { symbol: 'BTC-USDT', startTs: 1, endTs: 9_999_999_999_999 }))).data.fill_orders
    expect(fills.map((one: Json) => [one.side, one.volume, one.commission, one.currency])).toEqual([['SELL', '0.01', '-0.3', 'USDT'], ['BUY', '0.01', '-0.3', 'USDT']])
    await x.setPositionMode(true, 'BTC/USDT:USDT')
    expect(await failure(x.createOrder('BTC/USDT:USDT', 'market', 'buy', 0.01))).toContain('109400')
    await x.createOrder('BTC/USDT:USDT', 'market', 'sell', 0.01, undefined, { positionSide: 'SHORT' })
    expect(await said(x.fetchPositionMode('BTC/USDT:USDT'))).toMatchObject({ hedged: true })
  })

  test('hears of a wrong secret, a key that is not known and missing funds in the documented codes', async () => {
    const balance = (key: typeof KEY): Promise<string> => failure(connect(key).request('account/balance', ['spot', 'v1', 'private'], 'GET'))
    expect(await balance({ ...KEY, secret: 'other' })).toContain('100001')
    expect(await balance({ apiKey: 'nobody', secret: 'x' })).toContain('100413')
    const x = await ready()
    expect(await failure(x.createOrder('BTC/USDT', 'market', 'buy', 0, undefined, { cost: 50_000 }))).toContain('100202')
    expect(await failure(x.createOrder('BTC/USDT:USDT', 'market', 'buy', 100))).toContain('101204')
  })
})
