import ccxt from 'ccxt'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startSimulator, type Simulator } from '#simulator'
import { Control, type Json } from './signed-client.ts'

// Bitvavo's own client for Node (bitvavo 1.4.1) cancels without the operator's number, which has been required since: ccxt, which shares
// nothing with ours, is the independent client here. The client's id is in its raw answers only.

const KEY = { apiKey: '0123456789abcdef'.repeat(4), secret: 'a-secret-of-many-characters'.repeat(4) }
const UUID = (digit: string): string => `2be7d0df-d8dc-7b93-a550-8876f3b393e${digit}`
let simulator: Simulator
let base: string
let control: Control
beforeAll(async () => {
  simulator = await startSimulator({ exchanges: ['bitvavo'] })
  base = simulator.urls['bitvavo']!
  control = new Control(base)
})
afterAll(async () => simulator.close())
beforeEach(async () => {
  await control.tell('DELETE', '')
  await control.tell('POST', '/accounts', { ...KEY, permissions: ['read', 'spot'], balances: { EUR: '10000' } })
})

function connect(key: { apiKey: string; secret: string } = KEY): InstanceType<typeof ccxt.bitvavo> {
  const x = new ccxt.bitvavo({ ...key, enableRateLimit: false, options: { operatorId: 1 } })
  x.urls['api'] = { public: base, private: base }
  x.has['fetchCurrencies'] = false
  x.fetchCurrencies = () => Promise.resolve({ EUR: { id: 'EUR', code: 'EUR', precision: 0.01 } }) as never
  return x
}
const said = async (answer: Promise<unknown>): Promise<Json> => await answer
const failure = (answer: Promise<unknown>): Promise<string> => answer.then(() => 'accepted', (error: unknown) => String(error))

describe('ccxt', () => {
  test('reads the list of markets, prices and the account', async () => {
    const x = connect()
    await x.loadMarkets()
    expect(x.markets).toMatchObject({ 'BTC/EUR': { spot: true, active: true, limits: { cost: { min: 5 } } } })
    expect((await said(x.fetchBalance()))['EUR']).toMatchObject({ free: 10_000, used: 0 })
  })

  test('buys for an amount and a quantity, sells, rests a limit order, finds and cancels it by its own id', async () => {
    const x = connect()
    const bought = await said(x.createOrder('BTC/EUR', 'market', 'buy', 0, undefined, { cost: 500, clientOrderId: UUID('1') }))
    expect(bought).toMatchObject({ status: 'closed', filled: 0.01, cost: 500, info: { clientOrderId: UUID('1') } })
    expect(bought.trades).toMatchObject([{ amount: 0.01, price: 50_000, fee: { currency: 'EUR' } }])
    await x.createOrder('BTC/EUR', 'market', 'buy', 0.001, undefined, { clientOrderId: UUID('2') })
    expect(await said(x.createOrder('BTC/EUR', 'market', 'sell', 0.002, undefined, { clientOrderId: UUID('3') }))).toMatchObject({ status: 'closed', side: 'sell' })
    await x.createOrder('BTC/EUR', 'limit', 'buy', 0.001, 40_000, { clientOrderId: UUID('4') })
    expect((await said(x.fetchOpenOrders('BTC/EUR'))).map((one: Json) => one.info.clientOrderId)).toEqual([UUID('4')])
    expect(await failure(x.createOrder('BTC/EUR', 'limit', 'buy', 0.001, 40_000, { clientOrderId: UUID('4') }))).toContain('clientOrderId')
    expect(await said(x.fetchOrder(undefined as never, 'BTC/EUR', { clientOrderId: UUID('4') }))).toMatchObject({ status: 'open', price: 40_000 })
    await x.cancelOrder(undefined as never, 'BTC/EUR', { clientOrderId: UUID('4') })
    expect(await failure(x.cancelOrder(undefined as never, 'BTC/EUR', { clientOrderId: UUID('4') }))).toContain('233')
    expect((await said(x.fetchOrders('BTC/EUR'))).map((one: Json) => [one.info.clientOrderId, one.status])).toContainEqual([UUID('4'), 'canceled'])
    expect(await failure(x.fetchOrder(undefined as never, 'BTC/EUR', { clientOrderId: UUID('9') }))).toContain('240')
    expect(await failure(x.createOrder('BTC/EUR', 'market', 'buy', 0.001, undefined, { clientOrderId: 'letters' }))).toContain('clientOrderId')
  })

  test('hears of a wrong secret, a key that is not known and missing funds in the documented codes', async () => {
    expect(await failure(connect({ ...KEY, secret: 'other' }).fetchBalance())).toContain('309')
    expect(await failure(connect({ apiKey: 'f'.repeat(64), secret: 'x' }).fetchBalance())).toContain('305')
    expect(await failure(connect().createOrder('BTC/EUR', 'market', 'buy', 0, undefined, { cost: 50_000 }))).toContain('216')
  })
})
