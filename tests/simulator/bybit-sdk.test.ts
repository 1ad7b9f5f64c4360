import { RestClientV5 } from 'bybit-api'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startSimulator, type Simulator } from '#simulator'
import { Control, type Json } from './signed-client.ts'

// An independent client against the simulator: what it sends, and what it makes of the answers.

const KEY = { apiKey: 'vmPUZE6mv9SD5VNHk4', secret: 'a-secret-of-thirty-six-characters-36' }
let simulator: Simulator
let base: string
let control: Control
beforeAll(async () => {
  simulator = await startSimulator({ exchanges: ['bybit'] })
  base = simulator.urls['bybit']!
  control = new Control(base)
})
afterAll(async () => simulator.close())
beforeEach(async () => {
  await control.tell('DELETE', '')
  await control.tell('POST', '/accounts', { ...KEY, permissions: ['read', 'spot', 'futures'], balances: { USDT: '10000' } })
})

const connect = (secret = KEY.secret): RestClientV5 => new RestClientV5({ key: KEY.apiKey, secret, baseUrl: base })
/** What the client answers, its own additions left out. */
const said = async (answer: Promise<unknown>): Promise<Json> => await answer

describe('bybit-api', () => {
  test('reads its key, its account and the lists of markets', async () => {
    const client = connect()
    expect(await said(client.getQueryApiKey())).toMatchObject({ retCode: 0, result: { readOnly: 0, ips: ['*'], permissions: { Spot: ['SpotTrade'], ContractTrade: ['Order', 'Position'], Wallet: [] } } })
    const wallet = await said(client.getWalletBalance({ accountType: 'UNIFIED' }))
    expect(wallet.result.list[0].coin).toMatchObject([{ coin: 'USDT', walletBalance: '10000', locked: '0' }])
    expect((await said(client.getInstrumentsInfo({ category: 'spot' }))).result.list.map((s: Json) => s.symbol)).toContain('BTCUSDT')
    expect((await said(client.getInstrumentsInfo({ category: 'linear', limit: 1000 }))).result.list.map((s: Json) => s.symbol)).toEqual(expect.arrayContaining(['BTCUSDT', 'BTCPERP']))
    expect((await said(client.getTickers({ category: 'linear', symbol: 'BTCUSDT' }))).result.list).toMatchObject([{ lastPrice: '50000' }])
  })

  test('spot: buys by value and by quantity, rests a limit order, finds and cancels by its own id', async () => {
    const client = connect()
    const order = { category: 'spot', symbol: 'BTCUSDT', side: 'Buy' } as const
    expect(await said(client.submitOrder({ ...order, orderType: 'Market', qty: '500', orderLinkId: 'one' }))).toMatchObject({ retCode: 0, result: { orderLinkId: 'one' } })
    expect((await said(client.getActiveOrders({ category: 'spot', orderLinkId: 'one' }))).result.list).toMatchObject([{ orderStatus: 'Filled', cumExecQty: '0.01', cumExecValue: '500' }])
    await client.submitOrder({ ...order, orderType: 'Market', qty: '0.002', marketUnit: 'baseCoin', orderLinkId: 'two' })
    await client.submitOrder({ ...order, orderType: 'Limit', qty: '0.001', price: '40000', timeInForce: 'GTC', orderLinkId: 'three' })
    expect((await said(client.getActiveOrders({ category: 'spot' }))).result.list.map((o: Json) => o.orderLinkId)).toEqual(['three'])
    expect(await said(client.cancelOrder({ category: 'spot', symbol: 'BTCUSDT', orderLinkId: 'three' }))).toMatchObject({ retCode: 0 })
    expect((await said(client.getHistoricOrders({ category: 'spot', orderLinkId: 'three' }))).result.list).toMatchObject([{ orderStatus: 'Cancelled' }])
    expect(await said(client.cancelOrder({ category: 'spot', symbol: 'BTCUSDT', orderLinkId: 'three' }))).toMatchObject({ retCode: 170_213 })
    const fills = (await said(client.getExecutionList({ category: 'spot', symbol: 'BTCUSDT' }))).result.list
    expect(fills.map((f: Json) => [f.orderLinkId, f.execQty, f.execFee, f.feeCurrency])).toEqual([['two', '0.002', '0.000002', 'BTC'], ['one', '0.01', '0.00001', 'BTC']])
    expect(await said(client.submitOrder({ ...order, orderType: 'Market', qty: '500', orderLinkId: 'one' }))).toMatchObject({ retCode: 170_141 })
  })

  test('linear: opens and closes, in one-way and in hedge mode', async () => {
    const client = connect()
    const order = { category: 'linear', symbol: 'BTCUSDT', orderType: 'Market', qty: '0.01' } as const
    expect(await said(client.setLeverage({ category: 'linear', symbol: 'BTCUSDT', buyLeverage: '5', sellLeverage: '5' }))).toMatchObject({ retCode: 0 })
    await client.submitOrder({ ...order, side: 'Buy', positionIdx: 0 })
    expect((await said(client.getPositionInfo({ category: 'linear', settleCoin: 'USDT' }))).result.list).toMatchObject([{ side: 'Buy', size: '0.01', positionIdx: 0, leverage: '5' }])
    expect(await said(client.submitOrder({ ...order, side: 'Sell', positionIdx: 0, reduceOnly: true }))).toMatchObject({ retCode: 0 })
    expect(await said(client.submitOrder({ ...order, side: 'Sell', positionIdx: 0, reduceOnly: true }))).toMatchObject({ retCode: 110_017 })
    expect(await said(client.switchPositionMode({ category: 'linear', coin: 'USDT', mode: 3 }))).toMatchObject({ retCode: 0 })
    expect(await said(client.submitOrder({ ...order, side: 'Buy', positionIdx: 0 }))).toMatchObject({ retCode: 10_001, retMsg: 'position idx not match position mode' })
    await client.submitOrder({ ...order, side: 'Sell', positionIdx: 2 })
    expect((await said(client.getPositionInfo({ category: 'linear', symbol: 'BTCUSDT' }))).result.list).toMatchObject([{ positionIdx: 1, size: '0' }, { positionIdx: 2, size: '0.01', side: 'Sell' }])
  })

  test('hears of a wrong secret, a key that is not known and missing funds in the documented codes', async () => {
    expect(await said(connect('other').getWalletBalance({ accountType: 'UNIFIED' }))).toMatchObject({ retCode: 10_004 })
    expect(await said(new RestClientV5({ key: 'nobody', secret: 'x', baseUrl: base }).getQueryApiKey())).toMatchObject({ retCode: 10_003 })
    const poor = { side: 'Buy', orderType: 'Market', symbol: 'BTCUSDT' } as const
    expect(await said(connect().submitOrder({ ...poor, category: 'spot', qty: '50000' }))).toMatchObject({ retCode: 170_131 })
    expect(await said(connect().submitOrder({ ...poor, category: 'linear', qty: '100' }))).toMatchObject({ retCode: 110_007 })
  })
})
