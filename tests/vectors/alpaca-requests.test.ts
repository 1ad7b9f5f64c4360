import ccxt from 'ccxt'
import { expect, test } from 'vitest'
import type { Call } from '#exchanges'
import type { Market } from '#model'
import { byCcxt, byUs, everyRequest, goldenRequests, refTo, type Golden, type Run } from './golden.ts'
import { API_KEY, instruction, NOW, SECRET } from './recorder.ts'

const ref = refTo('AAPL')
const UUID = '61e69015-8549-4bfd-b9c3-01e75843f47d'
const key = (call: (market: Market) => Call): Call['key'] => call('spot').key

const VERBS: Readonly<Record<string, Run>> = {
  'stock: buy a quantity': (x, call) => x.submit(call('spot'), instruction({ symbol: 'AAPL', quantity: '1.5' })),
  'stock: buy for an amount': (x, call) => x.submit(call('spot'), instruction({ symbol: 'AAPL', quantity: null, quoteQuantity: '250' })),
  'stock: sell': (x, call) => x.submit(call('spot'), instruction({ symbol: 'AAPL', side: 'sell', quantity: '1.5' })),
  'crypto: sell': (x, call) => x.submit(call('spot'), instruction({ symbol: 'BTC/USD', side: 'sell', quantity: '0.01' })),
  'look-up with fills': (x, call) => x.lookup(call('spot'), ref),
  'cancel': (x, call) => x.cancel(call('spot'), ref),
  'account': (x, call) => x.account(call('spot'), null),
  'report': (x, call) => x.report(call('spot'), { symbols: ['AAPL', 'BTC/USD'], since: NOW - 3_600_000 }),
  'test request': (x, call) => x.check(call('spot'), true),
  'assets': (x, call) => x.markets('spot', key(call)),
  'prices': (x, call) => x.prices('spot', ['AAPL', 'BRK.A', 'BTC/USD', 'ETH/USD'], key(call)),
  'hours': async (x, call) => x.hours?.(key(call)),
}
const ORDER = { id: UUID, client_order_id: ref.clientOrderId, status: 'partially_filled', filled_qty: '1', filled_avg_price: '2', submitted_at: '2026-11-18T11:06:40.000000Z', side: 'buy', symbol: 'AAPL' }
const ANSWERS = {
  'POST /v2/orders': ORDER, 'GET /v2/orders': [], 'GET /v2/orders:by_client_order_id': ORDER, [`DELETE /v2/orders/${UUID}`]: {}, 'GET /v2/account': { id: 'a', cash: '1', status: 'ACTIVE' },
  'GET /v2/account/activities': [], 'GET /v2/positions': [], 'GET /v2/assets': [], 'GET /v2/clock': { is_open: true },
  'GET /v2/stocks/trades/latest': { trades: {} }, 'GET /v1beta3/crypto/us/latest/trades': { trades: {} },
}

const GOLDEN: Golden = { exchange: 'alpaca', verbs: VERBS, answers: ANSWERS }
goldenRequests(GOLDEN)

test('key and secret go to the trading host and for stock prices, never along with public data', async () => {
  for (const { url, headers } of await everyRequest(GOLDEN)) {
    const credentials = [headers['apca-api-key-id'], headers['apca-api-secret-key']]
    expect(credentials, url).toEqual(url.startsWith('/v1beta3/') ? [undefined, undefined] : [API_KEY, SECRET])
    expect(url).not.toContain(SECRET)
  }
})

test('ccxt sends the same order', async () => {
  const x = new ccxt.alpaca({ apiKey: API_KEY, secret: SECRET, enableRateLimit: false })
  x.setMarkets([x.parseMarket({ id: UUID, class: 'crypto', symbol: 'BTC/USD', status: 'active', tradable: true, min_order_size: '0.0001', min_trade_increment: '0.000000001', price_increment: '0.01' } as never)])
  const headers = ['apca-api-key-id', 'apca-api-secret-key']
  expect(await byUs(GOLDEN, 'crypto: sell', headers)).toEqual(await byCcxt(x, () => x.createOrder('BTC/USD', 'market', 'sell', 0.01, undefined, { clientOrderId: ref.clientOrderId }), headers))
})
