import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startSimulator, type Simulator } from '#simulator'
import { binance, Control, type Reply, type Json } from './signed-client.ts'

const KEY = { apiKey: 'k'.repeat(64), secret: 's'.repeat(64) }
let simulator: Simulator
let base: string
let control: Control
type Params = Readonly<Record<string, string>>
const ask = async (method: string, path: string, params?: Params): Promise<Reply> =>
  binance(base, KEY, method, path, params)
const futures = async (params: Params) => ask('POST', '/fapi/v1/order', params)
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

describe('futures orders', () => {
  test.each<[string, Params, number]>([
    ['an unknown contract', { ...MARKET, symbol: 'NOSUCH', quantity: '1' }, -1121],
    ['nothing', { ...MARKET, quantity: '0' }, -4003],
    ['too many decimals', { ...MARKET, quantity: '0.0011' }, -1111],
    ['too much at once', { ...MARKET, quantity: '121' }, -4005],
    ['too little', { ...MARKET, quantity: '0.001' }, -4164],
    ['more than the margin', { ...MARKET, quantity: '10' }, -2019],
    ['nothing to reduce', { ...MARKET, quantity: '0.01', reduceOnly: 'true' }, -2022],
    ['a side of a mode that is not on', { ...MARKET, quantity: '0.01', positionSide: 'LONG' }, -4061],
    ['a price off the tick', { ...LIMIT, quantity: '0.01', price: '49999.95' }, -4014],
    ['a price too high', { ...LIMIT, quantity: '0.01', price: '60000' }, -4016],
    ['an id too long', { ...MARKET, quantity: '0.01', newClientOrderId: 'x'.repeat(37) }, -4015],
  ])('refused: %s', async (_name, params, code) => {
    expect(await futures(params)).toMatchObject({ status: 400, body: { code } })
    expect(await control.orders()).toEqual([])
  })

  test('ACK is the default and says nothing of the fill; RESULT does', async () => {
    expect((await futures({ ...MARKET, quantity: '0.01' })).body).toMatchObject({ status: 'NEW', executedQty: '0.000' })
    const result = await futures({ ...MARKET, quantity: '0.01', newOrderRespType: 'RESULT' })
    expect(result.body).toMatchObject({
      status: 'FILLED',
      executedQty: '0.010',
      avgPrice: '50000.00000',
      cumQuote: '500',
    })
  })

  test('one-way orders net; reduce-only is cut to the position and is not held to the least notional', async () => {
    await futures({ ...MARKET, quantity: '0.011' })
    await futures({ ...MARKET, side: 'SELL', quantity: '0.010' })
    const cut = await futures({
      ...MARKET,
      side: 'SELL',
      quantity: '0.005',
      reduceOnly: 'true',
      newOrderRespType: 'RESULT',
    })
    expect(cut.body).toMatchObject({ status: 'FILLED', executedQty: '0.001' })
    expect((await ask('GET', '/fapi/v3/positionRisk')).body).toEqual([])
    await futures({ ...MARKET, quantity: '0.01' })
    await futures({ ...MARKET, side: 'SELL', quantity: '0.03' })
    expect((await ask('GET', '/fapi/v2/positionRisk', { symbol: 'BTCUSDT' })).body).toMatchObject([
      { positionAmt: '-0.020', entryPrice: '50000.00000' },
    ])
  })

  test('a close below the least notional passes when it only reduces', async () => {
    await futures({ ...MARKET, quantity: '0.01' })
    const small = { ...MARKET, side: 'SELL', quantity: '0.001' }
    expect((await futures(small)).body.code).toBe(-4164)
    expect((await futures({ ...small, reduceOnly: 'true' })).status).toBe(200)
  })

  test('a short earns when the price falls; what turns over enters at the new price', async () => {
    await account({ fees: { futures: '0' } })
    await futures({ ...MARKET, side: 'SELL', quantity: '0.1' })
    await control.tell('PUT', '/prices/BTCUSDT', { price: '49000' })
    await futures({ ...MARKET, quantity: '0.3' })
    const trades = (await ask('GET', '/fapi/v1/userTrades', { symbol: 'BTCUSDT' })).body
    expect(trades.map((trade: Json) => trade.realizedPnl)).toEqual(['0.00000000', '100.00000000'])
    const [position] = (await ask('GET', '/fapi/v3/positionRisk')).body
    expect(position).toMatchObject({ positionAmt: '0.200', entryPrice: '49000.00000' })
    const usdt = (await ask('GET', '/fapi/v3/balance')).body.find((each: Json) => each.asset === 'USDT')
    expect(usdt).toMatchObject({ balance: '10100.00000000', availableBalance: '9610.00000000' })
  })

  test('in hedge mode a side must be named, reduce-only must not, and a close may not exceed its side', async () => {
    await account({ positionMode: 'hedge' })
    expect((await futures({ ...MARKET, quantity: '0.01' })).body.code).toBe(-4061)
    const long = { ...MARKET, positionSide: 'LONG', quantity: '0.01' }
    expect((await futures({ ...long, reduceOnly: 'true' })).body).toEqual({
      code: -1106,
      msg: "Parameter 'reduceonly' sent when not required.",
    })
    expect((await futures(long)).status).toBe(200)
    expect((await futures({ ...long, side: 'SELL', quantity: '0.02' })).body.code).toBe(-2022)
    expect((await futures({ ...long, side: 'SELL' })).status).toBe(200)
  })

  test('an id is refused while its order is open', async () => {
    const open = { ...LIMIT, quantity: '0.01', price: '49000', newClientOrderId: 'twice' }
    expect((await futures(open)).status).toBe(200)
    expect((await futures({ ...MARKET, quantity: '0.01', newClientOrderId: 'twice' })).body.code).toBe(-4116)
    await ask('DELETE', '/fapi/v1/allOpenOrders', { symbol: 'BTCUSDT' })
    expect((await futures({ ...MARKET, quantity: '0.01', newClientOrderId: 'twice' })).status).toBe(200)
  })

  test('mode, leverage and margin type change as documented, and not twice', async () => {
    const same = await ask('POST', '/fapi/v1/positionSide/dual', { dualSidePosition: 'false' })
    expect(same.body.code).toBe(-4059)
    expect((await ask('POST', '/fapi/v1/leverage', { symbol: 'BTCUSDT', leverage: '126' })).body.code).toBe(-4028)
    expect((await ask('POST', '/fapi/v1/leverage', { symbol: 'BTCUSDT', leverage: '2' })).body).toMatchObject({
      leverage: 2,
    })
    expect((await futures({ ...MARKET, quantity: '0.5' })).body.code).toBe(-2019)
    const isolated = { symbol: 'BTCUSDT', marginType: 'ISOLATED' }
    expect((await ask('POST', '/fapi/v1/marginType', isolated)).body).toEqual({ code: 200, msg: 'success' })
    expect((await ask('POST', '/fapi/v1/marginType', isolated)).body.code).toBe(-4046)
    await futures({ ...MARKET, quantity: '0.01' })
    expect((await ask('POST', '/fapi/v1/positionSide/dual', { dualSidePosition: 'true' })).body.code).toBe(-4068)
    expect((await ask('GET', '/fapi/v1/multiAssetsMargin')).body).toEqual({ multiAssetsMargin: false })
  })

  test('a path that is none says so', async () => {
    expect(await ask('GET', '/fapi/v1/nothing')).toMatchObject({ status: 404, body: { code: -5000 } })
    expect((await ask('GET', '/api/v3/nothing')).status).toBe(404)
  })
})
