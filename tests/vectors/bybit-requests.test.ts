import { createHmac, generateKeyPairSync, verify } from 'node:crypto'
import ccxt from 'ccxt'
import { describe, expect, test } from 'vitest'
import { byCcxt, byUs, everyRequest, goldenRequests, recorded, refTo, usualVerbs, type Golden } from './golden.ts'
import { API_KEY, instruction, NOW, SECRET } from './recorder.ts'

const ref = refTo('BTCUSDT')
const VERBS = usualVerbs({ spot: ['BTCUSDT', 'ETHUSDT', 'SOLUSDT'], futures: ['BTCUSDT', 'ETHUSDT', 'SOLUSDT'] })

const ok = (result: unknown): unknown => ({ retCode: 0, retMsg: 'OK', result, retExtInfo: {}, time: NOW })
const KEY = { readOnly: 0, permissions: { Spot: ['SpotTrade'], ContractTrade: ['Order', 'Position'] }, ips: ['127.0.0.1'], expiredAt: '1970-01-01T00:00:00Z', uta: 1, userID: 1 }
const ANSWERS = {
  'POST /v5/order/create': ok({ orderId: '1', orderLinkId: ref.clientOrderId }), 'POST /v5/order/cancel': ok({ orderId: '1', orderLinkId: ref.clientOrderId }), 'POST /v5/order/pre-check': ok({}),
  'GET /v5/order/realtime': ok({ list: [], nextPageCursor: '' }), 'GET /v5/order/history': ok({ list: [], nextPageCursor: '' }), 'GET /v5/execution/list': ok({ list: [], nextPageCursor: '' }),
  'GET /v5/user/query-api': ok(KEY), 'GET /v5/account/wallet-balance': ok({ list: [{ coin: [] }] }), 'GET /v5/position/list': ok({ list: [{ positionIdx: 0, size: '0' }], nextPageCursor: '' }),
  'POST /v5/position/set-leverage': ok({}), 'GET /v5/market/instruments-info': ok({ list: [] }), 'GET /v5/market/tickers': ok({ list: [{ symbol: 'BTCUSDT', lastPrice: '1' }] }),
}
const GOLDEN: Golden = { exchange: 'bybit', verbs: VERBS, answers: ANSWERS }
goldenRequests(GOLDEN)

test('every signature covers exactly what is sent; no deadline is exceeded; nothing public carries a key', async () => {
  let checked = 0
  for (const { method, url, headers, body } of await everyRequest(GOLDEN)) {
    if (url.startsWith('/v5/market/')) {
      expect(Object.keys(headers).filter((name) => name.startsWith('x-bapi'))).toEqual([])
      continue
    }
    const [time, window] = [headers['x-bapi-timestamp'], headers['x-bapi-recv-window']]
    const signed = `${time}${API_KEY}${window}${method === 'GET' ? url.split('?')[1] ?? '' : body}`
    expect(headers['x-bapi-sign']).toBe(createHmac('sha256', SECRET).update(signed).digest('hex'))
    expect(Number(time) + Number(window)).toBeLessThanOrEqual(NOW + 5000)
    checked += 1
  }
  expect(checked).toBeGreaterThan(20)
})

test('an RSA key signs the same text, in base64', async () => {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const secret = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
  const [request] = await recorded({ ...GOLDEN, credentials: { apiKey: API_KEY, secret } }, (x, call) => x.submit(call('spot'), instruction()))
  const { headers, body } = request ?? { headers: {} as Record<string, string>, body: '' }
  const signed = `${headers['x-bapi-timestamp']}${API_KEY}${headers['x-bapi-recv-window']}${body}`
  expect(verify('sha256', Buffer.from(signed), publicKey, Buffer.from(headers['x-bapi-sign'] ?? '', 'base64'))).toBe(true)
})

describe('ccxt asks the same', () => {
  const id = { orderLinkId: ref.clientOrderId }
  const market = (symbol: string, rest: Record<string, unknown>): unknown => ({ id: 'BTCUSDT', symbol, base: 'BTC', quote: 'USDT', baseId: 'BTC', quoteId: 'USDT', active: true,
    precision: { amount: 0.000001, price: 0.1 }, limits: {}, info: {}, ...rest })
  function ccxtBybit(): InstanceType<typeof ccxt.bybit> {
    const x = new ccxt.bybit({ apiKey: API_KEY, secret: SECRET, enableRateLimit: false, options: { enableUnifiedMargin: false, enableUnifiedAccount: true, recvWindow: 5000, brokerId: undefined } })
    x.setMarkets([
      market('BTC/USDT', { type: 'spot', spot: true, contract: false }) as never,
      market('BTC/USDT:USDT', { type: 'swap', swap: true, spot: false, contract: true, linear: true, inverse: false, settle: 'USDT', settleId: 'USDT', contractSize: 1 }) as never,
    ])
    return x
  }
  const SIGNED = ['x-bapi-api-key', 'x-bapi-timestamp', 'x-bapi-recv-window']
  test.each<[string, (x: InstanceType<typeof ccxt.bybit>) => Promise<unknown>]>([
    ['spot: buy a quantity', (x) => x.createOrder('BTC/USDT', 'market', 'buy', 0.001, undefined, { ...id, marketUnit: 'baseCoin', isLeverage: 0 })],
    ['spot: buy for an amount', (x) => x.createOrder('BTC/USDT', 'market', 'buy', 0, undefined, { ...id, cost: 25.5, marketUnit: 'quoteCoin', isLeverage: 0 })],
    ['futures: buy a quantity', (x) => x.createOrder('BTC/USDT:USDT', 'market', 'buy', 0.001, undefined, { ...id, positionIdx: 0, reduceOnly: false })],
    ['futures: reduce-only close', (x) => x.createOrder('BTC/USDT:USDT', 'market', 'sell', 0.001, undefined, { ...id, positionIdx: 0, reduceOnly: true })],
    ['futures: close in hedge mode', (x) => x.createOrder('BTC/USDT:USDT', 'market', 'sell', 0.001, undefined, { ...id, positionIdx: 1, reduceOnly: true })],
    ['futures: cancel', (x) => x.cancelOrder(undefined as never, 'BTC/USDT:USDT', id)],
    ['futures: leverage', (x) => x.setLeverage(5, 'BTC/USDT:USDT')],
    ['spot: test request', (x) => x.privateGetV5UserQueryApi()],
  ])('%s', async (name, theirs) => {
    expect(await byUs(GOLDEN, name, SIGNED)).toEqual(await byCcxt(ccxtBybit(), theirs, SIGNED))
  })

  test('but its look-up by client id asks for something that Bybit does not know, and its cancel by client id names none', async () => {
    const looked = await byCcxt(ccxtBybit(), (x) => x.fetchOrderWithClientOrderId(ref.clientOrderId, 'BTC/USDT:USDT', { acknowledged: true }))
    expect(looked.params['orderLinkId']).toBeUndefined()
    const canceled = await byCcxt(ccxtBybit(), (x) => x.cancelOrderWithClientOrderId(ref.clientOrderId, 'BTC/USDT:USDT'))
    expect((canceled.body as Record<string, unknown>)['orderLinkId']).toBeUndefined()
  })
})
