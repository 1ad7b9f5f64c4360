import { createHash, createHmac } from 'node:crypto'
import ccxt from 'ccxt'
import { describe, expect, test } from 'vitest'
import { byCcxt, byUs, everyRequest, goldenRequests, refTo, usualVerbs, type Golden, type Plain } from './golden.ts'
import { API_KEY, instruction, NOW } from './recorder.ts'

const SECRET = Buffer.from('a secret of sixty-four bytes, as those that Kraken gives out are').toString('base64')
const ref = refTo('XBTUSD', 'TAAAABBBBBBCCCCCCC')

// No deadline is closer than two seconds on spot; positions have no sides on futures.
const { 'spot: sell, 700 ms before the deadline': _close, 'futures: open in hedge mode': _open, 'futures: close in hedge mode': _hedged, ...USUAL } =
  usualVerbs({ spot: ['XBTUSD', 'ETHUSD', 'SOLUSD'], futures: ['PF_XBTUSD', 'PF_ETHUSD', 'PF_SOLUSD'] })
const VERBS = { ...USUAL, 'spot: sell, 2.7 s before the deadline': (x, call) => x.submit(call('spot'), instruction({ symbol: 'XBTUSD', side: 'sell', notAfter: NOW + 2700 })) } satisfies Golden['verbs']

const spot = (result: unknown): unknown => ({ error: [], result })
const futures = (body: object): unknown => ({ result: 'success', serverTime: new Date(NOW).toISOString(), ...body })
const API = '/derivatives/api/v3'
const RIGHTS = ['query-funds', 'query-open-trades', 'query-closed-trades', 'modify-trades', 'close-trades']
const ANSWERS = {
  'POST /0/private/AddOrder': spot({ txid: ['O1'] }), 'POST /0/private/CancelOrder': spot({ count: 1 }), 'POST /0/private/OpenOrders': spot({ open: {} }),
  'POST /0/private/ClosedOrders': spot({ closed: {}, count: 0 }), 'POST /0/private/BalanceEx': spot({}), 'POST /0/private/GetApiKeyInfo': spot({ permissions: RIGHTS, iban: 'AA', validUntil: '0', queryFrom: '0', queryTo: '0', ipAllowlist: [] }),
  'GET /0/public/AssetPairs': spot({}), 'GET /0/public/Ticker': spot({ XXBTZUSD: { c: ['1', '1'] } }),
  [`POST ${API}/sendorder`]: futures({ sendStatus: { status: 'placed', order_id: '1' } }), [`POST ${API}/cancelorder`]: futures({ cancelStatus: { status: 'cancelled' } }), [`POST ${API}/orders/status`]: futures({ orders: [] }),
  [`GET ${API}/openorders`]: futures({ openOrders: [] }), [`GET ${API}/openpositions`]: futures({ openPositions: [] }), [`GET ${API}/accounts`]: futures({ accounts: { flex: { currencies: {} } } }),
  [`PUT ${API}/leveragepreferences`]: futures({}), [`GET ${API}/instruments`]: futures({ instruments: [] }), [`GET ${API}/tickers`]: futures({ tickers: [] }), [`GET ${API}/tickers/PF_XBTUSD`]: futures({ ticker: { symbol: 'PF_XBTUSD', last: 1 } }),
  'GET /api/history/v3/orders': { elements: [] }, 'GET /api/history/v3/executions': { elements: [] }, 'GET /api/auth/v1/api-keys/v3/check': { accountUid: 'u', permissions: { general: 'FULL_ACCESS' }, allowedCidrBlocks: [] },
}
const GOLDEN: Golden = { exchange: 'kraken', verbs: VERBS, answers: ANSWERS, credentials: { apiKey: API_KEY, secret: SECRET } }
goldenRequests(GOLDEN)

test('every signature covers exactly what is sent; no deadline is exceeded; nothing public carries a key', async () => {
  let checked = 0
  for (const { method, url, headers, body } of await everyRequest(GOLDEN)) {
    const [path = '', query = ''] = url.split('?')
    const hmac = createHmac('sha512', Buffer.from(SECRET, 'base64'))
    if (path.startsWith('/0/private/')) {
      const form = new URLSearchParams(body)
      expect([method, headers['api-key']]).toEqual(['POST', API_KEY])
      expect(headers['api-sign']).toBe(hmac.update(path).update(createHash('sha256').update(form.get('nonce') + body).digest()).digest('base64'))
      if (form.has('deadline')) expect(Date.parse(form.get('deadline') ?? '')).toBeLessThanOrEqual(NOW + 5000)
    } else if (headers['authent'] !== undefined) {
      expect(headers['apikey']).toBe(API_KEY)
      expect(headers['authent']).toBe(hmac.update(createHash('sha256').update(query + path.replace('/derivatives', '')).digest()).digest('base64'))
      const before = new URLSearchParams(query).get('processBefore')
      if (before !== null) expect(Date.parse(before)).toBeLessThanOrEqual(NOW + 5000)
      expect(path.endsWith('/sendorder')).toBe(before !== null)
    } else {
      expect(path).toMatch(/public|instruments|tickers/)
      expect(Object.keys(headers).filter((name) => /key|sign|authent/.test(name))).toEqual([])
      continue
    }
    checked += 1
  }
  expect(checked).toBeGreaterThan(25)
})

describe('ccxt asks the same', () => {
  const market = (id: string, symbol: string, rest: Record<string, unknown>): never => ({ id, symbol, base: 'BTC', quote: 'USD', baseId: 'XXBT', quoteId: 'ZUSD', active: true,
    precision: { amount: 0.00000001, price: 0.1 }, limits: {}, info: {}, ...rest }) as never
  const credentials = { apiKey: API_KEY, secret: SECRET, enableRateLimit: false }
  function ccxtKraken(): InstanceType<typeof ccxt.kraken> {
    const x = new ccxt.kraken(credentials)
    x.setMarkets([market('XBTUSD', 'BTC/USD', { type: 'spot', spot: true, contract: false, altname: 'XBTUSD' })])
    return x
  }
  function ccxtFutures(): InstanceType<typeof ccxt.krakenfutures> {
    const x = new ccxt.krakenfutures(credentials)
    x.setMarkets([market('PF_XBTUSD', 'BTC/USD:USD', { type: 'swap', swap: true, spot: false, contract: true, linear: true, inverse: false, settle: 'USD', settleId: 'USD', contractSize: 1 })])
    return x
  }
  /** Nonces are counted differently, which makes signatures differ. */
  const withoutNonce = (plain: Plain): Plain => ({ ...plain, body: { ...plain.body as object, nonce: undefined } })

  test.each<[string, (x: InstanceType<typeof ccxt.kraken>) => Promise<unknown>]>([
    ['spot: buy a quantity', (x) => x.createOrder('BTC/USD', 'market', 'buy', 0.001, undefined, { clientOrderId: instruction().clientOrderId, oflags: 'fciq', deadline: new Date(NOW + 5000).toISOString() })],
    ['spot: sell, 2.7 s before the deadline', (x) => x.createOrder('BTC/USD', 'market', 'sell', 0.001, undefined, { clientOrderId: instruction().clientOrderId, oflags: 'fciq', deadline: new Date(NOW + 2700).toISOString() })],
    ['spot: buy for an amount', (x) => x.createOrder('BTC/USD', 'market', 'buy', 25.5, undefined, { clientOrderId: instruction().clientOrderId, oflags: 'fciq', cost: 25.5, deadline: new Date(NOW + 5000).toISOString() })],
    ['spot: test request', (x) => x.privatePostGetApiKeyInfo()],
  ])('%s', async (name, theirs) => {
    expect(withoutNonce(await byUs(GOLDEN, name, ['api-key', 'content-type']))).toEqual(withoutNonce(await byCcxt(ccxtKraken(), theirs, ['api-key', 'content-type'])))
  })

  test.each<[string, (x: InstanceType<typeof ccxt.krakenfutures>) => Promise<unknown>]>([
    ['futures: buy a quantity', (x) => x.createOrder('BTC/USD:USD', 'market', 'buy', 0.001, undefined, { clientOrderId: instruction().clientOrderId, processBefore: new Date(NOW + 5000).toISOString() })],
    ['futures: reduce-only close', (x) => x.createOrder('BTC/USD:USD', 'market', 'sell', 0.001, undefined, { clientOrderId: instruction().clientOrderId, reduceOnly: true, processBefore: new Date(NOW + 5000).toISOString() })],
    ['futures: leverage', (x) => x.setLeverage(5, 'BTC/USD:USD')],
  ])('%s', async (name, theirs) => {
    expect(await byUs(GOLDEN, name, ['apikey'])).toEqual(await byCcxt(ccxtFutures(), theirs, ['apikey']))
  })

  test('but its look-up by client id asks for orders with a number of that name, and its cancel on futures names an order that is none', async () => {
    const looked = await byCcxt(ccxtKraken(), (x) => x.fetchOrderWithClientOrderId(ref.clientOrderId, 'BTC/USD'))
    expect(looked.body).toMatchObject({ userref: ref.clientOrderId })
    expect((looked.body as Record<string, unknown>)['cl_ord_id']).toBeUndefined()
    const canceled = await byCcxt(ccxtFutures(), (x) => x.cancelOrderWithClientOrderId(ref.clientOrderId, 'BTC/USD:USD'))
    expect(canceled.params['order_id']).toBeDefined()
    const [ours] = [await byUs(GOLDEN, 'spot: look-up of what is not there')]
    expect(ours.body).toMatchObject({ cl_ord_id: instruction().clientOrderId })
    expect((await byUs(GOLDEN, 'futures: cancel')).params).toEqual({ cliOrdId: instruction().clientOrderId })
  })
})
