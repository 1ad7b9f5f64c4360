import { createHmac } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import ccxt from 'ccxt'
import { describe, expect, test } from 'vitest'
import type { Exchange, Call } from '#exchanges'
import type { Market } from '#model'
import { API_KEY, instruction, NOW, record, SECRET, type Recorded } from './recorder.ts'

type Run = (exchange: Exchange, call: (market: Market) => Call) => Promise<unknown>
const ref = { symbol: 'BTCUSDT', clientOrderId: instruction().clientOrderId, exchangeOrderId: null, sentAt: NOW - 1000 }

const VERBS: Readonly<Record<string, Run>> = {
  'spot: buy a quantity': (x, call) => x.submit(call('spot'), instruction()),
  'spot: buy for an amount': (x, call) => x.submit(call('spot'), instruction({ quantity: null, quoteQuantity: '25.5' })),
  'spot: sell, 700 ms before the deadline': (x, call) => x.submit(call('spot'), instruction({ side: 'sell', notAfter: NOW + 700 })),
  'futures: open': (x, call) => x.submit(call('futures'), instruction()),
  'futures: reduce-only close': (x, call) => x.submit(call('futures'), instruction({ side: 'sell', reduceOnly: true })),
  'futures: close in hedge mode': (x, call) => x.submit(call('futures'), instruction({ side: 'sell', reduceOnly: true, positionSide: 'long' })),
  'spot: look-up of what is not there': (x, call) => x.lookup(call('spot'), ref),
  'futures: look-up of what is not there': (x, call) => x.lookup(call('futures'), ref),
  'spot: cancel': (x, call) => x.cancel(call('spot'), ref),
  'futures: cancel': (x, call) => x.cancel(call('futures'), ref),
  'spot: account': (x, call) => x.account(call('spot')),
  'futures: account': (x, call) => x.account(call('futures')),
  'spot: report': (x, call) => x.report(call('spot'), { symbols: ['BTCUSDT', 'ETHUSDT'], since: NOW - 3_600_000 }),
  'futures: report': (x, call) => x.report(call('futures'), { symbols: ['BTCUSDT'], since: NOW - 3_600_000 }),
  'futures: leverage': (x, call) => x.setLeverage(call('futures'), 'BTCUSDT', 5),
  'spot: test request': (x, call) => x.check(call('spot'), false),
  'futures: test request': (x, call) => x.check(call('futures'), false),
  'spot: markets': (x) => x.markets('spot', null),
  'futures: markets': (x) => x.markets('futures', null),
  'spot: one price': (x) => x.prices('spot', ['BTCUSDT'], null),
  'futures: many prices': (x) => x.prices('futures', ['BTCUSDT', 'ETHUSDT', 'SOLUSDT'], null),
}
const ORDER = { symbol: 'BTCUSDT', orderId: 28, clientOrderId: ref.clientOrderId, origClientOrderId: ref.clientOrderId, status: 'FILLED', executedQty: '0.00000000' }
const RIGHTS = { ipRestrict: true, enableReading: true, enableWithdrawals: false, enableSpotAndMarginTrading: true, enableFutures: true }
const ANSWERS = {
  'POST /api/v3/order': ORDER, 'POST /fapi/v1/order': ORDER, 'DELETE /api/v3/order': ORDER, 'DELETE /fapi/v1/order': ORDER,
  'GET /api/v3/openOrders': [], 'GET /fapi/v1/openOrders': [], 'GET /api/v3/allOrders': [], 'GET /fapi/v1/allOrders': [],
  'GET /sapi/v1/account/apiRestrictions': RIGHTS, 'GET /api/v3/account': { uid: 354937868, balances: [] }, 'GET /fapi/v3/account': { assets: [], positions: [] },
  'GET /fapi/v1/positionSide/dual': { dualSidePosition: false }, 'GET /fapi/v1/accountConfig': { canTrade: true }, 'POST /fapi/v1/leverage': { leverage: 5 },
  'GET /api/v3/exchangeInfo': { symbols: [] }, 'GET /fapi/v1/exchangeInfo': { symbols: [] }, 'GET /api/v3/ticker/price': { symbol: 'BTCUSDT', price: '1' },
  'GET /fapi/v1/ticker/price': [],
}

const INFO = JSON.parse(readFileSync(new URL('./binance-exchange-info.json', import.meta.url), 'utf8')) as Record<'spot' | 'futures', { symbols: never[] }>

const FILE = fileURLToPath(new URL('./binance-requests.json', import.meta.url))
const UPDATE = process.env['UPDATE_VECTORS'] === '1'
const golden = JSON.parse(UPDATE ? '{}' : readFileSync(FILE, 'utf8')) as Record<string, Recorded[]>
/** Requests that leave side by side arrive in any order. */
const sorted = (requests: readonly Recorded[]): Recorded[] => requests.toSorted((a, b) => (a.url < b.url ? -1 : 1))

describe('each verb asks exactly this, signed at a fixed instant', () => {
  for (const [name, run] of Object.entries(VERBS)) {
    test(name, async () => {
      const requests = sorted(await record('binance', ANSWERS, run))
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

test('the documented example of a signature comes out', () => {
  const example = 'symbol=LTCBTC&side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=0.1&recvWindow=5000&timestamp=1499827319559'
  expect(createHmac('sha256', SECRET).update(example).digest('hex')).toBe('c8db56825ae71d6d79447849e617115f4a920fa2acdcab2b053c4b2838bd6b71')
})

test('every signature covers exactly what is sent, and stands last; no deadline is exceeded', async () => {
  let checked = 0
  for (const run of Object.values(VERBS)) {
    for (const { url, headers, body } of await record('binance', ANSWERS, run)) {
      if (headers['x-mbx-apikey'] === undefined) continue
      const [, query = '', signature] = /\?(.*)&signature=([0-9a-f]{64})$/.exec(url) ?? []
      expect(createHmac('sha256', SECRET).update(query + body).digest('hex')).toBe(signature)
      const params = new URLSearchParams(query)
      expect(Number(params.get('timestamp')) + Number(params.get('recvWindow'))).toBeLessThanOrEqual(NOW + 5000)
      checked += 1
    }
  }
  expect(checked).toBeGreaterThan(20)
})

describe('ccxt asks the same', () => {
  /** What ccxt would send: method, path and parameters. */
  async function byCcxt(run: (x: InstanceType<typeof ccxt.binance>) => Promise<unknown>): Promise<{ method: string; path: string; params: Record<string, string> }> {
    const x = new ccxt.binance({ apiKey: API_KEY, secret: SECRET, enableRateLimit: false, options: { recvWindow: 5000, defaultTimeInForce: undefined } })
    x.milliseconds = () => NOW
    x.options['crossMarginPairsData'] = []
    x.options['isolatedMarginPairsData'] = []
    x.setMarkets([...INFO.spot.symbols, ...INFO.futures.symbols].map((symbol) => x.parseMarket(symbol)))
    let seen: { method: string; path: string; params: Record<string, string> } | undefined
    x.fetch = (url: string, method: string, headers: Record<string, string>, body: string | undefined) => {
      expect(headers['X-MBX-APIKEY']).toBe(API_KEY)
      const address = new URL(url)
      const params = Object.fromEntries(new URLSearchParams(body ?? address.search))
      const signature = params['signature']
      delete params['signature']
      expect(createHmac('sha256', SECRET).update((body ?? address.search.slice(1)).replace(/&signature=.*$/, '')).digest('hex')).toBe(signature)
      seen = { method, path: address.pathname, params }
      return Promise.reject(new Error('seen'))
    }
    await expect(run(x)).rejects.toThrow('seen')
    if (seen === undefined) throw new Error('ccxt sent nothing')
    return seen
  }

  async function byUs(run: Run): Promise<{ method: string; path: string; params: Record<string, string> }> {
    const [first] = await record('binance', ANSWERS, run)
    if (first === undefined) throw new Error('we sent nothing')
    const address = new URL(first.url, 'http://x')
    const params = Object.fromEntries(address.searchParams)
    delete params['signature']
    return { method: first.method, path: address.pathname, params }
  }

  const id = { newClientOrderId: instruction().clientOrderId }
  test.each<[string, Run, (x: InstanceType<typeof ccxt.binance>) => Promise<unknown>]>([
    ['spot: buy a quantity', VERBS['spot: buy a quantity']!, (x) => x.createOrder('BTC/USDT', 'market', 'buy', 0.001, undefined, id)],
    ['spot: buy for an amount', VERBS['spot: buy for an amount']!, (x) => x.createOrder('BTC/USDT', 'market', 'buy', 0, undefined, { ...id, quoteOrderQty: 25.5 })],
    ['futures: open', VERBS['futures: open']!, (x) => x.createOrder('BTC/USDT:USDT', 'market', 'buy', 0.001, undefined, id)],
    ['futures: reduce-only close', VERBS['futures: reduce-only close']!, (x) => x.createOrder('BTC/USDT:USDT', 'market', 'sell', 0.001, undefined, { ...id, reduceOnly: true })],
    ['futures: close in hedge mode', VERBS['futures: close in hedge mode']!, (x) => x.createOrder('BTC/USDT:USDT', 'market', 'sell', 0.001, undefined, { ...id, positionSide: 'LONG' })],
    ['spot: look-up', VERBS['spot: look-up of what is not there']!, (x) => x.fetchOrder('', 'BTC/USDT', { origClientOrderId: ref.clientOrderId })],
    ['futures: look-up', VERBS['futures: look-up of what is not there']!, (x) => x.fetchOrder('', 'BTC/USDT:USDT', { origClientOrderId: ref.clientOrderId })],
    ['spot: cancel', VERBS['spot: cancel']!, (x) => x.cancelOrder('', 'BTC/USDT', { origClientOrderId: ref.clientOrderId })],
    ['futures: cancel', VERBS['futures: cancel']!, (x) => x.cancelOrder('', 'BTC/USDT:USDT', { origClientOrderId: ref.clientOrderId })],
    ['spot: account', VERBS['spot: account']!, (x) => x.fetchBalance({ omitZeroBalances: undefined })],
    ['futures: leverage', VERBS['futures: leverage']!, (x) => x.setLeverage(5, 'BTC/USDT:USDT')],
    ['rights', VERBS['spot: test request']!, (x) => x.sapiGetAccountApiRestrictions()],
  ])('%s', async (_name, ours, theirs) => {
    expect(await byUs(ours)).toEqual(await byCcxt(theirs))
  })
})
