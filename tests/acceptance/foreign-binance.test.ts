import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { eventually, type Key } from '../installation.ts'
import { startForeignBinance, type ForeignBinance, type ForeignOrder } from './foreign-binance.ts'
import { makePlace, newKey, signal, wire, type Place, type Wired } from './place.ts'

// Towerflow against a Binance that was not made for it.

let foreign: ForeignBinance
let place: Place
let key: Key
const connections: Record<string, string> = {}
/** What this server may lack: everything that is not needed to trade. */
const SPARSE = [
  'GET /sapi/v1/account/apiRestrictions', 'GET /api/v3/openOrders', 'GET /fapi/v1/openOrders', 'GET /api/v3/myTrades', 'GET /fapi/v1/userTrades',
  'GET /fapi/v1/positionSide/dual', 'GET /fapi/v2/account',
]

beforeAll(async () => {
  key = newKey()
  foreign = await startForeignBinance(key)
  place = makePlace({ binance: foreign.url })
  await place.start()
})
afterAll(async () => {
  await place.remove()
  await foreign.close()
})
beforeEach(() => {
  foreign.orders.length = 0
  foreign.requests.length = 0
  foreign.balances.set('BTC', 0)
  foreign.manners.missing = []
  foreign.manners.tellsEnd = true
})

/** Requests that this server found fault with; what it does not have is no fault. */
const refused = (): string[] => foreign.requests.filter((request) => / -\d+$/.test(request))
const bot = (market: string, more: object = {}): Promise<Wired> => wire(place, connections[market] ?? '', more)
/** As TradingView writes it. */
const alert = (side: string, symbol: string): object => ({ symbol, side, time: new Date().toISOString().replace(/\.\d+/, ''), id: 'strategy 1' })
/** The one order that was taken. It may be the second try, after a refusal. */
const only = async (): Promise<ForeignOrder> => {
  const order = await eventually(async () => foreign.orders[0], 'an order has arrived')
  expect(foreign.orders).toHaveLength(1)
  return order
}
/** What an order filled is booked: the server may forget the order now. */
const booked = (botId: string, side: 'long' | 'short' | 'flat'): Promise<unknown> => eventually(
  async () => ((await place.want(200, 'GET', `/positions?botId=${botId}`)).items as { side: string }[])[0]?.side === side, `the bot is ${side}`, 100_000,
)
const flat = (botId: string): Promise<unknown> => booked(botId, 'flat')

describe.each([['that serves what the documentation has', []], ['that lacks whatever can be done without', SPARSE]] as const)('a server %s', (_, missing) => {
  test.each(['spot', 'futures'])('connects a key for %s', async (market) => {
    foreign.manners.missing = [...missing]
    const sparse = missing.length > 0
    if (sparse) await place.want(204, 'DELETE', `/connections/${connections[market] ?? ''}`)
    const first = await place.connect('binance', market, key)
    if (sparse) expect([first.status, first.body.code]).toEqual([422, 'consent_required'])
    const made = sparse ? await place.connect('binance', market, key, { consent: true }) : first
    expect([made.status, made.text]).toEqual([201, expect.any(String)])
    expect(made.body.status).toBe('active')
    connections[market] = made.body.id as string
    expect(refused()).toEqual([])
  })

  test.each([true, false])('spot: an alert is one order for its quote amount, the next one its close (the answer tells the end: %s)', async (tellsEnd) => {
    Object.assign(foreign.manners, { missing: [...missing], tellsEnd })
    const { hash, botId } = await bot('spot', { amount: '123.45' })
    foreign.requests.length = 0
    const opened = await signal(place, hash, alert('buy', 'BINANCE:BTCUSDT'))
    const buy = await only()
    expect(buy).toMatchObject({ market: 'spot', side: 'BUY', quoteOrderQty: 123.45 })
    const [order] = opened.decisions[0].orders
    expect(order).toMatchObject({ state: 'filled', exchangeOrderId: String(buy.orderId), clientOrderId: buy.clientOrderId, quoteQuantity: '123.45', filled: '0.00246', averagePrice: '50000.5' })
    expect(Number(order.filled)).toBeCloseTo(buy.executed, 9)

    await booked(botId, 'long')
    foreign.orders.length = 0
    await signal(place, hash, alert('sell', 'BTCUSDT'))
    const sell = await only()
    expect(sell).toMatchObject({ market: 'spot', side: 'SELL', quoteOrderQty: null })
    // The fee was taken in coins: less than was bought is there to be sold. A server without trades tells that by a refusal.
    expect(sell.quantity).toBeCloseTo(0.00245, 9)
    expect(refused()).toEqual(missing.length > 0 ? ['POST /api/v3/order -2010'] : [])
    await flat(botId)
  })

  test.each([true, false])('futures: an alert opens, the opposite one closes, reduce-only (the answer tells the end: %s)', async (tellsEnd) => {
    Object.assign(foreign.manners, { missing: [...missing], tellsEnd })
    const { hash, botId } = await bot('futures', { amount: '220' })
    foreign.requests.length = 0
    const opened = await signal(place, hash, alert('SELL', 'BTCUSDT.P'))
    expect(await only()).toMatchObject({ market: 'futures', side: 'SELL', quantity: 0.004, reduceOnly: false })
    expect(opened.decisions[0].orders).toMatchObject([{ state: 'filled', filled: '0.004', averagePrice: '50000.5' }])
    expect(foreign.position).toBe(-0.004)

    await booked(botId, 'short')
    foreign.orders.length = 0
    await signal(place, hash, alert('BUY', 'BINANCE:BTCUSDT.P'))
    expect(await only()).toMatchObject({ market: 'futures', side: 'BUY', quantity: 0.004, reduceOnly: true })
    expect(foreign.position).toBe(0)
    expect(refused()).toEqual([])
    await flat(botId)
  })

  test('an order whose answer is cut off is found again, not sent again', async () => {
    foreign.manners.missing = [...missing]
    const { hash, botId } = await bot('spot')
    foreign.manners.cutNextAnswer = true
    const seen = await signal(place, hash, alert('BUY', 'btcusdt'))
    expect(seen.decisions[0].orders).toMatchObject([{ state: 'filled', exchangeOrderId: String((await only()).orderId) }])
    await booked(botId, 'long')
    foreign.orders.length = 0
    await signal(place, hash, alert('SELL', 'btcusdt'))
    expect(await only()).toMatchObject({ side: 'SELL' })
    await flat(botId)
  })

  test('all bots can be deleted again, which shows that nothing is left open', async () => {
    foreign.manners.missing = [...missing]
    for (const { id, webhookId } of (await place.want(200, 'GET', '/bots')).items as { id: string; webhookId: string }[]) {
      await eventually(async () => (await place.call('DELETE', `/bots/${id}?abandonPosition=true`)).status === 204, 'the bot is deleted')
      await place.want(204, 'DELETE', `/webhooks/${webhookId}`)
    }
    expect((await place.want(200, 'GET', '/orders?state=uncertain')).items).toEqual([])
  })
})

describe('a foreign server\'s refusals', () => {
  test.each([
    ['a wrong secret', () => ({ ...key, secret: newKey().secret }), 'signature_rejected'],
    ['an unknown key', () => newKey(), 'credentials_rejected'],
    ['swapped fields', () => ({ apiKey: key.secret, secret: key.apiKey }), 'credentials_rejected'],
  ])('%s is said so', async (_, wrong, code) => {
    const answer = await place.connect('binance', 'spot', wrong())
    expect([answer.status, answer.body.code]).toEqual([422, code])
  })
})
