import { createHmac, generateKeyPairSync, verify } from 'node:crypto'
import ccxt from 'ccxt'
import { describe, expect, test } from 'vitest'
import { byCcxt, byUs, everyRequest, goldenRequests, recorded, refTo, usualVerbs, type Golden, type Run } from './golden.ts'
import { API_KEY, instruction, NOW, SECRET } from './recorder.ts'

const PASSPHRASE = 'Correct-Horse-7'
const ref = refTo('BTCUSDT')
/** The same on a unified account: its kind stands in the envelope. */
const unified = (run: Run): Run => (x, call) => run(x, (market) => ({ ...call(market), key: { ...call(market).key, site: 'uta' } }))

const USUAL = usualVerbs({ spot: ['BTCUSDT', 'ETHUSDT', 'SOLUSDT'], futures: ['BTCUSDT', 'ETHUSDT', 'BTCPERP'] })
/** Public data is the same for both kinds. */
const VERBS: Record<string, Run> = {
  ...USUAL,
  'spot: buy a quantity': (x, call) => x.submit(call('spot'), instruction({ quantity: null, quoteQuantity: '50' })),
  'futures: buy a quantity, in USDC': (x, call) => x.submit(call('futures'), instruction({ symbol: 'BTCPERP' })),
  ...Object.fromEntries(Object.entries(USUAL).filter(([name]) => !/price|markets|rehearsal/.test(name)).map(([name, run]) =>
    [`unified, ${name}`, unified(name === 'spot: buy a quantity' ? (x, call) => x.submit(call('spot'), instruction({ quantity: null, quoteQuantity: '50' })) : run)])),
}

const ok = (data: unknown): unknown => ({ code: '00000', msg: 'success', requestTime: NOW, data })
const ACKNOWLEDGED = ok({ orderId: '1', clientOid: ref.clientOrderId })
const ANSWERS: Record<string, unknown> = {
  'GET /api/v2/spot/account/info': ok({ userId: '1', ips: '127.0.0.1', authorities: ['stow', 'coow', 'cpow'] }), 'GET /api/v2/spot/account/assets': ok([]),
  'GET /api/v2/mix/account/account': ok({ posMode: 'one_way_mode', marginMode: 'crossed' }), 'GET /api/v2/mix/account/accounts': ok([]), 'GET /api/v2/mix/position/all-position': ok([]),
  'POST /api/v2/mix/account/set-leverage': ok({}), 'POST /api/v3/account/set-leverage': ok('success'),
  'GET /api/v3/account/info': ok({ userId: '1', ips: '127.0.0.1', permType: 'read-and-write', permissions: ['uta_mgt', 'uta_trade'] }),
  'GET /api/v3/account/settings': ok({ uid: '1', holdMode: 'one_way_mode' }), 'GET /api/v3/account/assets': ok({ assets: [] }), 'GET /api/v3/position/current-position': ok({ list: null }),
  'GET /api/v2/spot/public/symbols': ok([]), 'GET /api/v2/mix/market/contracts': ok([]),
  'GET /api/v2/spot/market/tickers': ok([{ symbol: 'BTCUSDT', lastPr: '1' }]), 'GET /api/v2/mix/market/ticker': ok([{ symbol: 'BTCUSDT', lastPr: '1' }]), 'GET /api/v2/mix/market/tickers': ok([{ symbol: 'BTCUSDT', lastPr: '1' }]),
}
for (const [base, byId, open, closed] of [
  ['/api/v2/spot/trade', 'orderInfo', 'unfilled-orders', 'history-orders'], ['/api/v2/mix/order', 'detail', 'orders-pending', 'orders-history'], ['/api/v3/trade', 'order-info', 'unfilled-orders', 'history-orders'],
]) {
  Object.assign(ANSWERS, {
    [`POST ${base}/place-order`]: ACKNOWLEDGED, [`POST ${base}/cancel-order`]: ACKNOWLEDGED, [`GET ${base}/${byId}`]: ok([]), [`GET ${base}/${open}`]: ok([]), [`GET ${base}/${closed}`]: ok([]), [`GET ${base}/fills`]: ok([]),
  })
}
// Only spot answers with a list; the others say that there is none.
for (const path of ['/api/v2/mix/order/detail', '/api/v3/trade/order-info']) ANSWERS[`GET ${path}`] = { code: path.includes('v3') ? '25204' : '40109', msg: 'Order does not exist', requestTime: NOW, data: null }
const IN_HEDGE_MODE = {
  'GET /api/v2/mix/account/account': ok({ posMode: 'hedge_mode', marginMode: 'crossed' }), 'GET /api/v3/account/settings': ok({ uid: '1', holdMode: 'hedge_mode' }),
}
const GOLDEN: Golden = { exchange: 'bitget', verbs: VERBS, answers: ANSWERS, inHedgeMode: IN_HEDGE_MODE, credentials: { apiKey: API_KEY, secret: SECRET, passphrase: PASSPHRASE } }
goldenRequests(GOLDEN)

test('every signature covers exactly what is sent; no deadline is exceeded; nothing public carries a key', async () => {
  let checked = 0
  for (const { method, url, headers, body } of await everyRequest(GOLDEN)) {
    if (/\/market\/|\/public\//.test(url)) {
      expect(Object.keys(headers).filter((name) => name.startsWith('access'))).toEqual([])
      continue
    }
    const time = headers['access-timestamp'] ?? ''
    expect(Number(time)).toBe(NOW)
    expect(headers['access-sign']).toBe(createHmac('sha256', SECRET).update(`${time}${method}${url}${body}`).digest('base64'))
    expect(headers['access-passphrase']).toBe(PASSPHRASE)
    if (url === '/api/v2/spot/trade/place-order') {
      const { requestTime, receiveWindow } = JSON.parse(body) as Record<string, string>
      expect(Number(requestTime) + Number(receiveWindow)).toBeLessThanOrEqual(NOW + 5000)
    }
    checked += 1
  }
  expect(checked).toBeGreaterThan(40)
})

test('an RSA key signs the same text', async () => {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const secret = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
  const [request] = await recorded({ ...GOLDEN, credentials: { apiKey: API_KEY, secret, passphrase: PASSPHRASE } }, (x, call) => x.cancel(call('spot'), ref))
  const { method, url, headers, body } = request ?? { method: '', url: '', headers: {} as Record<string, string>, body: '' }
  expect(verify('sha256', Buffer.from(`${headers['access-timestamp']}${method}${url}${body}`), publicKey, Buffer.from(headers['access-sign'] ?? '', 'base64'))).toBe(true)
})

test('a market buy on spot for a quantity is never sent: Bitget would take it for an amount', async () => {
  for (const run of [(x: Parameters<Run>[0], call: Parameters<Run>[1]) => x.submit(call('spot'), instruction()), unified((x, call) => x.submit(call('spot'), instruction()))]) {
    expect(await recorded(GOLDEN, run)).toEqual([])
  }
})

describe('ccxt asks the same', () => {
  const id = { clientOid: ref.clientOrderId }
  const market = (symbol: string, rest: Record<string, unknown>): unknown => ({ id: 'BTCUSDT', symbol, base: 'BTC', quote: 'USDT', baseId: 'BTC', quoteId: 'USDT', active: true,
    precision: { amount: 0.000001, price: 0.1 }, limits: {}, info: {}, ...rest })
  function ccxtBitget(uta = false): InstanceType<typeof ccxt.bitget> {
    const x = new ccxt.bitget({ apiKey: API_KEY, secret: SECRET, password: PASSPHRASE, enableRateLimit: false, options: { uta, broker: undefined } })
    x.setMarkets([
      market('BTC/USDT', { type: 'spot', spot: true, contract: false }) as never,
      market('BTC/USDT:USDT', { type: 'swap', swap: true, spot: false, contract: true, linear: true, inverse: false, settle: 'USDT', settleId: 'USDT', contractSize: 1 }) as never,
    ])
    return x
  }
  const SIGNED = ['access-key', 'access-timestamp', 'access-passphrase']
  type Theirs = (x: InstanceType<typeof ccxt.bitget>) => Promise<unknown>
  /**
   * Ours carries a window; ccxt gives market orders a time in force, which Bitget ignores there, names a coin that is of
   * margin only, writes `Open`, and sends an option of its own along.
   */
  const bare = (body: unknown): unknown => {
    const { requestTime: _at, receiveWindow: _window, force: _force, timeInForce: _tif, coin: _coin, createMarketBuyOrderRequiresPrice: _own, reduceOnly = 'no', tradeSide = '', ...rest } = body as Record<string, string>
    return { ...rest, reduces: reduceOnly.toLowerCase(), does: tradeSide.toLowerCase() }
  }
  test.each<[string, boolean, Theirs]>([
    ['spot: buy for an amount', false, (x) => x.createOrder('BTC/USDT', 'market', 'buy', 25.5, undefined, { ...id, createMarketBuyOrderRequiresPrice: false })],
    ['spot: sell, 700 ms before the deadline', false, (x) => x.createOrder('BTC/USDT', 'market', 'sell', 0.001, undefined, id)],
    ['spot: cancel', false, (x) => x.cancelOrder(undefined as never, 'BTC/USDT', id)],
    ['spot: look-up of what is not there', false, (x) => x.fetchOrder(undefined as never, 'BTC/USDT', id)],
    ['futures: buy a quantity', false, (x) => x.createOrder('BTC/USDT:USDT', 'market', 'buy', 0.001, undefined, { ...id, marginMode: 'cross' })],
    ['futures: reduce-only close', false, (x) => x.createOrder('BTC/USDT:USDT', 'market', 'sell', 0.001, undefined, { ...id, marginMode: 'cross', reduceOnly: true })],
    ['futures: open in hedge mode', false, (x) => x.createOrder('BTC/USDT:USDT', 'market', 'sell', 0.001, undefined, { ...id, marginMode: 'cross', hedged: true })],
    ['futures: close in hedge mode', false, (x) => x.createOrder('BTC/USDT:USDT', 'market', 'sell', 0.001, undefined, { ...id, marginMode: 'cross', hedged: true, reduceOnly: true })],
    ['futures: look-up of what is not there', false, (x) => x.fetchOrder(undefined as never, 'BTC/USDT:USDT', id)],
    ['futures: leverage', false, (x) => x.setLeverage(5, 'BTC/USDT:USDT')],
    ['unified, spot: buy for an amount', true, (x) => x.createOrder('BTC/USDT', 'market', 'buy', 25.5, undefined, { ...id, createMarketBuyOrderRequiresPrice: false })],
    ['unified, spot: sell, 700 ms before the deadline', true, (x) => x.createOrder('BTC/USDT', 'market', 'sell', 0.001, undefined, id)],
    ['unified, futures: reduce-only close', true, (x) => x.createOrder('BTC/USDT:USDT', 'market', 'sell', 0.001, undefined, { ...id, reduceOnly: true })],
    ['unified, futures: leverage', true, (x) => x.setLeverage(5, 'BTC/USDT:USDT')],
  ])('%s', async (name, uta, theirs) => {
    const [ours, other] = [await byUs(GOLDEN, name, SIGNED), await byCcxt(ccxtBitget(uta), theirs, SIGNED)]
    expect({ ...ours, body: ours.body === null ? null : bare(ours.body) }).toEqual({ ...other, body: other.body === null ? null : bare(other.body) })
  })
})
