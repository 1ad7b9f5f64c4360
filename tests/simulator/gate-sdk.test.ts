import { RestClient } from 'gateio-api'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startSimulator, type Simulator } from '#simulator'
import { Control, type Json } from './signed-client.ts'

// An independent client against the simulator: what it sends, and what it makes of the answers.

const KEY = { apiKey: 'c5dcfbf1f3a7d5a7b1b0f2a1c9e8d7f6', secret: 'a-secret-of-sixty-four-characters-a-secret-of-sixty-four-chars-64' }
let simulator: Simulator
let base: string
let control: Control
beforeAll(async () => {
  simulator = await startSimulator({ exchanges: ['gate'] })
  base = simulator.urls['gate']!
  control = new Control(base)
})
afterAll(async () => simulator.close())
beforeEach(async () => {
  await control.tell('DELETE', '')
  await control.tell('POST', '/accounts', { ...KEY, permissions: ['read', 'spot', 'futures'], balances: { USDT: '10000' } })
})

const connect = (key: { apiKey: string; secret: string } = KEY): RestClient => new RestClient({ apiKey: key.apiKey, apiSecret: key.secret, baseUrl: `${base}/api/v4` })
const said = async (answer: Promise<unknown>): Promise<Json> => await answer
/** Status and label of a refusal. */
const refusal = (answer: Promise<unknown>): Promise<unknown> => answer.then(() => 'accepted', (error: Json) => [error.code, error.body?.label])

describe('gateio-api', () => {
  test('reads its account, its keys, its balances and the lists of markets', async () => {
    const client = connect()
    expect(await said(client.getAccountDetail())).toMatchObject({ user_id: expect.any(Number) as unknown, ip_whitelist: [] })
    expect(await said(client.getAccountMainKeys())).toMatchObject([{ state: 1, key: 'c5dcfbf1f3a7*****', perms: expect.arrayContaining([{ name: 'account', read_only: true }, { name: 'spot', read_only: false }]) as unknown }])
    expect(await said(client.getSpotAccounts())).toMatchObject([{ currency: 'USDT', available: '10000', locked: '0' }])
    expect(await said(client.getFuturesAccount({ settle: 'usdt' }))).toMatchObject({ total: '10000', available: '10000', in_dual_mode: false })
    expect((await said(client.getSpotCurrencyPairs())).map((pair: Json) => pair.id)).toContain('BTC_USDT')
    expect((await said(client.getFuturesContracts({ settle: 'usdt' }))).map((one: Json) => [one.name, one.quanto_multiplier])).toContainEqual(['BTC_USDT', '0.001'])
  })

  test('spot: buys for an amount, sells a quantity, rests a limit order, finds and cancels it by its own id', async () => {
    const client = connect()
    const order = { currency_pair: 'BTC_USDT', side: 'buy' } as const
    const bought = await said(client.submitSpotOrder({ ...order, type: 'market', amount: '500', time_in_force: 'ioc', text: 't-one' }))
    expect(bought).toMatchObject({ text: 't-one', status: 'closed', filled_amount: '0.01', filled_total: '500', fee_currency: 'BTC' })
    expect(await said(client.submitSpotOrder({ ...order, side: 'sell', type: 'market', amount: '0.002', time_in_force: 'ioc', text: 't-two' }))).toMatchObject({ status: 'closed', filled_amount: '0.002' })
    await client.submitSpotOrder({ ...order, type: 'limit', amount: '0.001', price: '40000', text: 't-three' })
    expect(await said(client.getSpotOrder({ order_id: 't-three', currency_pair: 'BTC_USDT' }))).toMatchObject({ status: 'open', left: '0.001' })
    expect((await said(client.getSpotOrders({ currency_pair: 'BTC_USDT', status: 'open' }))).map((one: Json) => one.text)).toEqual(['t-three'])
    expect(await said(client.cancelSpotOrder({ order_id: 't-three', currency_pair: 'BTC_USDT' }))).toMatchObject({ status: 'cancelled', finish_as: 'cancelled' })
    // By its text an order is found while it is open, by its number always.
    expect(await refusal(client.getSpotOrder({ order_id: 't-one', currency_pair: 'BTC_USDT' }))).toEqual([404, 'ORDER_NOT_FOUND'])
    expect(await said(client.getSpotOrder({ order_id: bought.id, currency_pair: 'BTC_USDT' }))).toMatchObject({ text: 't-one' })
    expect((await said(client.getSpotTradingHistory({ currency_pair: 'BTC_USDT', order_id: bought.id }))).map((fill: Json) => [fill.text, fill.amount, fill.fee, fill.fee_currency])).toEqual([['t-one', '0.01', '0.00001', 'BTC']])
    expect(await refusal(client.submitSpotOrder({ ...order, type: 'market', amount: '500', text: 't-four' }))).toEqual([400, 'INVALID_PARAM_VALUE'])
  })

  test('futures: opens and closes contracts, in one-way and in hedge mode', async () => {
    const client = connect()
    const order = { settle: 'usdt', contract: 'BTC_USDT', price: '0', tif: 'ioc' } as const
    expect(await said(client.updateFuturesLeverage({ settle: 'usdt', contract: 'BTC_USDT', leverage: '5' }))).toMatchObject({ leverage: '5', cross_leverage_limit: '0' })
    expect(await said(client.submitFuturesOrder({ ...order, size: 10, text: 't-one' }))).toMatchObject({ status: 'finished', finish_as: 'filled', size: 10, left: 0, fill_price: '50000' })
    expect(await said(client.getFuturesPositions({ settle: 'usdt', holding: true }))).toMatchObject([{ contract: 'BTC_USDT', size: 10, mode: 'single' }])
    expect(await said(client.submitFuturesOrder({ ...order, size: -10, reduce_only: true, text: 't-two' }))).toMatchObject({ finish_as: 'filled', size: -10, is_reduce_only: true })
    expect(await refusal(client.submitFuturesOrder({ ...order, size: -10, reduce_only: true }))).toEqual([400, 'POSITION_EMPTY'])
    expect(await said(client.getFuturesOrder({ settle: 'usdt', order_id: 't-two' }))).toMatchObject({ text: 't-two' })
    await client.submitFuturesOrder({ settle: 'usdt', contract: 'BTC_USDT', price: '40000', size: 1, text: 't-three' })
    expect(await said(client.cancelFuturesOrder({ settle: 'usdt', order_id: 't-three' }))).toMatchObject({ status: 'finished', finish_as: 'cancelled', left: 1 })
    expect(await said(client.updateFuturesDualMode({ settle: 'usdt', dual_mode: true }))).toMatchObject({ in_dual_mode: true })
    await client.submitFuturesOrder({ ...order, size: -3 })
    await client.submitFuturesOrder({ ...order, size: 5 })
    expect((await said(client.getFuturesPositions({ settle: 'usdt', holding: true }))).map((one: Json) => [one.mode, one.size])).toEqual([['dual_short', -3], ['dual_long', 5]])
  })

  test('hears of a wrong secret, a key that is not known and missing funds in the documented labels', async () => {
    expect(await refusal(connect({ ...KEY, secret: 'other' }).getSpotAccounts())).toEqual([401, 'INVALID_SIGNATURE'])
    expect(await refusal(connect({ apiKey: 'nobody', secret: 'x' }).getAccountDetail())).toEqual([401, 'INVALID_KEY'])
    expect(await refusal(connect().submitSpotOrder({ currency_pair: 'BTC_USDT', side: 'buy', type: 'market', amount: '50000', time_in_force: 'ioc' }))).toEqual([400, 'BALANCE_NOT_ENOUGH'])
    expect(await refusal(connect().submitFuturesOrder({ settle: 'usdt', contract: 'BTC_USDT', price: '0', tif: 'ioc', size: 100_000 }))).toEqual([400, 'INSUFFICIENT_AVAILABLE'])
  })
})
