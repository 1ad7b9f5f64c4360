import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { EnvelopeRef, ReportAnswer } from '#contract'
import { connected, order, startWorld, submit, type World } from './harness.ts'

let world: World
beforeAll(async () => { world = await startWorld(['binance', 'alpaca']) })
afterAll(async () => { await world.stop() })
beforeEach(async () => { for (const exchange of ['binance', 'alpaca']) await world.sim('DELETE', '/faults', undefined, exchange) })

const report = (connection: EnvelopeRef, symbols: string[], since = Date.now() - 60_000): Promise<ReportAnswer> =>
  world.port.call({ verb: 'report', connection, symbols, since, background: true, purpose: {} })

describe.each([
  { exchange: 'binance', market: 'spot' as const, symbol: 'BTCUSDT', other: 'ETHUSDT', balances: { USDT: '100000' }, list: '/api/v3/allOrders', held: 'balances' as const },
  { exchange: 'binance', market: 'futures' as const, symbol: 'BTCUSDT', other: 'ETHUSDT', balances: { USDT: '100000' }, list: '/fapi/v1/allOrders', held: 'positions' as const },
  { exchange: 'alpaca', market: 'spot' as const, symbol: 'BTC/USD', other: 'AAPL', balances: { USD: '100000' }, list: '/v2/orders', held: 'balances' as const },
])('$exchange $market', ({ exchange, market, symbol, other, balances, list, held }) => {
  const start = async (): Promise<EnvelopeRef> => (await connected(world, market, { permissions: ['read', market], balances }, exchange)).ref

  test('orders with their ids, sides, sizes and what they filled; what is held', async () => {
    const ref = await start()
    const sent = order({ symbol, quantity: '0.01' })
    expect(await submit(world, ref, sent)).toMatchObject({ kind: 'accepted' })
    const { orders, holdings } = await report(ref, [symbol, other])
    expect(orders).toMatchObject({ whole: true, items: [{ symbol, clientOrderId: sent.clientOrderId, side: 'buy', quantity: '0.01', quoteQuantity: null, state: 'filled', filled: '0.01', forced: null }] })
    expect(Math.abs((orders.items[0]?.createdAt ?? 0) - Date.now())).toBeLessThan(60_000)
    expect(holdings).toMatchObject({ known: true })
    if (holdings.known) expect(Object.keys(holdings[held]).length).toBeGreaterThan(0)
  })

  test('an open order is there once, however old, and only the asked symbols are', async () => {
    const ref = await start()
    await world.sim('POST', '/fills', { symbol, hold: true }, exchange)
    const [open, elsewhere] = [order({ symbol, quantity: '0.01' }), order({ symbol: other, quantity: '1' })]
    await submit(world, ref, open)
    await submit(world, ref, elsewhere)
    const { orders } = await report(ref, [symbol], Date.now() + 3_600_000)
    expect(orders.items.map((one) => [one.clientOrderId, one.state])).toEqual([[open.clientOrderId, 'open']])
    expect((await report(ref, [other])).orders.items.map((one) => one.clientOrderId)).toEqual([elsewhere.clientOrderId])
  })

  test('a list that fails, a row that nobody can read: a part, never nothing', async () => {
    const ref = await start()
    await submit(world, ref, order({ symbol, quantity: '0.01' }))
    for (const body of ['', [{ id: 'x', status: 'SLEEPING', clientOrderId: 'x', client_order_id: 'x', orderId: 1 }]]) {
      await world.sim('POST', '/faults', { method: 'GET', path: list, fault: 'status', status: body === '' ? 500 : 200, body, times: 1 }, exchange)
      expect((await report(ref, [symbol])).orders).toMatchObject({ whole: false, reason: expect.any(String) })
    }
    expect((await report(ref, [symbol])).orders.whole).toBe(true)
  })

  test('an account that cannot be read is not an empty one', async () => {
    const ref = await start()
    const path = exchange === 'alpaca' ? '/v2/positions' : market === 'spot' ? '/api/v3/account' : '/fapi/v3/account'
    await world.sim('POST', '/faults', { method: 'GET', path, fault: 'status', status: 500 }, exchange)
    expect(await report(ref, [symbol])).toMatchObject({ orders: { whole: true }, holdings: { known: false, reason: expect.stringContaining('500') } })
  })
})
