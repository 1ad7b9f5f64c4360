import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { newCredentials, until, type Credentials } from '../executor/harness.ts'
import { startDesk, type Desk } from './world.ts'

// The books against the exchange: what differs is found, shown and told; what people do is left alone; nothing is traded.

let desk: Desk
beforeAll(async () => { desk = await startDesk() })
afterAll(async () => { await desk.stop() })
beforeEach(() => { desk.notices.length = 0 })
afterEach(async () => {
  await desk.world.sim('DELETE', '/faults')
  await desk.quiet()
  for (const { bot } of (await desk.store.bots.list(desk.userId)).items) {
    await desk.store.bots.remove(desk.userId, bot.id, Date.now())
    await desk.execution.botChanged(bot.id)
  }
})

interface Here { connectionId: string; botId: string; key: Credentials; opened: string }
/** A bot that has opened a position, on an account of its own. */
async function opened(market: 'spot' | 'futures', more = {}): Promise<Here> {
  const key = newCredentials()
  const connectionId = await desk.connect(market, { key, balances: { USDT: '100000' }, ...more })
  const bot = await desk.bot(connectionId, { amount: '0.01', amountIn: 'base' })
  const { found } = await desk.settled(await desk.signal({ side: 'BUY' }))
  return { connectionId, botId: bot.id, key, opened: found[0]?.order.clientOrderId ?? '' }
}

/** Waits until the bot has been at rest for long enough, then compares: in the next minute, where the share of this one is used up. */
async function compare({ connectionId }: Pick<Here, 'connectionId'>): Promise<void> {
  await desk.quiet()
  const rested = Date.now() + 3100
  await until(() => Date.now() > rested) // what happened a moment ago is not judged
  await desk.execution.reconcile(connectionId)
  while ((await desk.store.connections.get(desk.userId, connectionId))?.reconcileTrouble?.includes('has had its quarter') === true) {
    const nextMinute = (Math.floor(Date.now() / 60_000) + 1) * 60_000
    await until(() => Date.now() > nextMinute, () => 'the next minute', 70_000)
    await desk.execution.reconcile(connectionId)
  }
  await desk.quiet()
}
const findings = async ({ connectionId }: Pick<Here, 'connectionId'>) => (await desk.store.findings.list(desk.userId, { connectionId })).items
const codes = async (here: Here): Promise<string[]> => (await findings(here)).map((one) => `${one.code}${one.closedAt === null ? '' : ' closed'}`)
const sent = async (): Promise<number> => (await desk.exchangeOrders()).length

describe.each(['spot', 'futures'] as const)('%s', (market) => {
  test('books that agree give no finding, and the connection says when they were compared', async () => {
    const here = await opened(market)
    await compare(here)
    expect(await codes(here)).toEqual([])
    const view = await desk.store.connections.get(desk.userId, here.connectionId)
    expect(view?.reconciledAt).toBeGreaterThan(Date.now() - 60_000)
    expect(view?.reconcileTrouble).toBeNull()
  })

  test('a report that could not be had, or not whole, finds nothing missing, and is said', async () => {
    const here = await opened(market)
    await desk.fault({ method: 'GET', path: '/allOrders', fault: 'status', status: 500, times: 1000 })
    await compare(here)
    expect(await codes(here)).toEqual([])
    expect((await desk.store.connections.get(desk.userId, here.connectionId))?.reconcileTrouble).toContain('HTTP 500')
  })

  test('an order that carries our mark and that our journal does not know is a finding, and stays one', async () => {
    const here = await opened(market)
    await desk.byHand(market, here.key, { side: 'BUY', newClientOrderId: `${here.opened.slice(0, 11)}${'A'.repeat(17)}` })
    await compare(here)
    expect(await codes(here)).toContain('unknown_order')
    await compare(here)
    expect((await codes(here)).filter((code) => code === 'unknown_order')).toHaveLength(1)
  })

  test('an order that we thought had ended and that filled late is booked once, and is a finding', async () => {
    const here = await opened(market)
    const before = Number(desk.execution.position(here.botId)?.quantity)
    // The order rests; its cancel is answered as if it had worked, and it goes on filling afterwards.
    await desk.world.sim('POST', '/fills', { market, hold: true })
    const path = market === 'spot' ? '/api/v3/order' : '/fapi/v1/order'
    const signalId = await desk.signal({ side: 'BUY', dilution: true })
    let clientOrderId = ''
    await until(async () => {
      const order = (await desk.store.orders.list(desk.userId, { signalId })).items[0]?.order
      clientOrderId = order?.clientOrderId ?? ''
      return order?.state === 'open'
    })
    const [resting] = (await desk.exchangeOrders()).filter((order) => order.clientOrderId === clientOrderId) as unknown as { exchangeOrderId: string }[]
    const canceled = {
      symbol: 'BTCUSDT', orderId: Number(resting?.exchangeOrderId), clientOrderId, origClientOrderId: clientOrderId, status: 'CANCELED', executedQty: '0', cummulativeQuoteQty: '0', cumQuote: '0', avgPrice: '0',
    }
    await desk.fault({ method: 'DELETE', path, fault: 'status', status: 200, body: canceled })
    await desk.fault({ method: 'GET', path, contains: clientOrderId, fault: 'status', status: 500, times: 1000 })
    const canceledOrder = (await desk.store.orders.list(desk.userId, { signalId })).items[0]?.order
    await desk.execution.cancel(canceledOrder?.id ?? '', canceledOrder?.botId ?? '')
    await desk.settled(signalId)
    await desk.world.sim('DELETE', '/faults')
    expect(Number(desk.execution.position(here.botId)?.quantity)).toBe(before)
    await desk.world.sim('POST', `/orders/${clientOrderId}`, { do: 'fill' })
    const orders = await sent()
    await compare(here)
    expect(await codes(here)).toEqual(['order_lived_on'])
    expect(Number(desk.execution.position(here.botId)?.quantity)).toBeCloseTo(2 * before, 6)
    await compare(here)
    expect(Number(desk.execution.position(here.botId)?.quantity)).toBeCloseTo(2 * before, 6)
    expect(await sent(), 'nothing was traded').toBe(orders)
    expect(desk.notices.filter((notice) => notice['finding'] === 'order_lived_on')).toHaveLength(1)
  })
})

describe('spot', () => {
  test('coins that are not the bot\'s do not matter; what is sold beyond them was the bot\'s, and what is bought by hand is not', async () => {
    const here = await opened('spot')
    const before = Number(desk.execution.position(here.botId)?.quantity)
    await desk.byHand('spot', here.key, { side: 'BUY', quantity: '0.5' })
    await compare(here)
    expect(await codes(here)).toEqual([])
    await desk.byHand('spot', here.key, { side: 'SELL', quantity: '0.505' })
    const orders = await sent()
    await compare(here)
    const [found] = await findings(here)
    expect(found).toMatchObject({ code: 'closed_elsewhere', botId: here.botId, ours: expect.stringContaining('BTC'), theirs: expect.stringContaining('BTC'), closedAt: null })
    expect(found?.detail).toContain('Nothing is left to be booked')
    expect(desk.notices).toContainEqual(expect.objectContaining({ code: 'finding', finding: 'closed_elsewhere' }))
    const left = Number(desk.execution.position(here.botId)?.quantity)
    expect(left).toBeLessThan(before)
    expect(await sent(), 'nothing was traded').toBe(orders)
    await desk.byHand('spot', here.key, { side: 'BUY', quantity: '0.01' })
    await compare(here)
    expect(await codes(here)).toEqual(['closed_elsewhere'])
    expect(Number(desk.execution.position(here.botId)?.quantity)).toBe(left)
    await desk.store.findings.acknowledge(desk.userId, found?.id ?? '', Date.now())
    await compare(here)
    expect(await codes(here), 'over once it was read').toEqual(['closed_elsewhere closed'])
  })
})

describe('futures', () => {
  test('what people trade by hand on the account explains the difference that it makes', async () => {
    const here = await opened('futures')
    await compare(here)
    await desk.byHand('futures', here.key, { quantity: '0.02' })
    await compare(here)
    await desk.byHand('futures', here.key, { side: 'SELL', quantity: '0.005' })
    await compare(here)
    expect(await codes(here)).toEqual([])
  })

  test('a difference that no order explains is a finding; acknowledged it is accepted, and a change of it is a new one', async () => {
    const here = await opened('futures')
    await compare(here)
    await desk.execution.adjust(here.botId, '-0.003', 'as if a fill had not been booked')
    await compare(here)
    const [found] = await findings(here)
    expect(found).toMatchObject({ code: 'position_differs', theirs: '0.01 BTC', ours: '0.007 BTC', acknowledgedAt: null, closedAt: null })
    await compare(here)
    expect(await findings(here)).toHaveLength(1)
    await desk.store.findings.acknowledge(desk.userId, found?.id ?? '', Date.now())
    await compare(here)
    expect(await codes(here)).toEqual(['position_differs closed'])
    await desk.execution.adjust(here.botId, '-0.001', 'once more')
    await compare(here)
    expect(await codes(here)).toEqual(['position_differs', 'position_differs closed'])
  })

  test('a book that says more than the account has follows it', async () => {
    const here = await opened('futures')
    await compare(here)
    await desk.execution.adjust(here.botId, '0.003', 'as if a fill had been booked that never was')
    await compare(here)
    expect(desk.execution.position(here.botId)?.quantity).toBe('0.01')
    expect(await codes(here)).toEqual(['closed_elsewhere'])
  })

  test('a liquidation is booked on the one bot that holds that side, once, with a finding', async () => {
    const here = await opened('futures')
    await compare(here)
    await desk.byHand('futures', here.key, { side: 'SELL', quantity: '0.01', newClientOrderId: 'autoclose-1700000000000' })
    await compare(here)
    await compare(here)
    expect(desk.execution.position(here.botId)?.quantity).toBe('0')
    expect(await codes(here)).toEqual(['forced_close'])
    const orders = (await desk.store.orders.list(desk.userId, { connectionId: here.connectionId })).items
    expect(orders.filter((one) => one.order.clientOrderId.startsWith('autoclose-'))).toMatchObject([{ order: { state: 'filled', filled: '0.01', kind: 'close' }, settled: true }])
  })
})
