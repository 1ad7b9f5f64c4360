import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import https from 'node:https'
import { connect as connectTo } from 'node:net'
import { CBAdvancedTradeClient } from 'coinbase-api'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startSimulator, type Simulator } from '#simulator'
import { Control, type Json } from './signed-client.ts'

// An independent client against the simulator: what it sends, and what it makes of the answers.

const [EC, ED] = [generateKeyPairSync('ec', { namedCurve: 'P-256' }), generateKeyPairSync('ed25519')]
const PUBLIC = (key: KeyObject): string => key.export({ type: 'spki', format: 'pem' }).toString()
const KEYS = {
  ec: { apiKey: 'organizations/one/apiKeys/ec', apiSecret: EC.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() },
  ed: { apiKey: 'organizations/one/apiKeys/ed', apiSecret: ED.privateKey.export({ type: 'pkcs8', format: 'der' }).toString('base64') },
}
let simulator: Simulator
let control: Control
beforeAll(async () => {
  simulator = await startSimulator({ exchanges: ['coinbase'] })
  control = new Control(simulator.urls['coinbase']!)
})
afterAll(async () => simulator.close())
beforeEach(async () => {
  await control.tell('DELETE', '')
  const account = { account: 'one', permissions: ['read', 'spot'], balances: { USD: '10000' } }
  await control.tell('POST', '/accounts', { apiKey: KEYS.ec.apiKey, secret: PUBLIC(EC.publicKey), ...account })
  await control.tell('POST', '/accounts', { apiKey: KEYS.ed.apiKey, secret: PUBLIC(ED.publicKey), ...account })
})

/** This client speaks TLS, and writes the real address into its tokens. */
function connect(key: { apiKey: string; apiSecret: string } = KEYS.ec): CBAdvancedTradeClient {
  const httpsAgent = new https.Agent() as https.Agent & { createConnection: unknown }
  httpsAgent.createConnection = () => connectTo(Number(new URL(simulator.urls['coinbase']!).port), '127.0.0.1')
  return new CBAdvancedTradeClient(key, { httpsAgent })
}
const said = async (answer: Promise<unknown>): Promise<Json> => await answer

describe('coinbase-api', () => {
  test.each(['ec', 'ed'] as const)('reads its key, its account and the lists of markets, with a key of kind %s', async (kind) => {
    const client = connect(KEYS[kind])
    expect(await said(client.getApiKeyPermissions())).toMatchObject({ can_view: true, can_trade: true, can_transfer: false })
    expect((await said(client.getAccounts())).accounts).toMatchObject([{ currency: 'USD', available_balance: { value: '10000' }, hold: { value: '0' } }])
    expect((await said(client.getPublicProducts())).products.map((product: Json) => product.product_id)).toEqual(expect.arrayContaining(['BTC-USD', 'ETH-BTC']))
    expect(await said(client.getPublicProduct({ product_id: 'BTC-USD' }))).toMatchObject({ price: '50000' })
  })

  test('buys by value and by quantity, rests a limit order, lists and cancels; a repeated id is answered with the order that is there', async () => {
    const client = connect()
    const order = { product_id: 'BTC-USD', side: 'BUY' } as const
    const one = await said(client.submitOrder({ ...order, client_order_id: 'cbnode-one', order_configuration: { market_market_ioc: { quote_size: '500' } } }))
    expect(one).toMatchObject({ success: true, success_response: { client_order_id: 'cbnode-one' } })
    await client.submitOrder({ ...order, client_order_id: 'cbnode-two', order_configuration: { market_market_ioc: { base_size: '0.002' } } })
    await client.submitOrder({ ...order, client_order_id: 'cbnode-three', order_configuration: { limit_limit_gtc: { base_size: '0.001', limit_price: '40000', post_only: false } } })
    expect((await said(client.getOrders({ order_status: ['OPEN'] }))).orders).toMatchObject([{ client_order_id: 'cbnode-three', status: 'OPEN' }])
    const all = (await said(client.getOrders())).orders
    expect(all.map((each: Json) => [each.client_order_id, each.status, each.filled_size]).toSorted()).toEqual([['cbnode-one', 'FILLED', '0.01'], ['cbnode-three', 'OPEN', '0'], ['cbnode-two', 'FILLED', '0.002']])
    expect((await said(client.getFills({ order_ids: [one.success_response.order_id] }))).fills).toMatchObject([{ size: '500', size_in_quote: true, price: '50000', commission: '0.5' }])
    const { order_id } = all.find((each: Json) => each.client_order_id === 'cbnode-three')
    expect((await said(client.cancelOrders({ order_ids: [order_id] }))).results).toMatchObject([{ success: true }])
    expect((await said(client.cancelOrders({ order_ids: [order_id] }))).results).toMatchObject([{ success: false, failure_reason: 'UNKNOWN_CANCEL_ORDER' }])
    const again = await said(client.submitOrder({ ...order, client_order_id: 'cbnode-one', order_configuration: { market_market_ioc: { quote_size: '500' } } }))
    expect(again.success_response.order_id).toBe(one.success_response.order_id)
    expect(await control.orders()).toHaveLength(3)
  })

  test('hears of a wrong secret, a missing right and missing funds in the documented words', async () => {
    await expect(connect({ ...KEYS.ec, apiSecret: generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() }).getAccounts()).rejects.toMatchObject({ code: 401 })
    const order = { product_id: 'BTC-USD', side: 'BUY', client_order_id: 'cbnode-x' } as const
    expect(await said(connect().submitOrder({ ...order, order_configuration: { market_market_ioc: { quote_size: '50000' } } }))).toMatchObject({ success: false, error_response: { error: 'INSUFFICIENT_FUND' } })
    await control.tell('POST', '/accounts', { apiKey: KEYS.ec.apiKey, secret: PUBLIC(EC.publicKey), account: 'one', permissions: ['read'] })
    await expect(connect().submitOrder({ ...order, order_configuration: { market_market_ioc: { quote_size: '50' } } })).rejects.toMatchObject({ code: 403 })
  })
})
