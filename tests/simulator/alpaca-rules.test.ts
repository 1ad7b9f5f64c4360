import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startSimulator, type Simulator } from '#simulator'
import { alpaca, Control, type Reply, type Json } from './signed-client.ts'

const KEY = { apiKey: 'AKLIVE', secret: 'live-secret' }
let simulator: Simulator
let control: Control
const ask = async (method: string, path: string, body?: unknown): Promise<Reply> =>
  alpaca(simulator.urls['alpaca']!, KEY, method, path, body)
const order = async (body: object) => ask('POST', '/v2/orders', body)
const STOCK = { symbol: 'AAPL', side: 'buy', type: 'market', time_in_force: 'day' }
const COIN = { symbol: 'BTC/USD', side: 'buy', type: 'market', time_in_force: 'gtc' }

beforeAll(async () => {
  simulator = await startSimulator({ exchanges: ['alpaca'] })
  control = new Control(simulator.urls['alpaca']!)
})
afterAll(async () => simulator.close())
beforeEach(async () => {
  await control.tell('DELETE', '')
  await control.tell('POST', '/accounts', { ...KEY, balances: { USD: '1000' } })
})

describe('who is let in', () => {
  test('an unknown key, a wrong secret and an expired key get the documented 401', async () => {
    const body = { code: 40110000, message: 'request is not authorized' }
    for (const key of [
      { ...KEY, apiKey: 'AKOTHER' },
      { ...KEY, secret: 'wrong' },
    ]) {
      expect(await alpaca(simulator.urls['alpaca']!, key, 'GET', '/v2/account')).toMatchObject({ status: 401, body })
    }
    await control.tell('POST', '/accounts', { ...KEY, expiresAt: Date.now() - 1 })
    expect(await ask('GET', '/v2/account')).toMatchObject({ status: 401, body })
  })

  test('a blocked account may look but not trade', async () => {
    await control.tell('POST', '/accounts', { ...KEY, flags: { trading_blocked: true } })
    expect((await ask('GET', '/v2/account')).body.trading_blocked).toBe(true)
    expect(await order({ ...STOCK, qty: '1' })).toMatchObject({ status: 403, body: { code: 40310000 } })
  })
})

describe('orders that are refused', () => {
  test.each([
    ['both sizes', { ...STOCK, qty: '1', notional: '10' }, 400, 40010001],
    ['no size', STOCK, 422, 40010001],
    ['an unknown symbol', { ...STOCK, symbol: 'NOSUCH', qty: '1' }, 422, 42210000],
    ['a symbol that does not trade', { ...STOCK, symbol: 'NOTR', qty: '1' }, 422, 42210000],
    ['a part of what has none', { ...STOCK, symbol: 'BRK.A', notional: '100' }, 403, 40310000],
    ['a fraction that is not for the day', { ...STOCK, qty: '0.5', time_in_force: 'gtc' }, 422, 42210000],
    ['crypto for the day', { ...COIN, notional: '100', time_in_force: 'day' }, 422, 42210000],
    ['too little crypto', { ...COIN, notional: '9' }, 403, 40310000],
    ['too little stock', { ...STOCK, notional: '0.5' }, 403, 40310000],
    ['more than the money', { ...STOCK, qty: '5' }, 403, 40310000],
    ['more than is held', { ...STOCK, side: 'sell', qty: '1' }, 403, 40310000],
    ['more coins than the money', { ...COIN, notional: '2000' }, 403, 40310000],
    ['an overlong id', { ...STOCK, qty: '1', client_order_id: 'x'.repeat(129) }, 422, 40010001],
    ['a price on a market order', { ...STOCK, qty: '1', limit_price: '1' }, 422, 40010001],
    ['a price below the cent', { ...STOCK, type: 'limit', qty: '1', limit_price: '100.123' }, 422, 42210000],
  ])('%s', async (_name, body, status, code) => {
    expect(await order(body)).toMatchObject({ status, body: { code } })
    expect(await control.orders()).toEqual([])
  })

  test('a body that is not JSON', async () => {
    expect(await ask('POST', '/v2/orders', '{')).toMatchObject({ status: 400 })
  })

  test('a client order id is never taken twice, not even after its order was canceled', async () => {
    const first = await order({ ...STOCK, type: 'limit', limit_price: '100', qty: '1', client_order_id: 'once' })
    expect((await ask('DELETE', `/v2/orders/${first.body.id}`)).status).toBe(204)
    expect(await order({ ...STOCK, qty: '1', client_order_id: 'once' })).toMatchObject({
      status: 422,
      body: { code: 40010001, message: 'client_order_id must be unique' },
    })
  })
})

describe('orders that are taken', () => {
  test('a stock order waits for the market to open, as accepted; crypto does not wait', async () => {
    await control.tell('PUT', '/market-hours', { open: false })
    expect((await ask('GET', '/v2/clock')).body.is_open).toBe(false)
    expect((await order({ ...STOCK, qty: '1', client_order_id: 's' })).body.status).toBe('accepted')
    expect((await ask('GET', '/v2/orders:by_client_order_id?client_order_id=s')).body.status).toBe('accepted')
    expect((await ask('GET', '/v2/account')).body.buying_power).toBe('750')
    await order({ ...COIN, notional: '100', client_order_id: 'c' })
    expect((await ask('GET', '/v2/orders:by_client_order_id?client_order_id=c')).body.status).toBe('filled')
    await control.tell('PUT', '/market-hours', { open: true })
    expect((await ask('GET', '/v2/orders:by_client_order_id?client_order_id=s')).body.status).toBe('filled')
  })

  test('crypto pays a quarter of a percent in what it receives, shown as CFEE', async () => {
    await order({ ...COIN, qty: '0.01' })
    expect((await ask('GET', '/v2/positions/BTCUSD')).body).toMatchObject({ symbol: 'BTCUSD', qty: '0.009975' })
    await order({ ...COIN, side: 'sell', qty: '0.009975' })
    expect((await ask('GET', '/v2/account')).body.cash).toBe('997.503125')
    const fees = (await ask('GET', '/v2/account/activities/CFEE?direction=asc')).body
    expect(fees.map((each: Json) => [each.qty, each.net_amount])).toEqual([
      ['-0.000025', '0'],
      ['0', '-1.246875000'],
    ])
  })

  test('a partial fill stays open, goes on when told, and shows its executions by order', async () => {
    await control.tell('POST', '/fills', { symbol: 'AAPL', fraction: '0.5', rest: 'open' })
    const { id } = (await order({ ...STOCK, qty: '2' })).body
    expect((await ask('GET', `/v2/orders/${id}`)).body).toMatchObject({ status: 'partially_filled', filled_qty: '1' })
    await control.tell('POST', `/orders/${id}`, { do: 'fill' })
    expect((await ask('GET', `/v2/orders/${id}`)).body).toMatchObject({ status: 'filled', filled_qty: '2' })
    const fills = (await ask('GET', `/v2/account/activities?activity_types=FILL&order_id=${id}&direction=asc`)).body
    expect(fills.map((each: Json) => [each.type, each.qty])).toEqual([
      ['partial_fill', '1'],
      ['fill', '1'],
    ])
  })

  test('what is unknown or ended is 404 or 422', async () => {
    expect(await ask('GET', '/v2/orders/61e69015-8549-4bfd-b9c3-01e75843f47d')).toMatchObject({
      status: 404,
      body: { code: 40410000 },
    })
    expect(await ask('GET', '/v2/orders:by_client_order_id?client_order_id=no')).toMatchObject({ status: 404 })
    expect(await ask('GET', '/v2/assets/NOSUCH')).toMatchObject({ status: 404 })
    const { id } = (await order({ ...STOCK, qty: '1' })).body
    expect(await ask('DELETE', `/v2/orders/${id}`)).toMatchObject({ status: 422, body: { code: 42210000 } })
  })
})
