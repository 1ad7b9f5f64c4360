import { createRequire } from 'node:module'
import { MainClient, USDMClient } from 'binance'
import {
  binance as CcxtBinance,
  binanceusdm as CcxtUsdm,
  AuthenticationError,
  InsufficientFunds,
  OrderNotFound,
} from 'ccxt'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startSimulator, type Simulator } from '#simulator'
import { Control, type Json } from './signed-client.ts'

/** The connector has no types of its own; this much of it is used. */
type Answered = Promise<{ data: Json }>
type Connector = {
  account(): Answered
  exchangeInfo(): Answered
  newOrder(symbol: string, side: string, type: string, options: object): Answered
  getOrder(symbol: string, options: object): Answered
  cancelOrder(symbol: string, options: object): Answered
  myTrades(symbol: string, options?: object): Answered
}
const { Spot } = createRequire(import.meta.url)('@binance/connector') as {
  Spot: new (key: string, secret: string, options: object) => Connector
}

const KEY = { apiKey: 'vmPUZE6mv9SD5VNHk4HlWFsOr6aKE2zvsw0MuIgwCIPy6utIco14y7Ju91duEh8A', secret: 'a-secret' }
let simulator: Simulator
let base: string
let control: Control

beforeAll(async () => {
  simulator = await startSimulator({ exchanges: ['binance'] })
  base = simulator.urls['binance']!
  control = new Control(base)
})
afterAll(async () => simulator.close())
beforeEach(async () => {
  await control.tell('DELETE', '')
  await control.tell('POST', '/accounts', {
    ...KEY,
    permissions: ['read', 'spot', 'futures'],
    balances: { USDT: '10000' },
  })
})

describe('@binance/connector', () => {
  const connect = (secret = KEY.secret) => new Spot(KEY.apiKey, secret, { baseURL: base })

  test('reads account and markets, buys by quantity and by money, finds and cancels by its own id', async () => {
    const client = connect()
    expect((await client.exchangeInfo()).data.symbols.map((s: Json) => s.symbol)).toContain('BTCUSDT')
    const bought = (await client.newOrder('BTCUSDT', 'BUY', 'MARKET', { quantity: '0.01', newClientOrderId: 'one' }))
      .data
    expect(bought).toMatchObject({ status: 'FILLED', executedQty: '0.01000000', cummulativeQuoteQty: '500.00000000' })
    expect(bought.fills[0]).toMatchObject({ commission: '0.00001000', commissionAsset: 'BTC' })
    const byMoney = (await client.newOrder('BTCUSDT', 'BUY', 'MARKET', { quoteOrderQty: 100 })).data
    expect(byMoney).toMatchObject({ status: 'FILLED', executedQty: '0.00200000' })
    expect((await client.getOrder('BTCUSDT', { origClientOrderId: 'one' })).data.orderId).toBe(bought.orderId)
    await client.newOrder('BTCUSDT', 'BUY', 'LIMIT', {
      quantity: 0.001,
      price: 40000,
      timeInForce: 'GTC',
      newClientOrderId: 'two',
    })
    expect((await client.cancelOrder('BTCUSDT', { origClientOrderId: 'two' })).data.status).toBe('CANCELED')
    expect((await client.myTrades('BTCUSDT')).data).toHaveLength(2)
    const { data } = await client.account()
    expect(data.balances.find((b: Json) => b.asset === 'USDT')).toEqual({
      asset: 'USDT',
      free: '9400.00000000',
      locked: '0.00000000',
    })
  })

  test('hears of a wrong secret and of missing funds in the documented words', async () => {
    await expect(connect('other').account()).rejects.toMatchObject({ response: { status: 400, data: { code: -1022 } } })
    const poor = connect().newOrder('BTCUSDT', 'BUY', 'MARKET', { quantity: 1 })
    await expect(poor).rejects.toMatchObject({ response: { status: 400, data: { code: -2010 } } })
  })
})

describe('binance (tiagosiebler)', () => {
  const options = (secret = KEY.secret) => ({
    api_key: KEY.apiKey,
    api_secret: secret,
    baseUrl: base,
    disableTimeSync: true,
  })

  test('trades spot and reads its own rights', async () => {
    const client = new MainClient(options())
    expect(await client.getApiKeyPermissions()).toMatchObject({
      enableReading: true,
      enableFutures: true,
      enableWithdrawals: false,
    })
    const order: Json = await client.submitNewOrder({
      symbol: 'ETHUSDT',
      side: 'BUY',
      type: 'MARKET',
      quoteOrderQty: 250,
      newOrderRespType: 'FULL',
    })
    expect(order).toMatchObject({ status: 'FILLED', executedQty: '0.10000000' })
    const sold: Json = await client.submitNewOrder({
      symbol: 'ETHUSDT',
      side: 'SELL',
      type: 'MARKET',
      quantity: 0.0999,
    })
    expect(sold.status).toBe('FILLED')
    const account = await client.getAccountInformation()
    expect(account.balances.find((b) => b.asset === 'USDT')?.free).toBe('9999.50025000')
    await expect(new MainClient(options('other')).getAccountInformation()).rejects.toMatchObject({ code: -1022 })
  })

  test('opens and closes on futures, in one-way and in hedge mode', async () => {
    const client = new USDMClient(options())
    await client.setLeverage({ symbol: 'BTCUSDT', leverage: 10 })
    const opened: Json = await client.submitNewOrder({
      symbol: 'BTCUSDT',
      side: 'BUY',
      type: 'MARKET',
      quantity: 0.1,
      newOrderRespType: 'RESULT',
    })
    expect(opened).toMatchObject({ status: 'FILLED', executedQty: '0.100' })
    await control.tell('PUT', '/prices/BTCUSDT', { price: '51000' })
    const position: Json = (await client.getPositionsV3({ symbol: 'BTCUSDT' }))[0]
    expect(position).toMatchObject({
      positionAmt: '0.100',
      unRealizedProfit: '100.00000000',
      initialMargin: '510.00000000',
    })
    await client.submitNewOrder({ symbol: 'BTCUSDT', side: 'SELL', type: 'MARKET', quantity: 0.1, reduceOnly: 'true' })
    const trades: Json[] = await client.getAccountTrades({ symbol: 'BTCUSDT' })
    expect(trades.map((trade) => trade.realizedPnl)).toEqual(['0.00000000', '100.00000000'])
    expect((await client.getBalanceV3()).find((b) => b.asset === 'USDT')).toMatchObject({ balance: '10095.96000000' })
    await expect(
      client.submitNewOrder({ symbol: 'BTCUSDT', side: 'SELL', type: 'MARKET', quantity: 0.1, reduceOnly: 'true' }),
    ).rejects.toMatchObject({ code: -2022 })

    await client.setPositionMode({ dualSidePosition: 'true' })
    expect(await client.getCurrentPositionMode()).toEqual({ dualSidePosition: true })
    await client.submitNewOrder({
      symbol: 'BTCUSDT',
      side: 'SELL',
      positionSide: 'SHORT',
      type: 'MARKET',
      quantity: 0.1,
    })
    await client.submitNewOrder({ symbol: 'BTCUSDT', side: 'BUY', positionSide: 'LONG', type: 'MARKET', quantity: 0.2 })
    const both: Json[] = await client.getPositionsV3({ symbol: 'BTCUSDT' })
    const sizes = Object.fromEntries(both.map((each): [string, string] => [each.positionSide, each.positionAmt]))
    expect(sizes).toEqual({ LONG: '0.200', SHORT: '-0.100' })
    await client.submitNewOrder({
      symbol: 'BTCUSDT',
      side: 'BUY',
      positionSide: 'SHORT',
      type: 'MARKET',
      quantity: 0.1,
    })
    await expect(
      client.submitNewOrder({ symbol: 'BTCUSDT', side: 'BUY', type: 'MARKET', quantity: 0.1 }),
    ).rejects.toMatchObject({ code: -4061 })
  })
})

describe('ccxt', () => {
  /** ccxt's own addresses, with this server's in place of each host. */
  const rewrite = <T extends InstanceType<typeof CcxtBinance>>(exchange: T): T => {
    const api = exchange.urls['api'] as Record<string, string>
    for (const [name, url] of Object.entries(api))
      if (typeof url === 'string') api[name] = url.replace(/^https:\/\/[^/]+/, base)
    return exchange
  }
  const spot = (secret = KEY.secret) =>
    rewrite(new CcxtBinance({ ...KEY, secret, options: { fetchMarkets: { types: ['spot'] }, defaultType: 'spot' } }))
  const futures = () => rewrite(new CcxtUsdm({ ...KEY, options: { fetchMarkets: { types: ['linear'] } } }))

  test('spot: markets, balance, buys by quantity and by money, look-up by client id, cancel', async () => {
    const exchange = spot()
    await exchange.loadMarkets()
    expect(exchange.market('BTC/USDT')).toMatchObject({
      spot: true,
      active: true,
      precision: { amount: 0.00001, price: 0.01 },
    })
    const bought = await exchange.createOrder('BTC/USDT', 'market', 'buy', 0.01, undefined, { clientOrderId: 'mine-1' })
    expect(bought).toMatchObject({ status: 'closed', filled: 0.01, average: 50000, clientOrderId: 'mine-1' })
    expect(bought.fee).toMatchObject({ currency: 'BTC', cost: 0.00001 })
    expect(await exchange.createMarketBuyOrderWithCost('BTC/USDT', 100)).toMatchObject({ status: 'closed', cost: 100 })
    const limit = await exchange.createOrder('BTC/USDT', 'limit', 'buy', 0.001, 40000, { clientOrderId: 'mine-2' })
    expect(limit.status).toBe('open')
    expect((await exchange.fetchOrderWithClientOrderId('mine-2', 'BTC/USDT')).id).toBe(limit.id)
    expect((await exchange.cancelOrder(String(limit.id), 'BTC/USDT')).status).toBe('canceled')
    expect((await exchange.fetchBalance())['USDT']).toMatchObject({ free: 9400, used: 0 })
    expect(await exchange.fetchMyTrades('BTC/USDT')).toHaveLength(2)
    await expect(exchange.fetchOrder('1', 'BTC/USDT')).rejects.toBeInstanceOf(OrderNotFound)
    await expect(exchange.createOrder('BTC/USDT', 'market', 'buy', 1)).rejects.toBeInstanceOf(InsufficientFunds)
    await expect(spot('other').fetchBalance()).rejects.toBeInstanceOf(AuthenticationError)
  })

  test('futures: perpetuals beside a dated contract, open, reduce, ids beyond 2^53 whole', async () => {
    const exchange = futures()
    await exchange.loadMarkets()
    expect(exchange.market('BTC/USDT:USDT')).toMatchObject({ swap: true, contractSize: 1 })
    expect(exchange.market('BTC/USDT:USDT-261225')).toMatchObject({ future: true })
    const opened = await exchange.createOrder('ETH/USDT:USDT', 'market', 'sell', 1, undefined, { clientOrderId: 'f-1' })
    expect(BigInt(String(opened.id)) > 2n ** 53n).toBe(true)
    expect(await exchange.fetchOrder(String(opened.id), 'ETH/USDT:USDT')).toMatchObject({
      id: opened.id,
      clientOrderId: 'f-1',
      status: 'closed',
    })
    expect(await exchange.fetchPositions(['ETH/USDT:USDT'])).toMatchObject([{ side: 'short', contracts: 1 }])
    const closed = await exchange.createOrder('ETH/USDT:USDT', 'market', 'buy', 1, undefined, { reduceOnly: true })
    expect((await exchange.fetchOrder(String(closed.id), 'ETH/USDT:USDT')).reduceOnly).toBe(true)
    expect(await exchange.fetchPositions(['ETH/USDT:USDT'])).toEqual([])
  })
})
