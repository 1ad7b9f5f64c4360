import { createHmac } from 'node:crypto'
import ccxt from 'ccxt'
import { describe, expect, test } from 'vitest'
import { EXCHANGES } from '#exchanges'
import { byCcxt, everyRequest, goldenRequests, plain, recorded, refTo, usualVerbs, type Golden, type Plain } from './golden.ts'
import { API_KEY, NOW, SECRET } from './recorder.ts'

const ref = refTo('btcusdt')
/** The longest that a futures order may have. */
const SHORT = 'TZYXWVUTS765'
const NUMBER = EXCHANGES.find(({ description }) => description.id === 'htx')?.orderIds('futures').write(SHORT) ?? ''
// Market buys on spot are for an amount of the quote currency alone: a quantity is refused before anything is sent.
const { 'spot: buy a quantity': _refused, ...VERBS } = usualVerbs({ spot: ['btcusdt', 'ethusdt', 'solusdt'], futures: ['BTC-USDT', 'ETH-USDT', 'SOL-USDT'] }, { futures: SHORT })
const v1 = (data: unknown): unknown => ({ status: 'ok', data })
const v5 = (data: unknown): unknown => ({ code: 200, message: 'Success', data, ts: NOW })
const GOLDEN: Golden = {
  exchange: 'htx', verbs: VERBS, inHedgeMode: { 'GET /v5/position/mode': v5({ position_mode: 'dual_side' }) },
  answers: {
    'GET /v1/account/accounts': v1([{ id: 13, type: 'spot', subtype: '', state: 'working' }]), 'GET /v1/account/accounts/13/balance': v1({ id: 13, list: [] }), 'GET /v2/user/uid': v5(7),
    'GET /v2/user/api-key': v5([{ accessKey: API_KEY, status: 'normal', permission: 'readOnly,trade', ipAddresses: '127.0.0.1', validDays: -1 }]), 'POST /v1/order/orders/place': v1('1'),
    'POST /v1/order/orders/submitCancelClientOrder': v1(10), 'GET /v1/order/orders/getClientOrder': { status: 'error', 'err-code': 'base-record-invalid', 'err-msg': 'record invalid', data: null },
    'GET /v1/order/openOrders': v1([]), 'GET /v1/order/orders': v1([]), 'GET /v1/settings/common/market-symbols': v1([]), 'GET /market/tickers': v1([]), 'GET /market/detail/merged': { status: 'ok', tick: { close: 1 } },
    'POST /v5/trade/order': v5({ order_id: '1', client_order_id: NUMBER }), 'POST /v5/trade/cancel_order': v5({ order_id: '1' }), 'GET /v5/trade/order': { code: 1017, message: 'Order doesnt exist.' }, 'GET /v5/trade/order/opens': v5([]),
    'GET /v5/trade/order/history': v5([]), 'GET /v5/account/balance': v5({ details: [] }), 'GET /v5/position/mode': v5({ position_mode: 'single_side' }), 'GET /v5/trade/position/opens': v5([]), 'POST /v5/position/lever': v5({ lever_rate: 5 }),
    'GET /v2/linear-swap-ex/market/detail/batch_merged': { status: 'ok', ticks: [{ contract_code: 'BTC-USDT', close: '1' }] },
    'GET /linear-swap-api/v1/swap_contract_info': v1([{ contract_code: 'BTC-USDT', contract_size: 0.0001, contract_status: 1 }, { contract_code: 'ETH-USDT', contract_size: 0.01, contract_status: 1 }]),
  },
}
goldenRequests(GOLDEN)

const isOpen = (path: string): boolean => /timestamp$|market-symbols$|^\/market\/|linear-swap/.test(path)
const HOST = (path: string): string => (path.startsWith('/v5/') ? 'api.hbdm.com' : 'api.huobi.pro')

test('every signature covers method, HTX\'s host, path and the sorted query; an order ends to count with its deadline; nothing public carries a key', async () => {
  let checked = 0
  for (const { method, url } of await everyRequest(GOLDEN)) {
    const [path = '', query = ''] = url.split('?')
    if (isOpen(path)) {
      expect(query).not.toContain('AccessKeyId')
      continue
    }
    checked += 1
    const [signed = '', signature = ''] = query.split('&Signature=')
    expect(signed).toBe(signed.split('&').toSorted().join('&'))
    expect(decodeURIComponent(signature)).toBe(createHmac('sha256', SECRET).update([method, HOST(path), path, signed].join('\n')).digest('base64'))
    const time = Date.parse(`${new URLSearchParams(signed).get('Timestamp')}Z`)
    // A request counts for five minutes.
    if (path === '/v1/order/orders/place' || (method === 'POST' && path === '/v5/trade/order')) expect(time + 300_000).toBeLessThanOrEqual(NOW + 5000)
    else expect(time).toBe(NOW)
  }
  expect(checked).toBeGreaterThan(30)
})

describe('lists of orders', () => {
  const HOUR = 3_600_000
  const asked = async (market: 'spot' | 'futures', sinceHours: number, answers: Golden['answers'] = {}): Promise<{ requests: URLSearchParams[]; whole: boolean; items: readonly unknown[] }> => {
    let told: { whole: boolean; items: readonly unknown[] } = { whole: false, items: [] }
    const symbol = market === 'spot' ? 'btcusdt' : 'BTC-USDT'
    const requests = await recorded({ ...GOLDEN, answers: { ...GOLDEN.answers, ...answers } }, async (x, call) => { told = (await x.report(call(market), { symbols: [symbol], since: NOW - sinceHours * HOUR })).orders })
    return { requests: requests.filter(({ url }) => /orders\?.*states=|history/.test(url)).map(({ url }) => new URLSearchParams(url.split('?')[1])), ...told }
  }

  test.each([['spot', 'start-time', 'end-time'], ['futures', 'start_time', 'end_time']] as const)('%s: are asked for 48 hours at a time, without a gap', async (market, start, end) => {
    const { requests, whole } = await asked(market, 100)
    expect(whole).toBe(true)
    expect(requests).toHaveLength(3)
    expect(requests.every((one) => Number(one.get(end)) - Number(one.get(start)) <= 48 * HOUR)).toBe(true)
    expect(requests.slice(1).map((one) => one.get(end))).toEqual(requests.slice(0, -1).map((one) => one.get(start)))
    expect(Number(requests.at(-1)?.get(start))).toBeLessThan(NOW - 100 * HOUR)
  })

  test('what is too long ago, or too much, is told as a part', async () => {
    expect((await asked('spot', 400)).whole).toBe(false)
    const row = { order_id: '1', client_order_id: '1', contract_code: 'BTC-USDT', side: 'buy', position_side: 'both', state: 'filled', volume: '1', trade_volume: '1', trade_avg_price: '1', created_time: String(NOW) }
    expect((await asked('futures', 1, { 'GET /v5/trade/order/history': v5(Array.from({ length: 100 }, () => row)) })).whole).toBe(false)
  })

  test('spot: a full page is followed by the next, from its last order on', async () => {
    const rows = (from: number): unknown[] => Array.from({ length: from }, (_, at) => ({ id: from - at, symbol: 'btcusdt', type: 'buy-market', amount: '1', state: 'filled', 'field-amount': '1', 'field-cash-amount': '1', 'created-at': NOW, 'client-order-id': 'x' })).slice(0, 100)
    const { requests, whole, items } = await asked('spot', 1, { 'GET /v1/order/orders': (url: string) => v1(rows(Number(new URLSearchParams(url.split('?')[1]).get('from') ?? 150))) })
    expect(requests.map((one) => [one.get('from'), one.get('direct')])).toEqual([[null, null], ['51', 'next']])
    expect([whole, items.length]).toEqual([true, 150])
  })
})

const AUTHENTICATION = ['AccessKeyId', 'Signature', 'SignatureMethod', 'SignatureVersion']
/** Signatures are held against what is sent above; times differ where ours are set back. */
const bare = ({ params, ...rest }: Plain): Plain => ({ ...rest, params: Object.fromEntries(Object.entries(params).filter(([name]) => name !== 'Signature' && name !== 'Timestamp')) })

/** The last signed request of a verb: the one that does what the verb says. */
async function ours(name: string): Promise<Plain> {
  const run = VERBS[name]
  if (run === undefined) throw new Error(`no verb ${name}`)
  const request = (await recorded(GOLDEN, run)).findLast(({ url }) => url.includes('AccessKeyId'))
  if (request === undefined) throw new Error('nothing was signed')
  return bare(plain(request, []))
}

describe('ccxt asks the same', () => {
  const market = (id: string, symbol: string, rest: Record<string, unknown>): unknown => ({ id, symbol, base: 'BTC', quote: 'USDT', baseId: 'btc', quoteId: 'usdt', active: true,
    precision: { amount: 0.000001, price: 0.1 }, limits: {}, info: {}, ...rest })
  function ccxtHtx(): InstanceType<typeof ccxt.htx> {
    const x = new ccxt.htx({ apiKey: API_KEY, secret: SECRET, enableRateLimit: false, options: { createMarketBuyOrderRequiresPrice: false } })
    // A broker's mark goes along with every order of ccxt's.
    x.options['broker'] = { id: undefined }
    x.accounts = [{ id: '13', type: 'spot', info: {} } as never]
    x.accountsById = { 13: x.accounts[0] } as never
    x.setMarkets([
      market('btcusdt', 'BTC/USDT', { type: 'spot', spot: true, contract: false }) as never,
      market('BTC-USDT', 'BTC/USDT:USDT', { type: 'swap', swap: true, spot: false, contract: true, linear: true, inverse: false, settle: 'USDT', settleId: 'usdt', contractSize: 0.0001, precision: { amount: 1, price: 0.1 } }) as never,
    ])
    return x
  }
  const theirs = async (run: (x: InstanceType<typeof ccxt.htx>) => Promise<unknown>): Promise<Plain> => {
    const { body, ...rest } = bare(await byCcxt(ccxtHtx(), run))
    const { channel_code: _mark, time_in_force: _usual, ...members } = (body ?? {}) as Record<string, unknown>
    return { ...rest, body: body === null ? null : members }
  }
  /** What ccxt can hold of a number. */
  const small = '42'
  test.each<[string, Record<string, unknown>, (x: InstanceType<typeof ccxt.htx>) => Promise<unknown>]>([
    ['spot: buy for an amount', {}, (x) => x.createOrder('BTC/USDT', 'market', 'buy', 0, undefined, { cost: 25.5, clientOrderId: ref.clientOrderId })],
    ['spot: sell, 700 ms before the deadline', {}, (x) => x.createOrder('BTC/USDT', 'market', 'sell', 0.001, undefined, { clientOrderId: ref.clientOrderId })],
    ['futures: buy a quantity', { client_order_id: small, position_side: 'both', reduce_only: 0 }, (x) => x.createOrder('BTC/USDT:USDT', 'market', 'buy', 10, undefined, { client_order_id: small, position_side: 'both', reduce_only: 0 })],
    ['futures: reduce-only close', { client_order_id: small }, (x) => x.createOrder('BTC/USDT:USDT', 'market', 'sell', 10, undefined, { client_order_id: small, position_side: 'both', reduce_only: 1 })],
    ['futures: close in hedge mode', { client_order_id: small }, (x) => x.createOrder('BTC/USDT:USDT', 'market', 'sell', 10, undefined, { client_order_id: small, position_side: 'long' })],
  ])('%s', async (name, members, run) => {
    const expected = await theirs(run)
    const asked = await ours(name)
    expect({ ...asked, body: { ...asked.body as object, ...members } }).toEqual(expected)
  })

  test('the signature of a question is ccxt\'s to the letter', async () => {
    const [asked] = (await recorded(GOLDEN, (x, call) => x.lookup(call('spot'), ref))).filter(({ url }) => url.includes('getClientOrder'))
    expect(plain(asked!, []).params).toEqual((await byCcxt(ccxtHtx(), (x) => x.fetchOrder(undefined as never, 'BTC/USDT', { clientOrderId: ref.clientOrderId }))).params)
    expect(Object.keys(plain(asked!, []).params)).toEqual(expect.arrayContaining(AUTHENTICATION))
  })

  test('spot: cancel by client id; futures: look-up and cancel by client id', async () => {
    const first = async (market: 'spot' | 'futures'): Promise<Plain> => bare(plain((await recorded(GOLDEN, (x, call) => x.cancel(call(market), market === 'spot' ? ref : refTo('BTC-USDT', SHORT)))).find(({ method }) => method === 'POST')!, []))
    expect(await first('spot')).toEqual(await theirs((x) => x.cancelOrder(undefined as never, 'BTC/USDT', { clientOrderId: ref.clientOrderId })))
    expect(await first('futures')).toEqual(await theirs((x) => x.cancelOrder(undefined as never, 'BTC/USDT:USDT', { clientOrderId: NUMBER, subType: 'linear' })))
    const looked = (await recorded(GOLDEN, (x, call) => x.lookup(call('futures'), refTo('BTC-USDT', SHORT)))).find(({ url }) => url.startsWith('/v5/trade/order?'))
    expect(bare(plain(looked!, []))).toEqual(await theirs((x) => x.fetchOrder(undefined as never, 'BTC/USDT:USDT', { clientOrderId: NUMBER })))
  })

  test('but an id of letters it drops from a futures order, and of one beyond 2^53 it sends another: no look-up finds those. Ours goes as it is', async () => {
    expect(BigInt(NUMBER)).toBeGreaterThan(BigInt(Number.MAX_SAFE_INTEGER))
    expect(BigInt(NUMBER)).toBeLessThan(2n ** 63n)
    const sent = async (clientOrderId: string): Promise<unknown> => (await theirs((x) => x.createOrder('BTC/USDT:USDT', 'market', 'buy', 10, undefined, { clientOrderId }))).body
    expect(await sent(ref.clientOrderId)).not.toHaveProperty('client_order_id', ref.clientOrderId)
    expect(String(((await sent(NUMBER)) as { client_order_id: unknown }).client_order_id)).not.toBe(NUMBER)
    expect((await ours('futures: buy a quantity')).body).toHaveProperty('client_order_id', NUMBER)
  })
})
