import { RestClientV2, RestClientV3 } from 'bitget-api'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startSimulator, type Simulator } from '#simulator'
import { Control, type Json } from './signed-client.ts'

// An independent client against the simulator: what it sends, and what it makes of the answers.

const KEY = { apiKey: 'bg_0123456789abcdef0123456789abcdef', secret: 'a-secret-of-sixty-four-characters-a-secret-of-sixty-four-charact', passphrase: 'CorrectHorse7' }
let simulator: Simulator
let base: string
let control: Control
beforeAll(async () => {
  simulator = await startSimulator({ exchanges: ['bitget'] })
  base = simulator.urls['bitget']!
  control = new Control(base)
})
afterAll(async () => simulator.close())
const account = (fields: Readonly<Record<string, unknown>> = {}): Promise<unknown> =>
  control.tell('POST', '/accounts', { ...KEY, permissions: ['read', 'spot', 'futures'], balances: { USDT: '10000' }, ...fields })
beforeEach(async () => {
  await control.tell('DELETE', '')
})

const options = (fields: Partial<typeof KEY>): Record<string, string> => {
  const { apiKey, secret, passphrase } = { ...KEY, ...fields }
  return { apiKey, apiSecret: secret, apiPass: passphrase, baseUrl: base }
}
/** What the client answers: the body, or the refusal that it throws. */
async function said(answer: Promise<unknown>): Promise<Json> {
  try {
    return await answer
  } catch (error) {
    return (error as { body?: unknown }).body ?? error
  }
}

describe('bitget-api, classic account', () => {
  const connect = (fields: Partial<typeof KEY> = {}): RestClientV2 => new RestClientV2(options(fields))
  beforeEach(async () => { await account() })

  test('reads its key, its account and the lists of symbols', async () => {
    const client = connect()
    expect(await said(client.getSpotAccount())).toMatchObject({ code: '00000', data: { authorities: ['stor', 'coor', 'cpor', 'stow', 'coow', 'cpow'], ips: '' } })
    expect((await said(client.getSpotAccountAssets())).data).toMatchObject([{ coin: 'USDT', available: '10000' }])
    expect((await said(client.getFuturesAccountAsset({ symbol: 'BTCUSDT', productType: 'USDT-FUTURES', marginCoin: 'USDT' }))).data).toMatchObject({ posMode: 'one_way_mode', crossedMaxAvailable: '10000' })
    expect((await said(client.getSpotSymbolInfo())).data.map((s: Json) => s.symbol)).toContain('BTCUSDT')
    expect((await said(client.getFuturesContractConfig({ productType: 'USDC-FUTURES' }))).data.map((s: Json) => s.symbol)).toEqual(['BTCPERP'])
    expect((await said(client.getSpotTicker({ symbol: 'BTCUSDT' }))).data).toMatchObject([{ lastPr: '50000' }])
  })

  test('spot: buys for an amount, rests a limit order, finds and cancels by its own id', async () => {
    const client = connect()
    const order = { symbol: 'BTCUSDT', side: 'buy', force: 'gtc' } as const
    expect(await said(client.spotSubmitOrder({ ...order, orderType: 'market', size: '500', clientOid: 'one' }))).toMatchObject({ code: '00000', data: { clientOid: 'one' } })
    expect((await said(client.getSpotOrder({ clientOid: 'one' }))).data).toMatchObject([{ status: 'filled', baseVolume: '0.01', size: '500', quoteVolume: '500' }])
    await client.spotSubmitOrder({ ...order, orderType: 'limit', size: '0.001', price: '40000', clientOid: 'two' })
    expect((await said(client.getSpotOpenOrders({ symbol: 'BTCUSDT' }))).data.map((o: Json) => o.clientOid)).toEqual(['two'])
    expect(await said(client.spotCancelOrder({ symbol: 'BTCUSDT', clientOid: 'two' }))).toMatchObject({ code: '00000' })
    expect((await said(client.getSpotHistoricOrders({ symbol: 'BTCUSDT' }))).data.map((o: Json) => [o.clientOid, o.status])).toEqual([['two', 'cancelled'], ['one', 'filled']])
    expect(await said(client.spotCancelOrder({ symbol: 'BTCUSDT', clientOid: 'two' }))).toMatchObject({ code: '43001' })
    expect((await said(client.getSpotFills({ symbol: 'BTCUSDT' }))).data).toMatchObject([{ size: '0.01', feeDetail: { feeCoin: 'BTC', totalFee: '-0.00001' } }])
    expect(await said(client.spotSubmitOrder({ ...order, orderType: 'market', size: '500', clientOid: 'one' }))).toMatchObject({ code: '43118' })
    expect(await said(client.spotSubmitOrder({ ...order, orderType: 'market', size: '50000', clientOid: 'three' }))).toMatchObject({ code: '43012' })
    expect(await said(client.spotSubmitOrder({ ...order, orderType: 'market', size: '500', clientOid: 'late', requestTime: String(Date.now() - 3000), receiveWindow: '1000' }))).toMatchObject({ code: '40078' })
  })

  test('contracts: opens and closes, in one-way and in hedge mode', async () => {
    const client = connect()
    const order = { symbol: 'BTCUSDT', productType: 'USDT-FUTURES', marginMode: 'crossed', marginCoin: 'USDT', orderType: 'market', size: '0.01' } as const
    expect(await said(client.setFuturesLeverage({ symbol: 'BTCUSDT', productType: 'USDT-FUTURES', marginCoin: 'USDT', leverage: '5' }))).toMatchObject({ code: '00000' })
    await client.futuresSubmitOrder({ ...order, side: 'buy' })
    expect((await said(client.getFuturesPositions({ productType: 'USDT-FUTURES', marginCoin: 'USDT' }))).data).toMatchObject([{ holdSide: 'long', total: '0.01', leverage: '5', posMode: 'one_way_mode' }])
    expect(await said(client.futuresSubmitOrder({ ...order, side: 'sell', reduceOnly: 'YES' }))).toMatchObject({ code: '00000' })
    expect(await said(client.futuresSubmitOrder({ ...order, side: 'sell', reduceOnly: 'YES' }))).toMatchObject({ code: '22002' })
    expect(await said(client.setFuturesPositionMode({ productType: 'USDT-FUTURES', posMode: 'hedge_mode' }))).toMatchObject({ code: '00000' })
    expect(await said(client.futuresSubmitOrder({ ...order, side: 'buy' }))).toMatchObject({ code: '40774' })
    await client.futuresSubmitOrder({ ...order, side: 'sell', tradeSide: 'open', clientOid: 'short' })
    expect((await said(client.getFuturesPositions({ productType: 'USDT-FUTURES', marginCoin: 'USDT' }))).data).toMatchObject([{ holdSide: 'short', total: '0.01', posMode: 'hedge_mode' }])
    expect((await said(client.getFuturesOrder({ symbol: 'BTCUSDT', productType: 'USDT-FUTURES', clientOid: 'short' }))).data).toMatchObject({ state: 'filled', posSide: 'short', tradeSide: 'open', side: 'sell' })
    expect(await said(client.futuresSubmitOrder({ ...order, side: 'sell', tradeSide: 'close' }))).toMatchObject({ code: '00000' })
    expect((await said(client.getFuturesOpenOrders({ productType: 'USDT-FUTURES' }))).data).toEqual({ entrustedList: null, endId: null })
  })

  test('hears of a wrong secret, passphrase or key in the documented codes', async () => {
    expect(await said(connect({ secret: 'other' }).getSpotAccount())).toMatchObject({ code: '40009' })
    expect(await said(connect({ passphrase: 'other' }).getSpotAccount())).toMatchObject({ code: '40012' })
    expect(await said(connect({ apiKey: 'nobody' }).getSpotAccount())).toMatchObject({ code: '40006' })
    expect(await said(new RestClientV3(options({})).getAccountInfo())).toMatchObject({ code: '40084' })
  })
})

describe('bitget-api, unified account', () => {
  const connect = (): RestClientV3 => new RestClientV3(options({}))
  beforeEach(async () => { await account({ flags: { account: 'uta' } }) })

  test('reads its key and its account; one purse pays for both markets', async () => {
    const client = connect()
    expect(await said(client.getAccountInfo())).toMatchObject({ code: '00000', data: { permType: 'read-and-write', permissions: ['uta_mgt', 'uta_trade'] } })
    expect((await said(client.getAccountSettings())).data).toMatchObject({ holdMode: 'one_way_mode' })
    await client.submitNewOrder({ category: 'USDT-FUTURES', symbol: 'BTCUSDT', side: 'buy', orderType: 'market', qty: '0.1' })
    expect((await said(client.getBalances())).data.assets).toMatchObject([{ coin: 'USDT', balance: '9997', available: '9747' }])
    expect(await said(new RestClientV2(options({})).getSpotAccount())).toMatchObject({ code: '40085' })
  })

  test('buys for an amount, rests, finds and cancels by its own id; opens and closes', async () => {
    const client = connect()
    const order = { category: 'SPOT', symbol: 'BTCUSDT', side: 'buy' } as const
    expect(await said(client.submitNewOrder({ ...order, orderType: 'market', qty: '500', clientOid: 'one' }))).toMatchObject({ code: '00000', data: { clientOid: 'one' } })
    expect((await said(client.getOrderInfo({ clientOid: 'one' }))).data).toMatchObject({ orderStatus: 'filled', cumExecQty: '0.01', amount: '500', qty: '0' })
    await client.submitNewOrder({ ...order, orderType: 'limit', qty: '0.001', price: '40000', timeInForce: 'gtc', clientOid: 'two' })
    expect((await said(client.getUnfilledOrders({ category: 'SPOT' }))).data.list.map((o: Json) => o.clientOid)).toEqual(['two'])
    expect(await said(client.cancelOrder({ clientOid: 'two' }))).toMatchObject({ code: '00000' })
    expect(await said(client.getOrderInfo({ clientOid: 'nobody' }))).toMatchObject({ code: '25204' })
    const contract = { category: 'USDT-FUTURES', symbol: 'BTCUSDT', orderType: 'market', qty: '0.01' } as const
    await client.submitNewOrder({ ...contract, side: 'sell' })
    expect((await said(client.getCurrentPosition({ category: 'USDT-FUTURES' }))).data.list).toMatchObject([{ posSide: 'short', total: '0.01', marginMode: 'crossed' }])
    expect(await said(client.submitNewOrder({ ...contract, side: 'buy', reduceOnly: 'yes' }))).toMatchObject({ code: '00000' })
    expect(await said(client.submitNewOrder({ ...contract, side: 'buy', reduceOnly: 'yes' }))).toMatchObject({ code: '25227' })
    // One-way mode ignores `posSide`, as far as is known: what is meant to close a long position opens a short one.
    expect(await said(client.submitNewOrder({ ...contract, side: 'sell', posSide: 'long' }))).toMatchObject({ code: '00000' })
    expect((await said(client.getCurrentPosition({ category: 'USDT-FUTURES' }))).data.list).toMatchObject([{ posSide: 'short', total: '0.01' }])
    expect((await said(client.getTradeFills({ category: 'SPOT' }))).data.list).toMatchObject([{ execQty: '0.01', feeDetail: [{ feeCoin: 'BTC', fee: '0.00001' }] }])
  })
})
