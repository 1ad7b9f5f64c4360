import { RestClient } from 'okx-api'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startSimulator, type Simulator } from '#simulator'
import { Control, type Json } from './signed-client.ts'

// An independent client against the simulator: what it sends, and what it makes of the answers.

const KEY = { apiKey: '0a1b2c3d-1111-2222-3333-444455556666', secret: '22582BD0CFF14C41EDBF1AB98506286D', passphrase: 'Correct-Horse-7' }
let simulator: Simulator
let base: string
let control: Control
beforeAll(async () => {
  simulator = await startSimulator({ exchanges: ['okx'] })
  base = simulator.urls['okx']!
  control = new Control(base)
})
afterAll(async () => simulator.close())
beforeEach(async () => {
  await control.tell('DELETE', '')
  await control.tell('POST', '/accounts', { ...KEY, permissions: ['read', 'spot', 'futures'], balances: { USDT: '10000' } })
})

const connect = (fields: Partial<typeof KEY> = {}, url = base): RestClient => {
  const { apiKey, secret, passphrase } = { ...KEY, ...fields }
  return new RestClient({ apiKey, apiSecret: secret, apiPass: passphrase, baseUrl: url })
}
/** What the client answers: the rows, or the refusal that it throws. */
async function said(answer: Promise<unknown>): Promise<Json> {
  try {
    return await answer
  } catch (error) {
    return error
  }
}

describe('okx-api', () => {
  test('reads its key, its account and the lists of instruments', async () => {
    const client = connect()
    expect(await said(client.getAccountConfiguration())).toMatchObject([{ perm: 'read_only,trade', posMode: 'net_mode', acctLv: '2', ip: '' }])
    expect(await said(client.getBalance())).toMatchObject([{ details: [{ ccy: 'USDT', cashBal: '10000', availBal: '10000' }] }])
    expect((await said(client.getInstruments({ instType: 'SPOT' }))).map((s: Json) => s.instId)).toContain('BTC-USDT')
    expect(await said(client.getInstruments({ instType: 'SWAP', instId: 'BTC-USDT-SWAP' }))).toMatchObject([{ ctVal: '0.001', lotSz: '1', settleCcy: 'USDT' }])
    expect(await said(client.getTicker({ instId: 'BTC-USDT' }))).toMatchObject([{ last: '50000' }])
  })

  test('spot: buys by value and by quantity, rests a limit order, finds and cancels by its own id', async () => {
    const client = connect()
    const order = { instId: 'BTC-USDT', tdMode: 'cash', side: 'buy' } as const
    expect(await said(client.submitOrder({ ...order, ordType: 'market', sz: '500', clOrdId: 'one' }))).toMatchObject([{ sCode: '0', clOrdId: 'one' }])
    expect(await said(client.getOrderDetails({ instId: 'BTC-USDT', clOrdId: 'one' }))).toMatchObject([{ state: 'filled', accFillSz: '0.01', sz: '500', tgtCcy: 'quote_ccy', avgPx: '50000' }])
    await client.submitOrder({ ...order, ordType: 'market', sz: '0.002', tgtCcy: 'base_ccy', clOrdId: 'two' })
    await client.submitOrder({ ...order, ordType: 'limit', sz: '0.001', px: '40000', clOrdId: 'three' })
    expect(await said(client.submitOrder({ ...order, ordType: 'limit', sz: '0.001', px: '40000', clOrdId: 'three' }))).toMatchObject({ data: [{ sCode: '51016' }] })
    expect((await said(client.getOrderList({ instType: 'SPOT' }))).map((o: Json) => o.clOrdId)).toEqual(['three'])
    expect(await said(client.cancelOrder({ instId: 'BTC-USDT', clOrdId: 'three' }))).toMatchObject([{ sCode: '0' }])
    expect(await said(client.getOrderDetails({ instId: 'BTC-USDT', clOrdId: 'three' }))).toMatchObject([{ state: 'canceled' }])
    expect(await said(client.cancelOrder({ instId: 'BTC-USDT', clOrdId: 'three' }))).toMatchObject({ data: [{ sCode: '51401' }] })
    const fills = await said(client.getFills({ instType: 'SPOT', instId: 'BTC-USDT' }))
    expect(fills.map((f: Json) => [f.clOrdId, f.fillSz, f.fee, f.feeCcy])).toEqual([['two', '0.002', '-0.000002', 'BTC'], ['one', '0.01', '-0.00001', 'BTC']])
    // Once an order has ended its id may be used again.
    expect(await said(client.submitOrder({ ...order, ordType: 'market', sz: '500', clOrdId: 'one' }))).toMatchObject([{ sCode: '0' }])
  })

  test('a market order that the account cannot pay is made smaller, unless it says otherwise', async () => {
    const client = connect()
    const order = { instId: 'BTC-USDT', tdMode: 'cash', side: 'buy', ordType: 'market', sz: '1', tgtCcy: 'base_ccy' } as const
    expect(await said(client.submitOrder({ ...order, clOrdId: 'much', banAmend: true }))).toMatchObject({ data: [{ sCode: '51008' }] })
    expect(await said(client.submitOrder({ ...order, clOrdId: 'less' }))).toMatchObject([{ sCode: '0' }])
    expect(await said(client.getOrderDetails({ instId: 'BTC-USDT', clOrdId: 'less' }))).toMatchObject([{ state: 'filled', accFillSz: '0.2' }])
  })

  test('swap: opens and closes, counted in contracts, in net and in long/short mode', async () => {
    const client = connect()
    const order = { instId: 'BTC-USDT-SWAP', tdMode: 'cross', ordType: 'market', sz: '10' } as const
    expect(await said(client.setLeverage({ instId: 'BTC-USDT-SWAP', lever: '5', mgnMode: 'cross' }))).toMatchObject([{ lever: '5' }])
    await client.submitOrder({ ...order, side: 'buy' })
    expect(await said(client.getPositions())).toMatchObject([{ instId: 'BTC-USDT-SWAP', pos: '10', posSide: 'net', lever: '5', mgnMode: 'cross' }])
    expect(await said(client.submitOrder({ ...order, side: 'sell', sz: '11', reduceOnly: true }))).toMatchObject({ data: [{ sCode: '51112' }] })
    expect(await said(client.submitOrder({ ...order, side: 'sell', reduceOnly: true }))).toMatchObject([{ sCode: '0' }])
    expect(await said(client.submitOrder({ ...order, side: 'sell', reduceOnly: true }))).toMatchObject({ data: [{ sCode: '51169' }] })
    expect(await said(client.setPositionMode({ posMode: 'long_short_mode' }))).toMatchObject([{ posMode: 'long_short_mode' }])
    expect(await said(client.submitOrder({ ...order, side: 'buy' }))).toMatchObject({ data: [{ sCode: '51000', sMsg: 'Parameter posSide error' }] })
    await client.submitOrder({ ...order, side: 'sell', posSide: 'short' })
    expect(await said(client.getPositions())).toMatchObject([{ pos: '10', posSide: 'short' }])
  })

  test('hears of a wrong secret, passphrase or key and of missing funds in the documented codes', async () => {
    expect(await said(connect({ secret: 'other' }).getBalance())).toMatchObject({ code: '50113' })
    expect(await said(connect({ passphrase: 'other' }).getBalance())).toMatchObject({ code: '50105' })
    expect(await said(connect({ apiKey: 'nobody' }).getBalance())).toMatchObject({ code: '50119' })
    expect(await said(connect({}, `${base}/eea`).getBalance())).toMatchObject({ code: '50119' })
    expect(await said(connect().submitOrder({ instId: 'BTC-USDT-SWAP', tdMode: 'cross', ordType: 'market', sz: '100000', side: 'buy' }))).toMatchObject({ data: [{ sCode: '51008' }] })
  })
})
