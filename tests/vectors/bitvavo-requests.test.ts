import { createHmac } from 'node:crypto'
import ccxt from 'ccxt'
import { describe, expect, test } from 'vitest'
import { EXCHANGES } from '#exchanges'
import { byCcxt, everyRequest, goldenRequests, plain, recorded, refTo, usualVerbs, type Golden, type Plain } from './golden.ts'
import { API_KEY, NOW, SECRET } from './recorder.ts'

const ID = 'TAAAABBBBBBCCCCCCC'
const ref = refTo('BTC-EUR', ID)
const UUID = EXCHANGES.find(({ description }) => description.id === 'bitvavo')?.orderIds('spot').write(ID) ?? ''
const VERBS = usualVerbs({ spot: ['BTC-EUR', 'ETH-EUR', 'SOL-EUR'] }, { spot: ID })
const none = { errorCode: 240, error: 'No order found.' }
const GOLDEN: Golden = {
  exchange: 'bitvavo', verbs: VERBS,
  answers: {
    'GET /v2/balance': [], 'POST /v2/order': { orderId: '1', clientOrderId: UUID, status: 'new', filledAmount: '0' }, 'GET /v2/order': none, 'DELETE /v2/order': { orderId: '1' }, 'GET /v2/ordersOpen': [], 'GET /v2/orders': [],
    'GET /v2/markets': [], 'GET /v2/ticker/price': { market: 'BTC-EUR', price: '1' },
  },
}
goldenRequests(GOLDEN)

const KEPT = ['bitvavo-access-key', 'bitvavo-access-signature', 'bitvavo-access-timestamp', 'bitvavo-access-window', 'content-type']

test('every signature covers exactly what is sent; no deadline is exceeded; nothing public carries a key', async () => {
  let checked = 0
  for (const { method, url, headers, body } of await everyRequest(GOLDEN)) {
    if (/markets|ticker|time$/.test(url)) {
      expect(headers['bitvavo-access-key']).toBeUndefined()
      continue
    }
    checked += 1
    expect(headers['bitvavo-access-key']).toBe(API_KEY)
    expect(headers['bitvavo-access-signature']).toBe(createHmac('sha256', SECRET).update(`${headers['bitvavo-access-timestamp']}${method}${url}${body}`).digest('hex'))
    expect(Number(headers['bitvavo-access-timestamp']) + Number(headers['bitvavo-access-window'])).toBeLessThanOrEqual(NOW + 5000)
  }
  expect(checked).toBeGreaterThan(10)
})

test('an id fits into a UUID of the fourth version, and comes out of it again', () => {
  const ids = EXCHANGES.find(({ description }) => description.id === 'bitvavo')!.orderIds('spot')
  expect(UUID).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/)
  for (const id of [ID, `T${'A'.repeat(17)}`, `T${'7'.repeat(17)}`]) expect(ids.read(ids.write(id))).toBe(id)
  expect(ids.read('2be7d0df-d8dc-7b93-a550-8876f3b393e9')).toBeNull()
})

describe('ccxt asks the same', () => {
  function ccxtBitvavo(): InstanceType<typeof ccxt.bitvavo> {
    const x = new ccxt.bitvavo({ apiKey: API_KEY, secret: SECRET, enableRateLimit: false, options: { operatorId: 1, 'BITVAVO-ACCESS-WINDOW': '5000', recvWindow: '5000' } })
    x.setMarkets([{ id: 'BTC-EUR', symbol: 'BTC/EUR', base: 'BTC', quote: 'EUR', baseId: 'BTC', quoteId: 'EUR', active: true, type: 'spot', spot: true, precision: { amount: 0.000_001, price: 0.1 }, limits: {}, info: {} } as never], { EUR: { id: 'EUR', code: 'EUR', precision: 0.01 }, BTC: { id: 'BTC', code: 'BTC', precision: 0.000_001 } } as never)
    return x
  }
  const theirs = (run: (x: InstanceType<typeof ccxt.bitvavo>) => Promise<unknown>): Promise<Plain> => byCcxt(ccxtBitvavo(), run, KEPT)
  /** Members and parameters stand in another order, so the signature differs; it is held against what is sent above. */
  const bare = ({ headers: { 'bitvavo-access-signature': _signature, 'content-type': _type, ...headers }, ...rest }: Plain): Plain => ({ ...rest, headers })
  async function ours(name: string): Promise<Plain> {
    const [request] = (await recorded(GOLDEN, VERBS[name]!)).filter(({ headers }) => headers['bitvavo-access-key'] !== undefined)
    return bare(plain(request!, KEPT))
  }
  test.each<[string, (x: InstanceType<typeof ccxt.bitvavo>) => Promise<unknown>]>([
    ['spot: buy a quantity', (x) => x.createOrder('BTC/EUR', 'market', 'buy', 0.001, undefined, { clientOrderId: UUID })],
    ['spot: buy for an amount', (x) => x.createOrder('BTC/EUR', 'market', 'buy', 0, undefined, { cost: 25.5, clientOrderId: UUID })],
    ['spot: look-up of what is not there', (x) => x.fetchOrder(undefined as never, 'BTC/EUR', { clientOrderId: UUID })],
    ['spot: cancel', (x) => x.cancelOrder(undefined as never, 'BTC/EUR', { clientOrderId: UUID })],
    ['spot: account', (x) => x.fetchBalance()],
  ])('%s', async (name, run) => {
    expect(await ours(name)).toEqual(bare(await theirs(run)))
  })

  test('but of an order that it reads it forgets the client\'s id, so that no echo can be compared; ours demands it', async () => {
    const row = { orderId: '1', clientOrderId: UUID, market: 'BTC-EUR', side: 'buy', status: 'new', filledAmount: '0', amount: '1', amountRemaining: '1', created: NOW, updated: NOW, fills: [] }
    expect((ccxtBitvavo().parseOrder(row) as { clientOrderId: unknown }).clientOrderId).toBeUndefined()
    const found = async (id: string): Promise<unknown> => {
      let outcome: unknown
      await recorded({ ...GOLDEN, answers: { ...GOLDEN.answers, 'GET /v2/order': { ...row, clientOrderId: id } } }, async (x, call) => { outcome = await x.lookup(call('spot'), ref) })
      return outcome
    }
    expect(await found(UUID)).toMatchObject({ kind: 'found', order: { clientOrderId: ID } })
    expect(await found('2be7d0df-d8dc-4b93-8550-8876f3b393e9')).toMatchObject({ kind: 'unknown' })
  })
})
