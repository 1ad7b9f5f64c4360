import { createHash, createHmac } from 'node:crypto'
import ccxt from 'ccxt'
import { describe, expect, test } from 'vitest'
import { byCcxt, everyRequest, goldenRequests, plain, recorded, refTo, usualVerbs, type Golden, type Plain } from './golden.ts'
import { API_KEY, NOW, SECRET } from './recorder.ts'

const ref = refTo('BTC_USDT')
const text = `t-${ref.clientOrderId}`
// Market buys on spot are for an amount of the quote currency alone: a quantity is refused before anything is sent.
const { 'spot: buy a quantity': _refused, ...VERBS } = usualVerbs({ spot: ['BTC_USDT', 'ETH_USDT', 'SOL_USDT'], futures: ['BTC_USDT', 'ETH_USDT', 'SOL_USDT'] })

const spotOrder = { id: '1', text, status: 'cancelled', finish_as: 'cancelled', filled_amount: '0' }
const futuresOrder = { id: 1, text, status: 'finished', finish_as: 'cancelled', size: 1, left: 1 }
const [SPOT, FUTURES] = ['/api/v4/spot', '/api/v4/futures/usdt']
const KEY = { key: `${API_KEY.slice(0, 12)}*****`, state: 1, perms: [{ name: 'account', read_only: true }, { name: 'spot', read_only: false }, { name: 'futures', read_only: false }] }
const GOLDEN: Golden = {
  exchange: 'gate', verbs: VERBS, inHedgeMode: { [`GET ${FUTURES}/accounts`]: { available: '0', position_mode: 'dual' } },
  answers: {
    'GET /api/v4/account/detail': { user_id: 1, ip_whitelist: ['127.0.0.1'] }, 'GET /api/v4/account/main_keys': [KEY],
    [`POST ${SPOT}/orders`]: spotOrder, [`GET ${SPOT}/orders`]: [], [`DELETE ${SPOT}/orders/${text}`]: spotOrder, [`GET ${SPOT}/accounts`]: [], [`GET ${SPOT}/currency_pairs`]: [],
    [`GET ${SPOT}/tickers`]: [{ currency_pair: 'BTC_USDT', last: '1' }],
    [`POST ${FUTURES}/orders`]: futuresOrder, [`GET ${FUTURES}/orders`]: [], [`GET ${FUTURES}/orders_timerange`]: [], [`DELETE ${FUTURES}/orders/${text}`]: futuresOrder,
    [`GET ${FUTURES}/accounts`]: { available: '0', position_mode: 'single' }, [`GET ${FUTURES}/positions`]: [], [`GET ${FUTURES}/positions/BTC_USDT`]: { leverage: '0' },
    [`POST ${FUTURES}/positions/BTC_USDT/leverage`]: {}, [`GET ${FUTURES}/tickers`]: [{ contract: 'BTC_USDT', last: '1' }],
    [`GET ${FUTURES}/contracts`]: [{ name: 'BTC_USDT', type: 'direct', quanto_multiplier: '0.0001', order_size_min: 1, order_price_round: '0.1' }, { name: 'ETH_USDT', type: 'direct', quanto_multiplier: '0.01' }],
  },
}
goldenRequests(GOLDEN)

test('every signature covers exactly what is sent; no deadline is exceeded; nothing public carries a key', async () => {
  let checked = 0
  let orders = 0
  for (const { method, url, headers, body } of await everyRequest(GOLDEN)) {
    const [path = '', query = ''] = url.split('?')
    if (/time$|currency_pairs|tickers|contracts/.test(path)) {
      expect(headers['key'] ?? headers['sign']).toBeUndefined()
      continue
    }
    const signed = [method, path, query, createHash('sha512').update(body).digest('hex'), headers['timestamp']].join('\n')
    expect(headers['sign']).toBe(createHmac('sha512', SECRET).update(signed).digest('hex'))
    if (method === 'POST' && path.endsWith('/orders')) {
      expect(Number(headers['x-gate-exptime'])).toBeLessThanOrEqual(NOW + 5000)
      orders += 1
    }
    checked += 1
  }
  expect(checked).toBeGreaterThan(20)
  expect(orders).toBe(7)
})

/** The last signed request of a verb: the one that does what the verb says. */
async function ours(name: string, kept: readonly string[]): Promise<Plain> {
  const run = VERBS[name]
  if (run === undefined) throw new Error(`no verb ${name}`)
  const request = (await recorded(GOLDEN, run)).findLast(({ headers }) => headers['sign'] !== undefined)
  if (request === undefined) throw new Error('nothing was signed')
  return plain(request, kept)
}

describe('ccxt asks the same', () => {
  const id = { clientOrderId: ref.clientOrderId }
  const market = (symbol: string, rest: Record<string, unknown>): unknown => ({ id: 'BTC_USDT', symbol, base: 'BTC', quote: 'USDT', baseId: 'BTC', quoteId: 'USDT', active: true,
    precision: { amount: 0.000001, price: 0.1 }, limits: {}, info: {}, ...rest })
  function ccxtGate(): InstanceType<typeof ccxt.gate> {
    const x = new ccxt.gate({ apiKey: API_KEY, secret: SECRET, enableRateLimit: false, options: { unifiedAccount: false, createMarketBuyOrderRequiresPrice: false } })
    x.setMarkets([
      market('BTC/USDT', { type: 'spot', spot: true, contract: false }) as never,
      market('BTC/USDT:USDT', { type: 'swap', swap: true, spot: false, contract: true, linear: true, inverse: false, settle: 'USDT', settleId: 'usdt', contractSize: 0.0001, precision: { amount: 1, price: 0.1 } }) as never,
    ])
    return x
  }
  const SIGNED = ['key', 'timestamp']
  test.each<[string, (x: InstanceType<typeof ccxt.gate>) => Promise<unknown>]>([
    ['spot: buy for an amount', (x) => x.createOrder('BTC/USDT', 'market', 'buy', 25.5, undefined, id)],
    ['futures: buy a quantity', (x) => x.createOrder('BTC/USDT:USDT', 'market', 'buy', 10, undefined, { ...id, reduceOnly: false })],
    ['futures: reduce-only close', (x) => x.createOrder('BTC/USDT:USDT', 'market', 'sell', 10, undefined, { ...id, reduceOnly: true })],
    ['futures: close in hedge mode', (x) => x.createOrder('BTC/USDT:USDT', 'market', 'sell', 10, undefined, { ...id, reduceOnly: true })],
    ['futures: leverage', (x) => { x.options['defaultMarginMode'] = 'cross'; return x.setLeverage(5, 'BTC/USDT:USDT') }],
  ])('%s', async (name, theirs) => {
    expect(await ours(name, SIGNED)).toEqual(await byCcxt(ccxtGate(), theirs, SIGNED))
  })

  test.each([['spot', 'BTC/USDT'], ['futures', 'BTC/USDT:USDT']] as const)('%s: cancel, by the same path', async (one, symbol) => {
    const { method, path } = await byCcxt(ccxtGate(), (x) => x.cancelOrder(text, symbol))
    expect(await ours(`${one}: cancel`, [])).toMatchObject({ method, path })
  })

  test('but its cancel by client id names no order, which is the path that cancels all; ours names it, and that path is never signed', async () => {
    const canceled = await byCcxt(ccxtGate(), (x) => x.cancelOrderWithClientOrderId(ref.clientOrderId, 'BTC/USDT'))
    expect(canceled).toMatchObject({ method: 'DELETE', path: '/api/v4/spot/orders/' })
    expect(await ours('spot: cancel', [])).toMatchObject({ method: 'DELETE', path: `/api/v4/spot/orders/${text}` })
  })
})
