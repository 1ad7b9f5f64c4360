import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { Problem } from '#model'
import { newCredentials, until, type Credentials } from '../executor/harness.ts'
import { startDesk, type Desk } from './world.ts'

// An order of which no clear answer came, and look-ups that get none: what a person is told, and what his word does.

let desk: Desk
beforeAll(async () => { desk = await startDesk() })
afterAll(async () => { await desk.stop() })
beforeEach(async () => {
  await desk.world.sim('DELETE', '/faults')
  await desk.quiet()
  for (const { bot } of (await desk.store.bots.list(desk.userId)).items) {
    await desk.store.bots.remove(desk.userId, bot.id, Date.now())
    await desk.execution.botChanged(bot.id)
  }
  desk.notices.length = 0
})

const LOOKS = { method: 'GET', path: '/api/v3/order', fault: 'status', status: 500, times: 10_000 }
/** An order that became uncertain: `lost` names what goes wrong with its send. Look-ups of it get no answer. */
async function uncertain(lost: 'drop-response' | 'drop-request', account = {}): Promise<{ orderId: string; signalId: string; botId: string; clientOrderId: string; key: Credentials }> {
  const credentials = newCredentials()
  const connectionId = await desk.connect('spot', { key: credentials, balances: { USDT: '100000', BTC: '1' }, ...account })
  const bot = await desk.bot(connectionId, { amount: '0.01', amountIn: 'base' })
  await desk.fault({ method: 'POST', path: '/api/v3/order', fault: lost })
  await desk.fault(LOOKS)
  const signalId = await desk.signal({ side: 'BUY' })
  let found: Awaited<ReturnType<Desk['store']['orders']['list']>>['items'][number] | undefined
  await until(async () => {
    found = (await desk.store.orders.list(desk.userId, { signalId })).items[0]
    return found?.order.state === 'uncertain'
  }, () => JSON.stringify(found))
  if (found === undefined) throw new Error('no order')
  return { orderId: found.order.id, signalId, botId: bot.id, clientOrderId: found.order.clientOrderId, key: credentials }
}

const say = async (orderId: string, answer: 'exists' | 'absent' | 'check', exchangeOrderId: string | null = null): Promise<unknown> =>
  desk.execution.resolve(orderId, (await desk.store.orders.get(desk.userId, orderId))?.order.botId ?? '', { answer, exchangeOrderId, by: 'Ada' }).then(() => 'done', (error: unknown) => (error instanceof Problem ? error.code : error))
const orderOf = async (id: string) => (await desk.store.orders.get(desk.userId, id))!
const ended = (id: string, why = 'it ends'): Promise<void> => until(async () => (await orderOf(id)).settled, () => why)
const past = async (id: string): Promise<void> => {
  const { order } = await orderOf(id)
  await until(() => Date.now() > order.notAfter + 1100)
}

test('`check` looks it up at once, and the order that is there is adopted', async () => {
  const { orderId } = await uncertain('drop-response')
  expect(await say(orderId, 'check')).toBe('done')
  expect((await orderOf(orderId)).order.state).toBe('uncertain')
  await desk.world.sim('DELETE', '/faults')
  expect(await say(orderId, 'check')).toBe('done')
  await ended(orderId)
  expect((await orderOf(orderId)).order).toMatchObject({ state: 'filled', filled: '0.01' })
  expect(await say(orderId, 'check')).toBe('order_not_uncertain')
})

test('`absent` cannot be said while the exchange may still accept the order; afterwards it ends it, and nothing is sent again', async () => {
  const { orderId, signalId } = await uncertain('drop-request')
  expect(await say(orderId, 'absent')).toBe('too_early')
  expect((await orderOf(orderId)).order.state).toBe('uncertain')
  await past(orderId)
  const sent = (await desk.exchangeOrders()).length
  expect(await say(orderId, 'absent')).toBe('done')
  const { order, timeline } = await orderOf(orderId)
  expect(order).toMatchObject({ state: 'failed', rejectCode: 'declared_absent', needsPerson: false })
  expect(timeline.find((entry) => entry.event === 'person_said')?.detail).toContain('Ada')
  expect((await desk.settled(signalId)).found).toHaveLength(1)
  expect(await desk.exchangeOrders()).toHaveLength(sent)
})

test('a person who says `absent` of an order that the exchange shows is corrected by it', async () => {
  const { orderId } = await uncertain('drop-response')
  await past(orderId)
  await desk.world.sim('DELETE', '/faults')
  expect(await say(orderId, 'absent')).toBe('done')
  await ended(orderId)
  expect((await orderOf(orderId)).order.state).toBe('filled')
})

test('`exists` adopts the order of that number under another id when all that can be compared fits, and only then', async () => {
  const { orderId, botId, key } = await uncertain('drop-request')
  await desk.world.sim('DELETE', '/faults')
  await desk.fault({ ...LOOKS, contains: (await orderOf(orderId)).order.clientOrderId })
  const [another, other, right] = [await desk.byHand('spot', key, { symbol: 'ETHUSDT', quantity: '0.1' }), await desk.byHand('spot', key, { quantity: '0.02' }), await desk.byHand('spot', key, { newClientOrderId: 'made-by-hand' })]
  expect(await say(orderId, 'exists')).toBe('invalid_input')
  expect(await say(orderId, 'exists', another)).toBe('invalid_input')
  expect(await say(orderId, 'exists', other)).toBe('invalid_input')
  expect((await orderOf(orderId)).order.state).toBe('uncertain')
  expect(await say(orderId, 'exists', right)).toBe('done')
  const { order, fills } = await orderOf(orderId)
  expect(order).toMatchObject({ state: 'filled', exchangeOrderId: right, filled: '0.01' })
  expect(fills).toHaveLength(1)
  expect(Number(desk.execution.position(botId)?.quantity)).toBeCloseTo(0.01, 4)
})

test('an exit that has to wait behind an uncertain opening is told of at once', async () => {
  const { orderId } = await uncertain('drop-response')
  await desk.signal({ side: 'SELL' })
  await until(() => desk.notices.some((notice) => notice['code'] === 'exit_waits' && notice['orderId'] === orderId))
  await desk.world.sim('DELETE', '/faults')
  expect(await say(orderId, 'check')).toBe('done')
  await desk.quiet()
})

test('a person is told within a minute, with what was asked, what was answered, and until when it could be accepted', async () => {
  const { orderId, clientOrderId } = await uncertain('drop-request')
  await until(async () => (await orderOf(orderId)).order.needsPerson, () => 'needs a person', 60_000)
  const notice = desk.notices.find((one) => one['code'] === 'order_uncertain' && one['orderId'] === orderId)
  const { order, timeline } = await orderOf(orderId)
  expect(notice).toMatchObject({
    asked: expect.stringContaining(clientOrderId), answered: expect.stringContaining('HTTP 500'), acceptableUntil: new Date(order.notAfter).toISOString(),
  })
  const at = (event: string): number => timeline.find((entry) => entry.event === event)?.at ?? Number.NaN
  expect(at('needs_person') - at('uncertain')).toBeLessThan(55_000)
  expect(timeline.find((entry) => entry.event === 'needs_person')?.detail).toContain('could be accepted until')
  // The word is still heard, and a restart forgets nothing.
  expect(await say(orderId, 'absent')).toBe('done')
  expect((await orderOf(orderId)).order).toMatchObject({ state: 'failed', needsPerson: false })
}, 90_000)
