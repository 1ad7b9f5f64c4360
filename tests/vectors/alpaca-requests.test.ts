import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import ccxt from 'ccxt'
import { describe, expect, test } from 'vitest'
import type { Call, Exchange } from '#exchanges'
import type { Market } from '#model'
import { API_KEY, instruction, NOW, record, SECRET, type Recorded } from './recorder.ts'

type Run = (exchange: Exchange, call: (market: Market) => Call) => Promise<unknown>
const ref = { symbol: 'AAPL', clientOrderId: instruction().clientOrderId, exchangeOrderId: null, sentAt: NOW - 1000 }
const UUID = '61e69015-8549-4bfd-b9c3-01e75843f47d'
const key = (call: (market: Market) => Call): Call['key'] => call('spot').key

const VERBS: Readonly<Record<string, Run>> = {
  'stock: buy a quantity': (x, call) => x.submit(call('spot'), instruction({ symbol: 'AAPL', quantity: '1.5' })),
  'stock: buy for an amount': (x, call) => x.submit(call('spot'), instruction({ symbol: 'AAPL', quantity: null, quoteQuantity: '250' })),
  'crypto: sell': (x, call) => x.submit(call('spot'), instruction({ symbol: 'BTC/USD', side: 'sell', quantity: '0.01' })),
  'look-up with fills': (x, call) => x.lookup(call('spot'), ref),
  'cancel': (x, call) => x.cancel(call('spot'), ref),
  'account': (x, call) => x.account(call('spot')),
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

const FILE = fileURLToPath(new URL('./alpaca-requests.json', import.meta.url))
const UPDATE = process.env['UPDATE_VECTORS'] === '1'
const golden = JSON.parse(UPDATE ? '{}' : readFileSync(FILE, 'utf8')) as Record<string, Recorded[]>
const sorted = (requests: readonly Recorded[]): Recorded[] => requests.toSorted((a, b) => (`${a.url} ${a.method}` < `${b.url} ${b.method}` ? -1 : 1))

describe('each verb asks exactly this', () => {
  for (const [name, run] of Object.entries(VERBS)) {
    test(name, async () => {
      const requests = sorted(await record('alpaca', ANSWERS, run))
      if (UPDATE) golden[name] = requests
      expect(requests.length).toBeGreaterThan(0)
      expect(requests).toEqual(golden[name])
    })
  }
  test('all of them, and no others, stand in the file', () => {
    if (UPDATE) writeFileSync(FILE, `${JSON.stringify(golden, null, 2)}\n`)
    expect(Object.keys(golden)).toEqual(Object.keys(VERBS))
  })
})

test('key and secret go to the trading host and for stock prices, never along with public data', async () => {
  for (const run of Object.values(VERBS)) {
    for (const { url, headers } of await record('alpaca', ANSWERS, run)) {
      const credentials = [headers['apca-api-key-id'], headers['apca-api-secret-key']]
      expect(credentials, url).toEqual(url.startsWith('/v1beta3/') ? [undefined, undefined] : [API_KEY, SECRET])
      expect(url).not.toContain(SECRET)
    }
  }
})

test('ccxt sends the same order', async () => {
  const x = new ccxt.alpaca({ apiKey: API_KEY, secret: SECRET, enableRateLimit: false })
  x.milliseconds = () => NOW
  x.setMarkets([x.parseMarket({ id: UUID, class: 'crypto', symbol: 'BTC/USD', status: 'active', tradable: true, min_order_size: '0.0001', min_trade_increment: '0.000000001', price_increment: '0.01' } as never)])
  let seen: unknown
  x.fetch = (url: string, method: string, headers: Record<string, string>, body: string) => {
    seen = { method, path: new URL(url).pathname, body: JSON.parse(body), key: headers['APCA-API-KEY-ID'], secret: headers['APCA-API-SECRET-KEY'] }
    return Promise.reject(new Error('seen'))
  }
  await expect(x.createOrder('BTC/USD', 'market', 'sell', 0.01, undefined, { clientOrderId: ref.clientOrderId })).rejects.toThrow('seen')
  const [ours] = await record('alpaca', ANSWERS, VERBS['crypto: sell']!)
  expect({ method: ours?.method, path: ours?.url, body: JSON.parse(ours?.body ?? ''), key: ours?.headers['apca-api-key-id'], secret: ours?.headers['apca-api-secret-key'] }).toEqual(seen)
})
