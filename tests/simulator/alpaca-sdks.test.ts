import { auth, marketData, trading } from '@alpacahq/alpaca-trade-api'
import { alpaca as CcxtAlpaca, InsufficientFunds, PermissionDenied } from 'ccxt'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startSimulator, type Simulator } from '#simulator'
import { Control, type Json } from './signed-client.ts'

const LIVE = { apiKey: 'AKLIVE', secret: 'live-secret' }
const PAPER = { apiKey: 'PKPAPER', secret: 'paper-secret' }
let simulator: Simulator
let control: Control

beforeAll(async () => {
  simulator = await startSimulator({ exchanges: ['alpaca'] })
  control = new Control(simulator.urls['alpaca']!)
})
afterAll(async () => simulator.close())
beforeEach(async () => {
  await control.tell('DELETE', '')
  await control.tell('POST', '/accounts', { ...LIVE, balances: { USD: '10000' } })
  await control.tell('POST', '/accounts', { ...PAPER, environment: 'paper', balances: { USD: '500' } })
})

describe('@alpacahq/alpaca-trade-api', () => {
  const config = (entry: string, key = LIVE) =>
    ({
      basePath: simulator.urls[entry]!,
      apiKey: auth.apiKeyAuth({ keyId: key.apiKey, secret: key.secret }),
      retry: false as unknown as undefined,
    }) as const

  test('reads account, assets, clock and prices', async () => {
    const account = await new trading.AccountsApi(new trading.Configuration(config('alpaca'))).getAccount()
    expect(account).toMatchObject({ status: 'ACTIVE', buyingPower: '10000', cash: '10000' })
    const assets = new trading.AssetsApi(new trading.Configuration(config('alpaca')))
    expect(await assets.getV2AssetsSymbolOrAssetId({ symbolOrAssetId: 'AAPL' })).toMatchObject({
      fractionable: true,
      tradable: true,
    })
    expect(await new trading.ClockApi(new trading.Configuration(config('alpaca'))).legacyClock()).toMatchObject({
      isOpen: true,
    })
    const stocks = new marketData.StockApi(new marketData.Configuration(config('alpaca:data')))
    expect((await stocks.stockLatestTradeSingle({ symbol: 'AAPL' })).trade.p).toBe(250)
    const crypto = new marketData.CryptoApi(new marketData.Configuration(config('alpaca:data')))
    expect((await crypto.cryptoLatestTrades({ loc: 'us', symbols: 'BTC/USD' })).trades['BTC/USD']?.p).toBe(50000)
  })

  test('a market order is answered unfilled, then found filled by its own id; the position closes', async () => {
    const orders = new trading.OrdersApi(new trading.Configuration(config('alpaca')))
    const placed = await orders.postOrder({
      postOrderRequest: {
        symbol: 'AAPL',
        notional: '100',
        side: 'buy',
        type: 'market',
        timeInForce: 'day',
        clientOrderId: 'one',
      },
    })
    expect(placed).toMatchObject({ status: 'pending_new', filledQty: '0' })
    const found = await orders.getOrderByClientOrderId({ clientOrderId: 'one' })
    expect(found).toMatchObject({ id: placed.id, status: 'filled', filledQty: '0.4', filledAvgPrice: '250' })
    const positions = new trading.PositionsApi(new trading.Configuration(config('alpaca')))
    expect(await positions.getOpenPosition({ symbolOrAssetId: 'AAPL' })).toMatchObject({
      qty: '0.4',
      avgEntryPrice: '250',
    })
    await positions.deleteOpenPosition({ symbolOrAssetId: 'AAPL' })
    await expect(positions.getOpenPosition({ symbolOrAssetId: 'AAPL' })).rejects.toThrow()
    const activities = new trading.AccountActivitiesApi(new trading.Configuration(config('alpaca')))
    expect(await activities.getAccountActivities({ activityTypes: ['FILL'] as Json })).toHaveLength(2)
  })

  test('each host knows only its own keys', async () => {
    const ask = async (entry: string, key: typeof LIVE) =>
      new trading.AccountsApi(new trading.Configuration(config(entry, key))).getAccount()
    expect((await ask('alpaca:paper', PAPER)).accountNumber).toMatch(/^PA/)
    await expect(ask('alpaca', PAPER)).rejects.toMatchObject({ response: { status: 401 } })
    await expect(ask('alpaca:paper', LIVE)).rejects.toMatchObject({ response: { status: 401 } })
  })
})

describe('ccxt', () => {
  const connect = (secret = LIVE.secret) => {
    const exchange = new CcxtAlpaca({ ...LIVE, secret })
    const base = simulator.urls['alpaca']!
    exchange.urls['api'] = { broker: base, trader: base, market: base }
    return exchange
  }

  test('markets, buy by quantity and by money, balance, cancel', async () => {
    const exchange = connect()
    await exchange.loadMarkets()
    expect(exchange.market('BTC/USD')).toMatchObject({ spot: true, active: true })
    const bought = await exchange.createOrder('BTC/USD', 'market', 'buy', 0.01, undefined, { clientOrderId: 'c-1' })
    expect(await exchange.fetchOrder(String(bought.id))).toMatchObject({
      status: 'closed',
      filled: 0.01,
      clientOrderId: 'c-1',
    })
    const limit = await exchange.createOrder('ETH/USD', 'limit', 'buy', 0.1, 2000)
    expect(await exchange.fetchOpenOrders('ETH/USD')).toHaveLength(1)
    await exchange.cancelOrder(String(limit.id))
    expect((await exchange.fetchOrder(String(limit.id))).status).toBe('canceled')
    expect((await exchange.fetchBalance())['USD']).toMatchObject({ free: 9500 })
    await expect(exchange.createOrder('BTC/USD', 'market', 'buy', 1)).rejects.toBeInstanceOf(InsufficientFunds)
    await expect(connect('wrong').fetchBalance()).rejects.toBeInstanceOf(PermissionDenied)
  })
})
