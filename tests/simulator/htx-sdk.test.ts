import { FuturesClient, SpotClient } from 'htx-api'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startSimulator, type Simulator } from '#simulator'
import { Control, type Json } from './signed-client.ts'

// An independent client against the simulator: what it sends, and what it makes of the answers. It signs HTX's own host, and the
// requests are led here on their way.

const KEY = { apiKey: '160bb889-b7aaaabe-e0bbbbf5-ghxertfvbf', secret: 'a-secret-of-thirty-two-characters' }
/** The client warns of ids that do not begin with its own. */
const MARK = 'AA8568bd0c'
const ACCOUNT = { permissions: ['read', 'spot', 'futures'], balances: { USDT: '10000' } }
let simulator: Simulator
let base: string
let control: Control
beforeAll(async () => {
  simulator = await startSimulator({ exchanges: ['htx'] })
  base = simulator.urls['htx']!
  control = new Control(base)
})
afterAll(async () => simulator.close())
beforeEach(async () => {
  await control.tell('DELETE', '')
  await control.tell('POST', '/accounts', { ...KEY, ...ACCOUNT })
})

async function here(config: Json): Promise<Json> {
  const { pathname, search } = new URL(config.url)
  const response = await fetch(`${base}${pathname}${search}${config.params === undefined ? '' : `?${new URLSearchParams(config.params as Record<string, string>).toString()}`}`, { method: config.method.toUpperCase(), headers: { 'content-type': 'application/json' }, ...config.data === undefined ? {} : { body: config.data } })
  return { data: await response.json(), status: response.status, statusText: response.statusText, headers: {}, config }
}
type Credentials = { readonly apiKey: string; readonly secret: string }
const spotOf = ({ apiKey, secret }: Credentials = KEY): SpotClient => new SpotClient({ apiKey, apiSecret: secret }, { adapter: here as never })
const futuresOf = ({ apiKey, secret }: Credentials = KEY): FuturesClient => new FuturesClient({ apiKey, apiSecret: secret }, { adapter: here as never })
const said = async (answer: Promise<unknown>): Promise<Json> => await answer
/** Code and text of a refusal. */
const refusal = (answer: Promise<unknown>): Promise<unknown> => answer.then(() => 'accepted', ({ body }: Json) => [body['err-code'] ?? body.code, body['err-msg'] ?? body.message ?? body.msg])

describe('htx-api', () => {
  test('reads its account, its keys, its balances and the lists of markets', async () => {
    const client = spotOf()
    const { data: accounts } = await said(client.getAccounts())
    expect(accounts).toMatchObject([{ type: 'spot', state: 'working' }, { type: 'point' }])
    const { data: uid } = await said(client.getUserUid())
    expect(await said(client.getSubUserApiKey({ uid, accessKey: KEY.apiKey }))).toMatchObject({ data: [{ accessKey: KEY.apiKey, status: 'normal', permission: 'readOnly,trade', ipAddresses: '', validDays: 90 }] })
    expect((await said(client.getAccountBalance({ accountId: String(accounts[0].id) }))).data.list).toContainEqual({ currency: 'usdt', type: 'trade', balance: '10000', 'seq-num': '1' })
    expect((await said(client.getMarketSymbolsSettings())).data.map((one: Json) => [one.symbol, one.at])).toContainEqual(['btcusdt', 'enabled'])
    expect((await said(client.getTickers())).data).toContainEqual(expect.objectContaining({ symbol: 'btcusdt', close: 50_000 }))
    expect((await said(futuresOf().getLinearSwapContractInfo())).data).toContainEqual(expect.objectContaining({ contract_code: 'BTC-USDT', contract_size: 0.001, contract_status: 1 }))
    expect((await said(futuresOf().getMultiAssetAccountBalance())).data.details).toMatchObject([{ currency: 'USDT', equity: '10000', available: '10000' }])
  })

  test('spot: buys for an amount, sells a quantity, rests a limit order, finds and cancels it by its own id', async () => {
    const client = spotOf()
    const account = (await said(client.getAccounts())).data[0].id as number
    const order = { 'account-id': String(account), symbol: 'btcusdt' }
    const { data: number } = await said(client.submitOrder({ ...order, type: 'buy-market', amount: '500', 'client-order-id': `${MARK}one` } as never))
    expect(number).toMatch(/^\d+$/)
    expect((await said(client.getOrderByClientId({ clientOrderId: `${MARK}one` }))).data).toMatchObject({ id: Number(number), type: 'buy-market', state: 'filled', 'field-amount': '0.01', 'field-cash-amount': '500' })
    expect((await said(client.getOrderMatch({ orderId: String(number) }))).data.map((one: Json) => [one['filled-amount'], one['filled-fees'], one['fee-currency']])).toEqual([['0.01', '0.00001', 'btc']])
    await client.submitOrder({ ...order, type: 'sell-market', amount: '0.002', 'client-order-id': `${MARK}two` } as never)
    await client.submitOrder({ ...order, type: 'buy-limit', amount: '0.001', price: '40000', 'client-order-id': `${MARK}three` } as never)
    expect((await said(client.getOpenOrders({ 'account-id': String(account), symbol: 'btcusdt' } as never))).data.map((one: Json) => [one['client-order-id'], one.state])).toEqual([[`${MARK}three`, 'submitted']])
    expect(await said(client.cancelOrderByClientId({ 'client-order-id': `${MARK}three` }))).toMatchObject({ status: 'ok', data: 10 })
    expect(await said(client.cancelOrderByClientId({ 'client-order-id': `${MARK}three` }))).toMatchObject({ data: 7 })
    expect(await said(client.cancelOrderByClientId({ 'client-order-id': 'nobody' }))).toMatchObject({ data: 0 })
    expect((await said(client.getOrderHistory({ symbol: 'btcusdt', states: 'filled,canceled' } as never))).data.map((one: Json) => [one['client-order-id'], one.state])).toEqual([[`${MARK}three`, 'canceled'], [`${MARK}two`, 'filled'], [`${MARK}one`, 'filled']])
    expect(await refusal(client.getOrderByClientId({ clientOrderId: 'nobody' }))).toEqual(['base-record-invalid', 'record invalid'])
  })

  test('futures: opens and closes contracts, in one-way and in hedge mode, finds them by its own numbers', async () => {
    const client = futuresOf()
    const order = { contract_code: 'BTC-USDT', margin_mode: 'cross', type: 'market' } as const
    expect(await said(client.updateMultiAssetLeverage({ contract_code: 'BTC-USDT', margin_mode: 'cross', lever_rate: 5 }))).toMatchObject({ code: 200, data: { lever_rate: 5 } })
    const { data: opened } = await said(client.submitMultiAssetOrder({ ...order, side: 'buy', volume: '10', client_order_id: '9223372036854775807' }))
    expect(opened).toMatchObject({ client_order_id: '9223372036854775807' })
    expect((await said(client.getMultiAssetOrderInfo({ contract_code: 'BTC-USDT', client_order_id: '9223372036854775807' }))).data).toMatchObject({ order_id: opened.order_id, state: 'filled', trade_volume: '10', trade_avg_price: '50000', fee: '-0.3' })
    expect((await said(client.getMultiAssetFills({ contract_code: 'BTC-USDT', order_id: opened.order_id }))).data).toMatchObject([{ trade_volume: '10', trade_fee: '0.3', fee_currency: 'USDT' }])
    expect((await said(client.getMultiAssetPositions())).data).toMatchObject([{ contract_code: 'BTC-USDT', position_side: 'both', direction: 'buy', volume: '10' }])
    expect(await refusal(client.submitMultiAssetOrder({ ...order, side: 'sell', volume: '11', reduce_only: 1 }))).toEqual([1492, 'Reduce only quantity exceeds open position quantity.'])
    await client.submitMultiAssetOrder({ ...order, side: 'sell', volume: '10', reduce_only: 1, client_order_id: '2' })
    expect((await said(client.getMultiAssetPositions())).data).toEqual([])
    expect(await refusal(client.submitMultiAssetOrder({ ...order, side: 'sell', volume: '1', client_order_id: 'letters' }))).toEqual([1067, 'The client_order_id field is invalid. Please re-enter.'])
    await client.submitMultiAssetOrder({ contract_code: 'BTC-USDT', margin_mode: 'cross', type: 'limit', side: 'buy', volume: '1', price: '40000', client_order_id: '3' })
    expect((await said(client.getMultiAssetOpenOrders({ contract_code: 'BTC-USDT' }))).data).toMatchObject([{ client_order_id: '3', state: 'new' }])
    expect(await said(client.cancelMultiAssetOrder({ contract_code: 'BTC-USDT', client_order_id: '3' }))).toMatchObject({ data: { client_order_id: '3' } })
    expect(await refusal(client.cancelMultiAssetOrder({ contract_code: 'BTC-USDT', client_order_id: '3' }))).toEqual([1051, 'No orders to cancel.'])
    expect((await said(client.getMultiAssetOrderHistory({ contract_code: 'BTC-USDT', margin_mode: 'cross' }))).data).toHaveLength(3)
    await client.updateMultiAssetPositionMode({ position_mode: 'dual_side' })
    expect((await said(client.getMultiAssetPositionMode())).data).toEqual({ position_mode: 'dual_side' })
    await client.submitMultiAssetOrder({ ...order, side: 'sell', position_side: 'short', volume: '3' })
    await client.submitMultiAssetOrder({ ...order, side: 'buy', position_side: 'long', volume: '5' })
    expect((await said(client.getMultiAssetPositions())).data.map((one: Json) => [one.position_side, one.direction, one.volume])).toEqual([['short', 'sell', '3'], ['long', 'buy', '5']])
  })

  test('hears of a wrong secret, a key that is not known, missing funds and single-asset collateral in the codes that are known', async () => {
    expect(await refusal(spotOf({ ...KEY, secret: 'other' }).getAccounts())).toEqual(['api-signature-not-valid', 'Signature not valid: Verification failure [校验失败]'])
    expect(await refusal(spotOf({ apiKey: 'nobody', secret: 'x' }).getAccounts())).toEqual(['api-signature-not-valid', 'Signature not valid: Incorrect Access key [Access key错误]'])
    expect(await refusal(futuresOf({ ...KEY, secret: 'other' }).getMultiAssetPositionMode())).toEqual([403, 'Verification failure [校验失败]'])
    const account = (await said(spotOf().getAccounts())).data[0].id as number
    expect((await refusal(spotOf().submitOrder({ 'account-id': String(account), symbol: 'btcusdt', type: 'buy-market', amount: '50000' } as never)) as string[])[0]).toBe('account-frozen-balance-insufficient-error')
    expect((await refusal(futuresOf().submitMultiAssetOrder({ contract_code: 'BTC-USDT', margin_mode: 'cross', type: 'market', side: 'buy', volume: '100000' })) as number[])[0]).toBe(1047)
    await control.tell('POST', '/accounts', { ...KEY, apiKey: 'single', ...ACCOUNT, flags: { singleAsset: true } })
    expect(await refusal(futuresOf({ ...KEY, apiKey: 'single' }).getMultiAssetPositionMode())).toEqual([6001, 'The Single-Asset Collateral mode is temporarily unavailable.'])
  })
})
