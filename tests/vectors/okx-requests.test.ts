import { createHmac } from 'node:crypto'
import ccxt from 'ccxt'
import { describe, expect, test } from 'vitest'
import { byCcxt, byUs, everyRequest, goldenRequests, recorded, refTo, usualVerbs, type Golden } from './golden.ts'
import { API_KEY, instruction, NOW, SECRET } from './recorder.ts'

const PASSPHRASE = 'Correct-Horse-7'
const ref = refTo('BTC-USDT')
const VERBS = usualVerbs({ spot: ['BTC-USDT', 'ETH-USDT', 'SOL-USDT'], futures: ['BTC-USDT-SWAP', 'ETH-USDT-SWAP', 'SOL-USDT-SWAP'] })

const ok = (data: readonly unknown[]): unknown => ({ code: '0', data, msg: '' })
const swap = (base: string): unknown => ({ instId: `${base}-USDT-SWAP`, ctType: 'linear', ctVal: '0.01', ctMult: '1', ctValCcy: base, settleCcy: 'USDT', lotSz: '0.01', minSz: '0.01', maxMktSz: '12000', tickSz: '0.1', state: 'live' })
const CONFIG = { acctLv: '2', perm: 'read_only,trade', ip: '127.0.0.1', posMode: 'net_mode', uid: '1' }
const ACKNOWLEDGED = ok([{ clOrdId: ref.clientOrderId, ordId: '1', sCode: '0', sMsg: '' }])
const ANSWERS = {
  'POST /api/v5/trade/order': ACKNOWLEDGED, 'POST /api/v5/trade/cancel-order': ACKNOWLEDGED, 'GET /api/v5/trade/order': { code: '51603', data: [], msg: 'Order does not exist.' },
  'GET /api/v5/trade/orders-pending': ok([]), 'GET /api/v5/trade/orders-history': ok([]), 'GET /api/v5/trade/fills': ok([]),
  'GET /api/v5/account/config': ok([CONFIG]), 'GET /api/v5/account/balance': ok([{ details: [] }]), 'GET /api/v5/account/positions': ok([]), 'POST /api/v5/account/set-leverage': ok([{}]),
  'GET /api/v5/public/instruments': (url: string) => ok(url.includes('SWAP') ? ['BTC', 'ETH', 'SOL'].map(swap) : []),
  'GET /api/v5/market/ticker': ok([{ instId: 'BTC-USDT', last: '1' }]), 'GET /api/v5/market/tickers': ok([{ instId: 'BTC-USDT', last: '1' }]),
}
const GOLDEN: Golden = { exchange: 'okx', verbs: VERBS, answers: ANSWERS, credentials: { apiKey: API_KEY, secret: SECRET, passphrase: PASSPHRASE } }
goldenRequests(GOLDEN)

test('every signature covers exactly what is sent; no deadline is exceeded; nothing public carries a key', async () => {
  let checked = 0
  for (const { method, url, headers, body } of await everyRequest(GOLDEN)) {
    if (url.startsWith('/api/v5/market/') || url.startsWith('/api/v5/public/')) {
      expect(Object.keys(headers).filter((name) => name.startsWith('ok-access'))).toEqual([])
      continue
    }
    const time = headers['ok-access-timestamp'] ?? ''
    expect(Date.parse(time)).toBe(NOW)
    expect(headers['ok-access-sign']).toBe(createHmac('sha256', SECRET).update(`${time}${method}${url}${body}`).digest('base64'))
    expect(headers['ok-access-passphrase']).toBe(PASSPHRASE)
    // Only orders have an end of their own.
    if (method === 'POST' && url === '/api/v5/trade/order') expect(Number(headers['exptime'])).toBeLessThanOrEqual(NOW + 5000)
    else expect(headers['exptime']).toBeUndefined()
    checked += 1
  }
  expect(checked).toBeGreaterThan(20)
})

test('contracts are counted exactly, or the order is not sent', async () => {
  const body = async (quantity: string): Promise<unknown> => {
    const requests = await recorded(GOLDEN, (x, call) => x.submit(call('futures'), instruction({ symbol: 'BTC-USDT-SWAP', quantity })))
    const order = requests.find(({ method }) => method === 'POST')
    return order === undefined ? null : (JSON.parse(order.body) as { sz: string }).sz
  }
  expect(await body('0.13')).toBe('13')
  expect(await body('0.0001')).toBe('0.01')
  expect(await body('0.00000000001')).toBeNull()
})

describe('ccxt asks the same', () => {
  const id = { clOrdId: ref.clientOrderId }
  const market = (symbol: string, rest: Record<string, unknown>): unknown => ({ symbol, base: 'BTC', quote: 'USDT', baseId: 'BTC', quoteId: 'USDT', active: true, precision: { amount: 0.000001, price: 0.1 }, limits: {}, info: {}, ...rest })
  function ccxtOkx(): InstanceType<typeof ccxt.okx> {
    const x = new ccxt.okx({ apiKey: API_KEY, secret: SECRET, password: PASSPHRASE, enableRateLimit: false, options: { createOrder: 'privatePostTradeOrder' } })
    x.setMarkets([
      market('BTC/USDT', { id: 'BTC-USDT', type: 'spot', spot: true, contract: false }) as never,
      market('BTC/USDT:USDT', { id: 'BTC-USDT-SWAP', type: 'swap', swap: true, spot: false, contract: true, linear: true, inverse: false, settle: 'USDT', settleId: 'USDT', contractSize: 0.01 }) as never,
    ])
    return x
  }
  const SIGNED = ['ok-access-key', 'ok-access-timestamp', 'ok-access-passphrase']
  test.each<[string, (x: InstanceType<typeof ccxt.okx>) => Promise<unknown>]>([
    ['spot: buy a quantity', (x) => x.createOrder('BTC/USDT', 'market', 'buy', 0.001, undefined, { ...id, tgtCcy: 'base_ccy', banAmend: true })],
    ['spot: buy for an amount', (x) => x.createOrder('BTC/USDT', 'market', 'buy', 25.5, undefined, { ...id, tgtCcy: 'quote_ccy', banAmend: true, createMarketBuyOrderRequiresPrice: false })],
    ['spot: sell, 700 ms before the deadline', (x) => x.createOrder('BTC/USDT', 'market', 'sell', 0.001, undefined, { ...id, tgtCcy: 'base_ccy', banAmend: true })],
    ['spot: cancel', (x) => x.cancelOrder(undefined as never, 'BTC/USDT', id)],
    ['spot: look-up of what is not there', (x) => x.fetchOrder(undefined as never, 'BTC/USDT', id)],
    ['spot: test request', (x) => x.privateGetAccountConfig()],
    ['futures: leverage', (x) => x.setLeverage('5' as never, 'BTC/USDT:USDT', { mgnMode: 'cross' })],
  ])('%s', async (name, theirs) => {
    expect(await byUs(GOLDEN, name, SIGNED)).toEqual(await byCcxt(ccxtOkx(), theirs, SIGNED))
  })

  // Before its first order of contracts ours asks for their sizes.
  test.each<[string, Record<string, unknown>, 'buy' | 'sell']>([
    ['futures: buy a quantity', { reduceOnly: false }, 'buy'], ['futures: reduce-only close', { reduceOnly: true }, 'sell'],
    ['futures: open in hedge mode', { posSide: 'short' }, 'sell'], ['futures: close in hedge mode', { posSide: 'long' }, 'sell'],
  ])('%s', async (name, params, side) => {
    const order = (await recorded(GOLDEN, VERBS[name] as never)).find(({ method }) => method === 'POST')
    const theirs = await byCcxt(ccxtOkx(), (x) => x.createOrder('BTC/USDT:USDT', 'market', side, 0.1, undefined, { ...id, ...params }))
    expect(JSON.parse(order?.body ?? '')).toEqual(theirs.body)
  })

  test('but its market orders let OKX make them smaller in silence, and carry no end', async () => {
    const sent = await byCcxt(ccxtOkx(), (x) => x.createOrder('BTC/USDT', 'market', 'sell', 0.001, undefined, { clientOrderId: ref.clientOrderId }), ['exptime'])
    expect((sent.body as Record<string, unknown>)['banAmend']).toBeUndefined()
    expect(sent.headers).toEqual({})
    expect((await byUs(GOLDEN, 'spot: sell, 700 ms before the deadline', ['exptime']))).toMatchObject({ body: { banAmend: true }, headers: { exptime: String(NOW + 700) } })
  })
})
