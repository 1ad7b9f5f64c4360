import { createHmac } from 'node:crypto'
import ccxt from 'ccxt'
import { describe, expect, test } from 'vitest'
import { byCcxt, byUs, everyRequest, goldenRequests, plain, recorded, refTo, usualVerbs, type Golden } from './golden.ts'
import { API_KEY, NOW, SECRET } from './recorder.ts'

const PASSPHRASE = 'correct-horse-7'
const ref = refTo('BTC-USDT')
const VERBS = usualVerbs({ spot: ['BTC-USDT', 'ETH-USDT', 'SOL-USDT'], futures: ['XBTUSDTM', 'ETHUSDTM', 'SOLUSDTM'] })

const ok = (data: unknown): unknown => ({ code: '200000', data })
const contract = (base: string): unknown =>
  ({ symbol: `${base}USDTM`, type: 'FFWCSX', baseCurrency: base, quoteCurrency: 'USDT', settleCurrency: 'USDT', multiplier: 0.001, lotSize: 1, tickSize: 0.1, isInverse: false, status: 'Open' })
const ACKNOWLEDGED = ok({ orderId: '1', clientOid: ref.clientOrderId })
const NO_PAGES = ok({ currentPage: 1, pageSize: 100, totalNum: 0, totalPage: 0, items: [] })
const ANSWERS = {
  'GET /api/v1/timestamp': ok(NOW), 'GET /api/v1/user/api-key': ok({ uid: 1, permission: 'General,Spot,Futures', ipWhitelist: '127.0.0.1', apiVersion: 3 }),
  'GET /api/ua/v1/account/mode': ok({ selfAccountMode: 'CLASSIC' }), 'GET /api/v1/accounts': ok([]), 'GET /api/v1/account-overview': ok({ currency: 'USDT', accountEquity: 0 }),
  'GET /api/v1/positions': ok([]), 'GET /api/v2/position/getPositionMode': ok({ positionMode: 0 }), 'POST /api/v2/changeCrossUserLeverage': ok(true),
  'POST /api/v1/hf/orders': ACKNOWLEDGED, 'POST /api/v1/hf/orders/test': ACKNOWLEDGED, 'POST /api/v1/orders': ACKNOWLEDGED, 'POST /api/v1/orders/test': ACKNOWLEDGED,
  [`GET /api/v1/hf/orders/client-order/${ref.clientOrderId}`]: ok(null), 'GET /api/v1/orders/byClientOid': { code: '100001', msg: 'error.getOrder.orderNotExist' },
  [`DELETE /api/v1/hf/orders/client-order/${ref.clientOrderId}`]: ok({ clientOid: ref.clientOrderId }), [`DELETE /api/v1/orders/client-order/${ref.clientOrderId}`]: ok({ clientOid: ref.clientOrderId }),
  'GET /api/v1/hf/orders/active': ok([]), 'GET /api/v1/hf/orders/done': ok({ lastId: 0, items: [] }), 'GET /api/v1/orders': NO_PAGES, 'GET /api/v1/hf/fills': ok({ lastId: 0, items: [] }),
  'GET /api/v1/fills': NO_PAGES, 'GET /api/v2/symbols': ok([]), 'GET /api/v1/contracts/active': ok(['XBT', 'ETH', 'SOL'].map(contract)),
  'GET /api/v1/market/allTickers': ok({ ticker: [] }), 'GET /api/v1/market/orderbook/level1': ok({ price: '1' }), 'GET /api/v1/ticker': ok({ symbol: 'XBTUSDTM', price: '1' }), 'GET /api/v1/allTickers': ok([]),
}
const GOLDEN: Golden = { exchange: 'kucoin', verbs: VERBS, answers: ANSWERS, credentials: { apiKey: API_KEY, secret: SECRET, passphrase: PASSPHRASE } }
goldenRequests(GOLDEN)

const hmac = (text: string): string => createHmac('sha256', SECRET).update(text).digest('base64')
const PUBLIC = /^\/api\/v1\/(?:timestamp|market\/|contracts\/|ticker|allTickers)|^\/api\/v2\/symbols/

test('every signature covers exactly what is sent; no deadline is exceeded; nothing public carries a key', async () => {
  let checked = 0
  for (const { method, url, headers, body } of await everyRequest(GOLDEN)) {
    if (PUBLIC.test(url)) {
      expect(Object.keys(headers).filter((name) => name.startsWith('kc-api'))).toEqual([])
      continue
    }
    const time = headers['kc-api-timestamp'] ?? ''
    // A signature is good for five seconds after the time that it names.
    expect(Number(time) + 5000).toBeLessThanOrEqual(NOW + 5000)
    expect(headers['kc-api-sign']).toBe(hmac(`${time}${method}${url}${body}`))
    expect(headers['kc-api-passphrase']).toBe(hmac(PASSPHRASE))
    expect(headers['kc-api-key-version']).toBe('3')
    if (method === 'POST' && url.startsWith('/api/v1/hf/orders')) expect(JSON.parse(body)).toMatchObject({ clientTimestamp: Number(time), allowMaxTimeWindow: 5000 })
    checked += 1
  }
  expect(checked).toBeGreaterThan(20)
})

test.each(['spot', 'futures'])('%s: an order with 700 ms left is signed so that its signature ends then', async (market) => {
  const order = (await recorded(GOLDEN, VERBS[`${market}: sell, 700 ms before the deadline`] as never)).find(({ method }) => method === 'POST')
  expect(Number(order?.headers['kc-api-timestamp'])).toBe(NOW + 700 - 5000)
})

describe('ccxt asks the same', () => {
  const id = { clientOid: ref.clientOrderId }
  const market = (symbol: string, rest: Record<string, unknown>): unknown => ({ symbol, base: 'BTC', quote: 'USDT', quoteId: 'USDT', active: true, limits: {}, info: { quoteIncrement: '0.000001' }, ...rest })
  function ccxtKucoin(): InstanceType<typeof ccxt.kucoin> {
    const x = new ccxt.kucoin({ apiKey: API_KEY, secret: SECRET, password: PASSPHRASE, enableRateLimit: false, options: { uta: false, hf: true } })
    x.setMarkets([
      market('BTC/USDT', { id: 'BTC-USDT', baseId: 'BTC', type: 'spot', spot: true, contract: false, precision: { amount: 0.000001, price: 0.1, quote: 0.01 } }) as never,
      market('BTC/USDT:USDT', { id: 'XBTUSDTM', baseId: 'XBT', type: 'swap', swap: true, spot: false, contract: true, linear: true, inverse: false, settle: 'USDT', settleId: 'USDT', contractSize: 0.001, precision: { amount: 1, price: 0.1 } }) as never,
    ])
    return x
  }
  const SIGNED = ['kc-api-key', 'kc-api-passphrase']
  /** Ours without the two fields that bound its time, which ccxt does not know. */
  const unbounded = (body: unknown): unknown => {
    if (body === null) return null
    const { clientTimestamp: _at, allowMaxTimeWindow: _window, ...rest } = body as Record<string, unknown>
    return rest
  }
  test.each<[string, (x: InstanceType<typeof ccxt.kucoin>) => Promise<unknown>]>([
    ['spot: buy a quantity', (x) => x.createOrder('BTC/USDT', 'market', 'buy', 0.001, undefined, id)],
    ['spot: buy for an amount', (x) => x.createOrder('BTC/USDT', 'market', 'buy', 0, undefined, { ...id, cost: 25.5 })],
    ['spot: sell, 700 ms before the deadline', (x) => x.createOrder('BTC/USDT', 'market', 'sell', 0.001, undefined, id)],
    ['spot: rehearsal', (x) => x.createOrder('BTC/USDT', 'market', 'buy', 0.001, undefined, { ...id, test: true })],
    ['spot: cancel', (x) => x.cancelOrder('', 'BTC/USDT', id)],
    ['spot: look-up of what is not there', (x) => x.fetchOrder('', 'BTC/USDT', id)],
    ['futures: cancel', (x) => x.cancelOrder('', 'BTC/USDT:USDT', id)],
    ['futures: leverage', (x) => x.setLeverage(5, 'BTC/USDT:USDT')],
  ])('%s', async (name, theirs) => {
    const ours = await byUs(GOLDEN, name, SIGNED)
    expect({ ...ours, body: unbounded(ours.body) }).toEqual(await byCcxt(ccxtKucoin(), theirs, SIGNED))
  })

  // Before its first order and look-up of contracts ours asks for their sizes.
  test.each<[string, (x: InstanceType<typeof ccxt.kucoin>) => Promise<unknown>]>([
    ['futures: buy a quantity', (x) => x.createOrder('BTC/USDT:USDT', 'market', 'buy', 1, undefined, { ...id, marginMode: 'cross', reduceOnly: false })],
    ['futures: reduce-only close', (x) => x.createOrder('BTC/USDT:USDT', 'market', 'sell', 1, undefined, { ...id, marginMode: 'cross', reduceOnly: true })],
    ['futures: open in hedge mode', (x) => x.createOrder('BTC/USDT:USDT', 'market', 'sell', 1, undefined, { ...id, marginMode: 'cross', hedged: true })],
    ['futures: close in hedge mode', (x) => x.createOrder('BTC/USDT:USDT', 'market', 'sell', 1, undefined, { ...id, marginMode: 'cross', hedged: true, reduceOnly: true })],
    ['futures: look-up of what is not there', (x) => x.fetchOrder('', 'BTC/USDT:USDT', id)],
  ])('%s', async (name, run) => {
    const request = (await recorded(GOLDEN, VERBS[name] as never)).find(({ headers }) => headers['kc-api-key'] !== undefined)
    const theirs = await byCcxt(ccxtKucoin(), run, SIGNED)
    // Its orders say leverage 1, whatever was set; on cross margin ours leave what was set as it is.
    const { leverage, ...body } = (theirs.body ?? {}) as Record<string, unknown>
    if (theirs.method === 'POST') expect(leverage).toBe(1)
    expect(request && plain(request, SIGNED)).toEqual({ ...theirs, body: theirs.body === null ? null : body })
  })
})
