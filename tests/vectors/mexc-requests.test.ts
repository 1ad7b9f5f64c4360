import { createHmac } from 'node:crypto'
import ccxt from 'ccxt'
import { describe, expect, test } from 'vitest'
import { byCcxt, everyRequest, goldenRequests, plain, recorded, refTo, usualVerbs, type Golden, type Plain } from './golden.ts'
import { API_KEY, NOW, SECRET } from './recorder.ts'

const ref = refTo('BTCUSDT')
// Market buys on spot are for an amount of the quote currency alone: a quantity is refused before anything is sent.
const { 'spot: buy a quantity': _refused, ...USUAL } = usualVerbs({ spot: ['BTCUSDT', 'ETHUSDT', 'SOLUSDT'], futures: ['BTC_USDT', 'ETH_USDT', 'SOL_USDT'] })
const VERBS: Golden['verbs'] = {
  ...USUAL,
  'spot: rehearsal': (x, call) => x.testOrder?.(call('spot'), { clientOrderId: ref.clientOrderId, symbol: 'BTCUSDT', side: 'sell', quantity: '0.001', quoteQuantity: null, reduceOnly: false, positionSide: 'both', notAfter: NOW + 5000 }) ?? Promise.resolve(),
}
const PRIVATE = '/api/v1/private'
const data = (answer?: unknown): unknown => ({ success: true, code: 0, data: answer })
const spotOrder = { symbol: 'BTCUSDT', orderId: '1', clientOrderId: ref.clientOrderId, status: 'CANCELED', executedQty: '0', cummulativeQuoteQty: '0' }
const GOLDEN: Golden = {
  exchange: 'mexc', verbs: VERBS,
  answers: {
    'GET /api/v3/uid': { uid: '1' }, 'GET /api/v3/apiKeyInfo': { permissions: 'SPOT_DEAL_WRITE,CONTRACT_DEAL_WRITE', ipWhiteList: '127.0.0.1', status: 'VALID' }, 'GET /api/v3/account': { balances: [] },
    'POST /api/v3/order': { symbol: 'BTCUSDT', orderId: '1' }, 'POST /api/v3/order/test': {}, 'DELETE /api/v3/order': spotOrder, 'GET /api/v3/openOrders': [], 'GET /api/v3/allOrders': [],
    'GET /api/v3/exchangeInfo': { symbols: [] }, 'GET /api/v3/ticker/price': { symbol: 'BTCUSDT', price: '1' },
    [`POST ${PRIVATE}/order/create`]: data({ orderId: '1', ts: NOW }), [`POST ${PRIVATE}/order/cancel_with_external`]: data({ errorCode: 2041 }), [`GET ${PRIVATE}/order/external/BTC_USDT/${ref.clientOrderId}`]: data(null),
    [`GET ${PRIVATE}/order/list/open_orders`]: data([]), [`GET ${PRIVATE}/order/list/history_orders`]: data([]), [`GET ${PRIVATE}/account/assets`]: data([]), [`GET ${PRIVATE}/position/position_mode`]: data(2),
    [`GET ${PRIVATE}/position/open_positions`]: data([{ symbol: 'BTC_USDT', positionId: 7, positionType: 2, holdVol: 0 }]), [`POST ${PRIVATE}/position/change_leverage`]: data(), 'GET /api/v1/contract/ticker': data({ symbol: 'BTC_USDT', lastPrice: 1 }),
    'GET /api/v1/contract/detail': data([{ symbol: 'BTC_USDT', baseCoin: 'BTC', quoteCoin: 'USDT', settleCoin: 'USDT', contractSize: 0.0001, state: 0 }, { symbol: 'ETH_USDT', baseCoin: 'ETH', quoteCoin: 'USDT', settleCoin: 'USDT', contractSize: 0.01, state: 0 }]),
  },
}
goldenRequests(GOLDEN)

test('every signature covers exactly what is sent; no deadline is exceeded; nothing public carries a key', async () => {
  let checked = 0
  for (const { method, url, headers, body } of await everyRequest(GOLDEN)) {
    const [path = '', query = ''] = url.split('?')
    if (/time$|exchangeInfo|ticker|\/contract\//.test(path)) {
      expect(headers['x-mexc-apikey'] ?? headers['apikey']).toBeUndefined()
      continue
    }
    checked += 1
    const hmac = (text: string): string => createHmac('sha256', SECRET).update(text).digest('hex')
    if (path.startsWith('/api/v3/')) {
      const [signed = '', signature] = query.split('&signature=')
      expect(signature).toBe(hmac(signed))
      const params = new URLSearchParams(signed)
      expect(Number(params.get('timestamp')) + Number(params.get('recvWindow'))).toBeLessThanOrEqual(NOW + 5000)
    } else {
      expect(headers['signature']).toBe(hmac(`${API_KEY}${headers['request-time']}${method === 'POST' ? body : query}`))
      expect(query).toBe(query.split('&').toSorted().join('&'))
      // It counts for ten seconds.
      expect(Number(headers['request-time']) + 10_000).toBeLessThanOrEqual(NOW + 5000)
    }
  }
  expect(checked).toBeGreaterThan(30)
})

/** The last signed request of a verb: the one that does what the verb says. */
async function ours(name: string): Promise<Plain> {
  const run = VERBS[name]
  if (run === undefined) throw new Error(`no verb ${name}`)
  const request = (await recorded(GOLDEN, run)).findLast(({ url, headers }) => headers['signature'] !== undefined || url.includes('signature='))
  if (request === undefined) throw new Error('nothing was signed')
  return bare(plain(request, ['apikey', 'x-mexc-apikey']))
}
/** Parameters stand in another order, so the signature differs; it is held against what is sent above. */
const bare = ({ params: { signature: _signature, ...params }, ...rest }: Plain): Plain => ({ ...rest, params })

describe('ccxt asks the same', () => {
  const market = (id: string, symbol: string, rest: Record<string, unknown>): unknown => ({ id, symbol, base: 'BTC', quote: 'USDT', baseId: 'BTC', quoteId: 'USDT', active: true,
    precision: { amount: 0.000001, price: 0.1 }, limits: {}, info: {}, ...rest })
  function ccxtMexc(): InstanceType<typeof ccxt.mexc> {
    const x = new ccxt.mexc({ apiKey: API_KEY, secret: SECRET, enableRateLimit: false, options: { recvWindow: 5000, createMarketBuyOrderRequiresPrice: false } })
    x.setMarkets([
      market('BTCUSDT', 'BTC/USDT', { type: 'spot', spot: true, contract: false }) as never,
      market('BTC_USDT', 'BTC/USDT:USDT', { type: 'swap', swap: true, spot: false, contract: true, linear: true, inverse: false, settle: 'USDT', settleId: 'USDT', contractSize: 0.0001, precision: { amount: 1, price: 0.1 } }) as never,
    ])
    return x
  }
  const theirs = async (run: (x: InstanceType<typeof ccxt.mexc>) => Promise<unknown>): Promise<Plain> => bare(await byCcxt(ccxtMexc(), run, ['apikey', 'x-mexc-apikey']))
  const id = { externalOid: ref.clientOrderId, positionMode: 2 }
  test.each<[string, (x: InstanceType<typeof ccxt.mexc>) => Promise<unknown>]>([
    ['spot: buy for an amount', (x) => x.createOrder('BTC/USDT', 'market', 'buy', 0, undefined, { cost: 25.5, clientOrderId: ref.clientOrderId })],
    ['futures: buy a quantity', (x) => x.createOrder('BTC/USDT:USDT', 5 as never, 'buy', 10, undefined, { ...id, reduceOnly: false })],
  ])('%s', async (name, run) => {
    expect(await ours(name)).toEqual(await theirs(run))
  })

  test('spot: cancel by client id, but for a parameter that MEXC does not know', async () => {
    const expected = await theirs((x) => x.cancelOrder(undefined as never, 'BTC/USDT', { clientOrderId: ref.clientOrderId }))
    const [first] = await recorded(GOLDEN, (x, call) => x.cancel(call('spot'), ref))
    const { clientOrderId: _unknown, ...params } = expected.params
    expect(first === undefined ? first : bare(plain(first, ['apikey', 'x-mexc-apikey']))).toEqual({ ...expected, params })
  })

  test('but by client id its futures look-up names no order, and its cancel cancels the order ""; ours name it', async () => {
    expect(await theirs((x) => x.fetchOrderWithClientOrderId(ref.clientOrderId, 'BTC/USDT:USDT'))).toMatchObject({ path: '/api/v1/private/order/get/' })
    expect((await theirs((x) => x.cancelOrderWithClientOrderId(ref.clientOrderId, 'BTC/USDT:USDT'))).body).toEqual([''])
    const looked = (await recorded(GOLDEN, VERBS['futures: look-up of what is not there'] ?? (() => Promise.resolve()))).map(({ url }) => url)
    expect(looked).toContain(`/api/v1/private/order/external/BTC_USDT/${ref.clientOrderId}`)
    expect(await ours('futures: cancel')).toMatchObject({ path: '/api/v1/private/order/cancel_with_external', body: { symbol: 'BTC_USDT', externalOid: ref.clientOrderId } })
  })

  test('and to close a long position in hedge mode it says "close short" (2); ours says "close long" (4). One-way closes go without reduceOnly', async () => {
    expect((await theirs((x) => x.createOrder('BTC/USDT:USDT', 'market', 'sell', 10, undefined, { hedged: true, reduceOnly: true }))).body).toMatchObject({ side: 2 })
    expect((await ours('futures: close in hedge mode')).body).toMatchObject({ side: 4, positionMode: 1 })
    expect((await theirs((x) => x.createOrder('BTC/USDT:USDT', 'market', 'sell', 10, undefined, { reduceOnly: true }))).body).not.toHaveProperty('reduceOnly')
    expect((await ours('futures: reduce-only close')).body).toMatchObject({ side: 4, positionMode: 2, reduceOnly: true })
  })
})
