import { createHmac } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startSimulator, type Simulator } from '#simulator'
import { binance, Control, getFrom, type Reply, type Twist, type Json } from './signed-client.ts'

const KEY = { apiKey: 'k'.repeat(64), secret: 's'.repeat(64) }
let simulator: Simulator
let base: string
let control: Control
type Params = Readonly<Record<string, string>>
const ask = async (method: string, path: string, params?: Params, twist?: Twist): Promise<Reply> =>
  binance(base, KEY, method, path, params, twist)
const spot = async (params: Params) => ask('POST', '/api/v3/order', params)
const account = async (more: object = {}) =>
  control.tell('POST', '/accounts', { ...KEY, balances: { USDT: '10000', BTC: '1' }, ...more })

const MARKET = { symbol: 'BTCUSDT', side: 'BUY', type: 'MARKET' }
const LIMIT = { symbol: 'BTCUSDT', side: 'BUY', type: 'LIMIT', timeInForce: 'GTC' }

beforeAll(async () => {
  simulator = await startSimulator({ exchanges: ['binance'] })
  base = simulator.urls['binance']!
  control = new Control(base)
})
afterAll(async () => simulator.close())
beforeEach(async () => {
  await control.tell('DELETE', '')
  await account()
})

describe('who is let in', () => {
  const read = async (twist: Twist, params: Params = {}) => ask('GET', '/api/v3/account', params, twist)

  test.each<[string, Twist, number, number]>([
    ['no key', { apiKey: null }, 401, -2014],
    ['a key of the wrong form', { apiKey: 'short' }, 401, -2014],
    ['a key that nobody has', { apiKey: 'z'.repeat(64) }, 401, -2015],
    ['key and secret swapped', { apiKey: KEY.secret }, 401, -2015],
    ['no signature', { signature: null }, 400, -1102],
    ['another signature', { signature: 'ab'.repeat(32) }, 400, -1022],
    ['no timestamp', { timestamp: null }, 400, -1102],
    ['a timestamp in words', { timestamp: 'noon' }, 400, -1100],
    ['a time long past', { timestamp: Date.now() - 6000 }, 400, -1021],
    ['a time to come', { timestamp: Date.now() + 3_600_000 }, 400, -1021],
  ])('%s', async (_name, twist, status, code) => {
    expect(await read(twist)).toMatchObject({ status, body: { code } })
  })

  test('the window can be made wider, up to a minute', async () => {
    const timestamp = Date.now() - 20_000
    expect((await read({ timestamp }, { recvWindow: '30000' })).status).toBe(200)
    expect((await read({ timestamp }, { recvWindow: '60001' })).body.code).toBe(-1131)
  })

  test("a skewed exchange refuses the machine's time and takes its own", async () => {
    await control.tell('PUT', '/clock', { skewMs: 90_000 })
    expect((await read({})).body.code).toBe(-1021)
    const { serverTime } = (await ask('GET', '/api/v3/time')).body as { serverTime: number }
    expect(serverTime - Date.now()).toBeGreaterThan(80_000)
    expect((await read({ timestamp: serverTime })).status).toBe(200)
  })

  test('microseconds are taken as a timestamp', async () => {
    expect((await read({ timestamp: `${Date.now()}000` })).status).toBe(200)
  })

  test('parameters may be in the body, and the signature covers query and body together', async () => {
    expect((await ask('POST', '/api/v3/order', { ...MARKET, quantity: '0.001' }, { inBody: true })).status).toBe(200)
    const query = 'symbol=BTCUSDT&side=BUY'
    const body = `type=MARKET&quantity=0.001&timestamp=${Date.now()}`
    const signature = createHmac('sha256', KEY.secret)
      .update(query + body)
      .digest('hex')
    const mixed = await fetch(`${base}/api/v3/order?${query}`, {
      method: 'POST',
      headers: { 'X-MBX-APIKEY': KEY.apiKey },
      body: `${body}&signature=${signature}`,
    })
    expect(mixed.status).toBe(200)
  })

  test('a key answers only from its addresses, until it expires, for its markets', async () => {
    await account({ ipAllowlist: ['127.0.0.2'] })
    expect((await ask('GET', '/api/v3/account')).body).toEqual({
      code: -2015,
      msg: 'Invalid API-key, IP, or permissions for action.',
    })
    const payload = `timestamp=${Date.now()}`
    const signature = createHmac('sha256', KEY.secret).update(payload).digest('hex')
    const url = `${base}/api/v3/account?${payload}&signature=${signature}`
    expect(await getFrom('127.0.0.2', url, { 'X-MBX-APIKEY': KEY.apiKey })).toBe(200)
    await account({ expiresAt: Date.now() - 1 })
    expect((await ask('GET', '/api/v3/account')).body.code).toBe(-2015)
    await account({ permissions: ['read', 'spot'] })
    expect((await ask('GET', '/fapi/v2/balance')).body.msg).toBe(
      'Invalid API-key, IP, or permissions for action, request ip: 127.0.0.1',
    )
    await account({ permissions: ['read', 'futures'] })
    expect((await spot({ ...MARKET, quantity: '0.001' })).body.code).toBe(-2015)
    expect((await ask('GET', '/fapi/v2/balance')).status).toBe(200)
  })

  test('apiRestrictions tells every documented flag, and undocumented ones where the key has them', async () => {
    await account({
      permissions: ['read', 'withdraw', 'universalTransfer', 'enableTeleport'],
      ipAllowlist: ['127.0.0.1'],
      expiresAt: Date.now() + 1e9,
    })
    const { body } = await ask('GET', '/sapi/v1/account/apiRestrictions')
    expect(body).toMatchObject({
      ipRestrict: true,
      enableReading: true,
      enableWithdrawals: true,
      permitsUniversalTransfer: true,
      enableTeleport: true,
      enableInternalTransfer: false,
      enableSpotAndMarginTrading: false,
      enableMargin: false,
      enableFutures: false,
      enableVanillaOptions: false,
      enablePortfolioMarginTrading: false,
      enableFixApiTrade: false,
      enableFixReadOnly: false,
    })
    expect(body.tradingAuthorityExpirationTime).toBeGreaterThan(Date.now())
  })
})

describe('spot orders that are refused', () => {
  test.each<[string, Params, number, string]>([
    ['an unknown symbol', { ...MARKET, symbol: 'NOSUCH', quantity: '1' }, -1121, 'Invalid symbol.'],
    [
      'no side',
      { symbol: 'BTCUSDT', type: 'MARKET', quantity: '1' },
      -1102,
      "Mandatory parameter 'side' was not sent, was empty/null, or malformed.",
    ],
    ['a side that is none', { ...MARKET, side: 'HOLD', quantity: '1' }, -1117, 'Invalid side.'],
    ['no size', MARKET, -1102, "Param 'quantity' or 'quoteOrderQty' must be sent, but both were empty/null!"],
    [
      'a parameter that market orders have not',
      { ...MARKET, quantity: '0.001', timeInForce: 'GTC' },
      -1106,
      "Parameter 'timeInForce' sent when not required.",
    ],
    [
      'a parameter that nobody knows',
      { ...MARKET, quantity: '0.001', reduceOnly: 'true' },
      -1104,
      "Not all sent parameters were read; read '6' parameter(s) but was sent '7'.",
    ],
    [
      'a quantity in words',
      { ...MARKET, quantity: '1e-3' },
      -1100,
      "Illegal characters found in parameter 'quantity'; legal range is '^([0-9]{1,20})(\\.[0-9]{1,20})?$'.",
    ],
    [
      'too many decimals',
      { ...MARKET, quantity: '0.001000001' },
      -1111,
      "Parameter 'quantity' has too much precision.",
    ],
    ['off the step', { ...MARKET, quantity: '0.0010001' }, -1013, 'Filter failure: LOT_SIZE'],
    ['too much at once', { ...MARKET, quantity: '121' }, -1013, 'Filter failure: MARKET_LOT_SIZE'],
    ['too little money', { ...MARKET, quoteOrderQty: '4.99' }, -1013, 'Filter failure: NOTIONAL'],
    [
      'a price off the tick',
      { ...LIMIT, quantity: '0.001', price: '40000.001' },
      -1013,
      'Filter failure: PRICE_FILTER',
    ],
    ['a price far away', { ...LIMIT, quantity: '0.01', price: '1000' }, -1013, 'Filter failure: PERCENT_PRICE_BY_SIDE'],
    [
      'more than the balance',
      { ...MARKET, quantity: '0.3' },
      -2010,
      'Account has insufficient balance for requested action.',
    ],
    [
      'an id with spaces',
      { ...MARKET, quantity: '0.001', newClientOrderId: 'a b' },
      -1100,
      "Illegal characters found in parameter 'newClientOrderId'; legal range is '^[a-zA-Z0-9-_]{1,36}$'.",
    ],
    [
      'an id too long',
      { ...MARKET, quantity: '0.001', newClientOrderId: 'x'.repeat(37) },
      -1100,
      "Illegal characters found in parameter 'newClientOrderId'; legal range is '^[a-zA-Z0-9-_]{1,36}$'.",
    ],
    ['an order that stops', { ...MARKET, type: 'STOP_LOSS', quantity: '1' }, -1116, 'Invalid orderType.'],
  ])('%s', async (_name, params, code, msg) => {
    expect(await spot(params)).toMatchObject({ status: 400, body: { code, msg } })
    expect(await control.orders()).toEqual([])
  })

  test('an id is taken again once its order has ended, not while it is open', async () => {
    const open = { ...LIMIT, quantity: '0.001', price: '40000', newClientOrderId: 'again' }
    expect((await spot(open)).status).toBe(200)
    expect((await spot({ ...MARKET, quantity: '0.001', newClientOrderId: 'again' })).body).toEqual({
      code: -2010,
      msg: 'Duplicate order sent.',
    })
    await ask('DELETE', '/api/v3/order', { symbol: 'BTCUSDT', origClientOrderId: 'again' })
    expect((await spot({ ...MARKET, quantity: '0.001', newClientOrderId: 'again' })).body.status).toBe('FILLED')
    const found = await ask('GET', '/api/v3/order', { symbol: 'BTCUSDT', origClientOrderId: 'again' })
    expect(found.body).toMatchObject({ status: 'FILLED', type: 'MARKET' })
  })

  test('an unknown order is -2013 to look up and -2011 to cancel; of another account too', async () => {
    const { orderId } = (await spot({ ...LIMIT, quantity: '0.001', price: '40000' })).body
    const unknown = { symbol: 'BTCUSDT', origClientOrderId: 'nobody' }
    expect(await ask('GET', '/api/v3/order', unknown)).toMatchObject({ status: 400, body: { code: -2013 } })
    expect(await ask('DELETE', '/api/v3/order', unknown)).toMatchObject({ status: 400, body: { code: -2011 } })
    await control.tell('POST', '/accounts', { apiKey: 'other', secret: 'other' })
    const theirs = await binance(base, { apiKey: 'other', secret: 'other' }, 'GET', '/api/v3/order', {
      symbol: 'BTCUSDT',
      orderId: String(orderId),
    })
    expect(theirs.body.code).toBe(-2013)
  })
})

describe('spot orders that are taken', () => {
  test('ACK, RESULT and FULL have their documented fields', async () => {
    const answer = async (newOrderRespType: string) =>
      Object.keys((await spot({ ...MARKET, quantity: '0.001', newOrderRespType })).body)
    expect(await answer('ACK')).toEqual(['symbol', 'orderId', 'orderListId', 'clientOrderId', 'transactTime'])
    expect(await answer('RESULT')).not.toContain('fills')
    expect(await answer('FULL')).toContain('fills')
    const usual = await spot({ ...MARKET, quantity: '0.001' })
    expect(usual.body.fills).toHaveLength(1)
    expect(usual.headers.get('x-mbx-order-count-10s')).toBe('4')
    expect(usual.headers.get('x-mbx-used-weight-1m')).toBe('4')
  })

  test('fees are taken in base on buys and in quote on sells, at the rate of the account', async () => {
    await account({ fees: { spot: '0.01' } })
    await spot({ ...MARKET, quantity: '0.1' })
    await spot({ ...MARKET, side: 'SELL', quantity: '0.1' })
    const { balances } = (await ask('GET', '/api/v3/account', { omitZeroBalances: 'true' })).body
    expect(balances).toEqual([
      { asset: 'USDT', free: '9950.00000000', locked: '0.00000000' },
      { asset: 'BTC', free: '0.99900000', locked: '0.00000000' },
    ])
  })

  test('a limit order sets money aside, fills when the price comes, and frees it when canceled', async () => {
    const usdt = async () => {
      const { balances } = (await ask('GET', '/api/v3/account')).body
      return balances.find((each: Json) => each.asset === 'USDT')
    }
    await spot({ ...LIMIT, quantity: '0.01', price: '49000', newClientOrderId: 'near' })
    await spot({ ...LIMIT, quantity: '0.01', price: '40000', newClientOrderId: 'far' })
    expect(await usdt()).toMatchObject({ free: '9110.00000000', locked: '890.00000000' })
    await control.tell('PUT', '/prices/BTCUSDT', { price: '48000' })
    expect((await ask('GET', '/api/v3/order', { symbol: 'BTCUSDT', origClientOrderId: 'near' })).body).toMatchObject({
      status: 'FILLED',
      cummulativeQuoteQty: '490.00000000',
    })
    expect((await ask('GET', '/api/v3/openOrders', { symbol: 'BTCUSDT' })).body).toHaveLength(1)
    await ask('DELETE', '/api/v3/openOrders', { symbol: 'BTCUSDT' })
    expect(await usdt()).toMatchObject({ free: '9510.00000000', locked: '0.00000000' })
  })

  test('IOC away from the market expires at once', async () => {
    const { body } = await spot({ ...LIMIT, timeInForce: 'IOC', quantity: '0.01', price: '49000' })
    expect(body).toMatchObject({ status: 'EXPIRED', executedQty: '0.00000000' })
  })

  test('a test order is checked and leaves nothing behind', async () => {
    expect(await ask('POST', '/api/v3/order/test', { ...MARKET, quantity: '0.001' })).toMatchObject({
      status: 200,
      body: {},
    })
    expect((await ask('POST', '/api/v3/order/test', { ...MARKET, quantity: '0.0000001' })).body.code).toBe(-1013)
    expect(await control.orders()).toEqual([])
  })

  test('trades are found by order, by time and from an id on', async () => {
    await control.tell('POST', '/fills', { parts: 3 })
    const { orderId, fills } = (await spot({ ...MARKET, quantity: '0.003' })).body
    expect(fills.map((fill: Json) => fill.qty)).toEqual(['0.00100000', '0.00100000', '0.00100000'])
    await spot({ ...MARKET, quantity: '0.001' })
    const trades = async (params: Params) =>
      (await ask('GET', '/api/v3/myTrades', { symbol: 'BTCUSDT', ...params })).body
    expect(await trades({ orderId: String(orderId) })).toHaveLength(3)
    expect(await trades({ fromId: String(fills[1].tradeId) })).toHaveLength(3)
    expect(await trades({ startTime: String(Date.now() + 60_000) })).toHaveLength(0)
    expect(await trades({ startTime: String(Date.now() - 60_000), limit: '1' })).toMatchObject([
      { id: fills[0].tradeId },
    ])
  })
})
