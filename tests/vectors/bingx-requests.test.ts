import { createHmac } from 'node:crypto'
import ccxt from 'ccxt'
import { describe, expect, test } from 'vitest'
import { byCcxt, byUs, everyRequest, goldenRequests, plain, recorded, refTo, usualVerbs, type Golden, type Plain } from './golden.ts'
import { API_KEY, NOW, SECRET } from './recorder.ts'

const ref = refTo('BTC-USDT')
const id = ref.clientOrderId.toLowerCase()
// Market buys on spot are for an amount of the quote currency alone: a quantity is refused before anything is sent.
const { 'spot: buy a quantity': _refused, ...VERBS } = usualVerbs({ spot: ['BTC-USDT', 'ETH-USDT', 'SOL-USDT'], futures: ['BTC-USDT', 'ETH-USDT', 'SOL-USDT'] })

const ok = (data: unknown): unknown => ({ code: 0, msg: '', timestamp: NOW, data })
const refused = (code: number, msg: string): unknown => ({ code, msg, timestamp: NOW, data: {} })
const RIGHTS = { ipRestrict: true, createTime: 1, enableReading: true, enableSpotAndMarginTrading: true, enableWithdrawals: false, enableFutures: true }
const GOLDEN: Golden = {
  exchange: 'bingx', verbs: VERBS,
  answers: {
    'GET /openApi/account/v1/uid': ok({ uid: 1 }), 'GET /openApi/v1/account/apiPermissions': ok(RIGHTS), 'GET /openApi/spot/v1/account/balance': ok({ balances: [] }), 'GET /openApi/swap/v3/user/balance': ok([]),
    'GET /openApi/swap/v2/user/positions': ok([]), 'GET /openApi/swap/v1/positionSide/dual': ok({ dualSidePosition: 'false' }), 'POST /openApi/swap/v2/trade/leverage': ok({ leverage: 5, symbol: 'BTC-USDT' }),
    'POST /openApi/spot/v1/trade/order': ok({ orderId: '1', status: 'FILLED', executedQty: '1', clientOrderID: id }), 'POST /openApi/spot/v1/trade/cancel': refused(100_404, 'order not exist'),
    'GET /openApi/spot/v1/trade/query': refused(100_404, 'order not exist'), 'GET /openApi/spot/v1/trade/openOrders': ok({ orders: null }), 'GET /openApi/spot/v1/trade/historyOrders': ok({ orders: [] }),
    'POST /openApi/swap/v2/trade/order': ok({ order: { orderId: '1', clientOrderID: id } }), 'POST /openApi/swap/v2/trade/order/test': ok({ order: {} }), 'DELETE /openApi/swap/v2/trade/order': refused(109_421, 'order not exist'),
    'GET /openApi/swap/v2/trade/order': refused(109_421, 'order not exist'), 'GET /openApi/swap/v2/trade/openOrders': ok({ orders: [] }), 'GET /openApi/swap/v2/trade/allOrders': ok({ orders: [] }),
    'GET /openApi/spot/v1/common/symbols': ok({ symbols: [] }), 'GET /openApi/swap/v2/quote/contracts': ok([]),
    'GET /openApi/spot/v1/ticker/24hr': ok([{ symbol: 'BTC-USDT', lastPrice: 1 }]), 'GET /openApi/swap/v2/quote/ticker': ok({ symbol: 'BTC-USDT', lastPrice: '1' }),
  },
}
goldenRequests(GOLDEN)

describe('answers of which two forms are seen', () => {
  const given = async (answers: Readonly<Record<string, unknown>>, run: (...of: Parameters<Golden['verbs'][string]>) => Promise<unknown>): Promise<unknown> => {
    let answer: unknown
    await recorded({ ...GOLDEN, answers: { ...GOLDEN.answers, ...answers } }, async (x, call) => { answer = await run(x, call) })
    return answer
  }

  test.each([
    [{ apiKey: API_KEY, permissions: [1, 2], ipAddresses: ['127.0.0.1'], note: '' }, { ok: true }], [{ apiKey: API_KEY, permissions: [1, 2, 5], ipAddresses: [], note: '' }, { ok: false, code: 'withdraw_permission' }],
    [{ ...RIGHTS, enableWithdrawals: true }, { ok: false, code: 'withdraw_permission' }], [ok({ ...RIGHTS, enableWithdrawals: true }), { ok: false, code: 'withdraw_permission' }],
  ])('what a key may do, with or without a code around it: %j', async (permissions, verdict) => {
    expect(await given({ 'GET /openApi/v1/account/apiPermissions': permissions }, (x, call) => x.check(call('spot'), false))).toMatchObject(verdict)
  })

  test.each(['fill_orders', 'fill_history_orders'])('fills of contracts under %s', async (name) => {
    const fill = { tradeId: '9', orderId: '1', price: '50000', qty: '0.001', commission: '-0.025', commissionAsset: 'USDT', filledTime: '2023-12-16T20:58:36.000+0800' }
    const found = await given({
      'GET /openApi/swap/v2/trade/order': ok({ order: { orderId: '1', clientOrderId: id, status: 'FILLED', executedQty: '0.001', avgPrice: '50000' } }), 'GET /openApi/swap/v2/trade/fillHistory': ok({ [name]: [fill] }),
    }, (x, call) => x.lookup(call('futures'), ref))
    expect(found).toMatchObject({ kind: 'found', order: { filled: '0.001', fills: [{ tradeId: '9', fee: '0.025', feeAsset: 'USDT' }] } })
  })
})

test('every signature covers exactly what is sent, by name in order; no deadline is exceeded; nothing public carries a key', async () => {
  let checked = 0
  for (const { url, headers } of await everyRequest(GOLDEN)) {
    const [path = '', query = ''] = url.split('?')
    if (/ticker|symbols|contracts|server\/time/.test(path)) {
      expect(headers['x-bx-apikey']).toBeUndefined()
      continue
    }
    checked += 1
    const [signed = '', signature] = query.split('&signature=')
    expect(signature).toBe(createHmac('sha256', SECRET).update(signed).digest('hex'))
    expect(signed).toBe(signed.split('&').toSorted().join('&'))
    // Signed as it is, sent escaped: the same, as nothing in it has to be escaped.
    expect(signed).toMatch(/^[\w.=&-]+$/)
    const params = new URLSearchParams(signed)
    expect(Number(params.get('timestamp')) + Number(params.get('recvWindow'))).toBeLessThanOrEqual(NOW + 5000)
    expect(headers['x-bx-apikey']).toBe(API_KEY)
  }
  expect(checked).toBeGreaterThan(30)
})

describe('ccxt asks the same', () => {
  const market = (symbol: string, rest: Record<string, unknown>): unknown => ({ id: 'BTC-USDT', symbol, base: 'BTC', quote: 'USDT', baseId: 'BTC', quoteId: 'USDT', active: true,
    precision: { amount: 0.000001, price: 0.1 }, limits: {}, info: {}, ...rest })
  function ccxtBingx(): InstanceType<typeof ccxt.bingx> {
    const x = new ccxt.bingx({ apiKey: API_KEY, secret: SECRET, enableRateLimit: false })
    x.setMarkets([
      market('BTC/USDT', { type: 'spot', spot: true, contract: false }) as never,
      market('BTC/USDT:USDT', { type: 'swap', swap: true, spot: false, contract: true, linear: true, inverse: false, settle: 'USDT', settleId: 'USDT', contractSize: 1 }) as never,
    ])
    return x
  }
  const SIGNED = ['x-bx-apikey']
  const theirs = (run: (x: InstanceType<typeof ccxt.bingx>) => Promise<unknown>): Promise<Plain> => byCcxt(ccxtBingx(), run, SIGNED)
  /** It names no window; so the signature differs, which is held against what is sent above. */
  const bare = ({ params: { signature: _signature, recvWindow: _window, ...params }, ...rest }: Plain): Plain => ({ ...rest, params })
  /** Contracts' client id under the name of the newest documentation; ccxt keeps the older one. */
  const renamed = ({ params: { clientOrderID, ...params }, ...rest }: Plain): Plain => ({ ...rest, params: clientOrderID === undefined ? params : { ...params, clientOrderId: clientOrderID } })

  test.each<[string, (x: InstanceType<typeof ccxt.bingx>) => Promise<unknown>]>([
    ['spot: buy for an amount', (x) => x.createOrder('BTC/USDT', 'market', 'buy', 0, undefined, { cost: 25.5, clientOrderId: id })],
    ['spot: cancel', (x) => x.cancelOrder(undefined as never, 'BTC/USDT', { clientOrderId: id })],
    ['spot: test request', (x) => x.request('uid', ['account', 'v1', 'private'], 'GET')],
  ])('%s', async (name, run) => {
    expect(bare(await byUs(GOLDEN, name, SIGNED))).toEqual(bare(await theirs(run)))
  })

  test.each<[string, (x: InstanceType<typeof ccxt.bingx>) => Promise<unknown>]>([
    ['futures: buy a quantity', (x) => x.createOrder('BTC/USDT:USDT', 'market', 'buy', 0.001, undefined, { clientOrderId: id })],
    ['futures: reduce-only close', (x) => x.createOrder('BTC/USDT:USDT', 'market', 'sell', 0.001, undefined, { clientOrderId: id, reduceOnly: 'true' })],
    ['futures: close in hedge mode', (x) => x.createOrder('BTC/USDT:USDT', 'market', 'sell', 0.001, undefined, { clientOrderId: id, hedged: true, reduceOnly: true })],
    ['futures: cancel', (x) => x.cancelOrder(undefined as never, 'BTC/USDT:USDT', { clientOrderId: id })],
  ])('%s', async (name, run) => {
    expect(bare(await byUs(GOLDEN, name, SIGNED))).toEqual(renamed(bare(await theirs(run))))
  })

  test('futures: leverage, once the mode is known', async () => {
    const expected = await theirs((x) => x.setLeverage(5, 'BTC/USDT:USDT', { side: 'BOTH' }))
    const last = (await recorded(GOLDEN, VERBS['futures: leverage'] ?? (() => Promise.resolve()))).at(-1)
    expect(last === undefined ? last : bare(plain(last, SIGNED))).toEqual(bare(expected))
  })

  test('but its look-ups by client id name an order "" beside it, and on spot a field that the look-up does not have; ours name it alone', async () => {
    const spot = await theirs((x) => x.fetchOrderWithClientOrderId(id, 'BTC/USDT'))
    expect(spot.params).toMatchObject({ orderId: '', clientOrderId: id })
    expect(spot.params).not.toHaveProperty('clientOrderID')
    expect((await theirs((x) => x.fetchOrderWithClientOrderId(id, 'BTC/USDT:USDT'))).params).toMatchObject({ orderId: '', clientOrderId: id })
    const [onSpot, onFutures] = [await byUs(GOLDEN, 'spot: look-up of what is not there'), await byUs(GOLDEN, 'futures: look-up of what is not there')]
    expect(onSpot).toMatchObject({ path: '/openApi/spot/v1/trade/query', params: { symbol: 'BTC-USDT', clientOrderID: id } })
    expect(onFutures).toMatchObject({ path: '/openApi/swap/v2/trade/order', params: { symbol: 'BTC-USDT', clientOrderId: id } })
    for (const { params } of [onSpot, onFutures]) expect(params).not.toHaveProperty('orderId')
  })
})
