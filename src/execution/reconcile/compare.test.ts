import { describe, expect, test } from 'vitest'
import type { ReportedOrder } from '#contract'
import type { Order } from '#model'
import type { StoredFinding, StoredOrder } from '#store'
import { compareOrders, type OurOrders } from './compare-orders.ts'
import { settleFindings, type Difference } from './difference.ts'

const NOW = 1_800_000_000_000
const order = (fields: Partial<Order> = {}, settled = true): StoredOrder => ({
  order: {
    id: 'o1', userId: 'u', botId: 'b', connectionId: 'c', signalId: null, symbol: 'BTCUSDT', exchange: 'binance', market: 'spot', leg: 0, kind: 'open', resend: 0,
    clientOrderId: 'T1', exchangeOrderId: '11', state: 'filled', side: 'buy', positionSide: 'both', type: 'market', quantity: '1', quoteQuantity: null, filled: '1',
    averagePrice: '1', reduceOnly: false, rejectCode: null, rejectText: null, notAfter: NOW, needsPerson: false, createdAt: NOW, updatedAt: NOW, version: 3, ...fields,
  },
  timeline: [], settled, sendUntil: null, accountKey: 'a', cause: 's',
})
const reported = (fields: Partial<ReportedOrder> = {}): ReportedOrder => ({
  exchangeOrderId: '11', clientOrderId: 'T1', state: 'filled', filled: '1', averagePrice: '1', symbol: 'BTCUSDT', side: 'buy', positionSide: 'both', quantity: '1',
  quoteQuantity: null, createdAt: NOW, forced: null, ...fields,
})
const ours = (...orders: StoredOrder[]): OurOrders => ({
  since: orders, byClientId: new Map(orders.map((one) => [one.order.clientOrderId, one])), shownFrom: NOW - 1000, shownUntil: NOW + 1000,
  carriesOurMark: (id) => id.startsWith('T'),
})
const whole = (...items: ReportedOrder[]) => ({ whole: true as const, items })
const part = (...items: ReportedOrder[]) => ({ whole: false as const, items, reason: 'a list failed' })

describe('orders', () => {
  test('equal on both sides: nothing', () => {
    expect(compareOrders(ours(order()), whole(reported()))).toMatchObject({ differences: [], lived: [], forced: [], byHand: [] })
  })

  test('absent from a whole report is a difference; from a part of one it is unknown', () => {
    expect(compareOrders(ours(order()), whole()).differences).toMatchObject([{ code: 'order_missing', ours: 'filled, 1 filled', theirs: 'no such order' }])
    const unknown = compareOrders(ours(order()), part())
    expect(unknown.differences).toEqual([])
    expect(unknown.judged.size, 'neither there nor gone').toBe(0)
  })

  test.each([
    ['made before the report begins', order({ createdAt: NOW - 5000 })], ['made just now', order({ createdAt: NOW + 5000 })], ['still at work', order({ state: 'open' }, false)],
    ['never acknowledged', order({ state: 'failed', exchangeOrderId: null, filled: '0' })], ['refused', order({ state: 'rejected', filled: '0' })],
  ])('not shown, and that is no wonder: %s', (_name, stored) => {
    expect(compareOrders(ours(stored), whole()).differences).toEqual([])
  })

  test('an order that its lane has in hand is not compared', () => {
    expect(compareOrders(ours(order({ state: 'open', filled: '0' }, false)), whole(reported()))).toMatchObject({ differences: [], lived: [] })
  })

  test.each([
    ['canceled, then filled', order({ state: 'canceled', filled: '0' }), reported()],
    ['canceled with a part, then more', order({ state: 'partially_filled_then_canceled', filled: '0.5' }), reported({ state: 'canceled', filled: '0.7' })],
    ['proven absent, and there after all', order({ state: 'failed', filled: '0', exchangeOrderId: null }), reported({ state: 'open', filled: '0' })],
    ['refused, and filled', order({ state: 'rejected', filled: '0' }), reported()],
  ])('it lived on: %s', (_name, stored, theirs) => {
    const { lived, differences } = compareOrders(ours(stored), whole(theirs))
    expect(lived).toEqual([stored])
    expect(differences).toEqual([])
  })

  test('less at the exchange than in our books, or open where we have it ended: a difference with both sides', () => {
    expect(compareOrders(ours(order()), whole(reported({ filled: '0.4', state: 'canceled' }))).differences).toMatchObject([{ code: 'order_differs', ours: 'filled, 1 filled', theirs: 'canceled, 0.4 filled' }])
    expect(compareOrders(ours(order({ state: 'canceled', filled: '0' })), whole(reported({ state: 'open', filled: '0' }))).differences).toMatchObject([{ code: 'order_differs' }])
  })

  test('adopted under the number that a person named: known by it, and not somebody else\'s', () => {
    expect(compareOrders(ours(order()), whole(reported({ clientOrderId: 'by-hand' })))).toMatchObject({ differences: [], byHand: [] })
  })

  test('unknown ones: ours by their mark, the exchange\'s own, and people\'s', () => {
    const found = compareOrders(ours(), whole(reported({ clientOrderId: 'T9' }), reported({ exchangeOrderId: '12', clientOrderId: 'autoclose-1', forced: 'liquidation' }), reported({ exchangeOrderId: '13', clientOrderId: 'web_1' })))
    expect(found.differences).toMatchObject([{ code: 'unknown_order', ours: 'no such order' }])
    expect(found.forced.map((one) => one.exchangeOrderId)).toEqual(['12'])
    expect(found.byHand.map((one) => one.exchangeOrderId)).toEqual(['13'])
  })
})

describe('findings', () => {
  const clock = { now: () => NOW, randomBytes: (length: number) => new Uint8Array(length), after: () => () => undefined, nextTurn: () => undefined }
  const owner = { userId: 'u', connectionId: 'c' }
  const difference: Difference = { key: 'k', code: 'position_differs', ours: '1', theirs: '2', detail: 'd', botId: null, orderId: null }
  const standing = (more: Partial<StoredFinding> = {}): StoredFinding => ({ id: 'f', ...owner, botId: null, orderId: null, code: 'position_differs', detail: 'd', at: 1, key: 'k', ours: '1', theirs: '2', acknowledgedAt: null, closedAt: null, ...more })
  const settle = (known: StoredFinding[], differences: Difference[], judged: string[] = ['k']) => settleFindings(clock, owner, known, { differences, judged: new Set(judged) })

  test('a new one is stored and told', () => expect(settle([], [difference])).toMatchObject({ findings: [{ key: 'k', ours: '1', theirs: '2' }], feed: [{ type: 'notice' }] }))
  test('one that stands is not told again', () => expect(settle([standing()], [difference])).toEqual({ findings: [], findingUpdates: [], feed: [] }))
  test('its sides are kept up to date', () => expect(settle([standing({ theirs: '5' })], [difference])).toMatchObject({ findings: [], findingUpdates: [{ id: 'f', theirs: '2', closedAt: null }] }))
  test('acknowledged it stays silent, until its sides change', () => {
    expect(settle([standing({ acknowledgedAt: 5 })], [difference])).toEqual({ findings: [], findingUpdates: [], feed: [] })
    expect(settle([standing({ acknowledgedAt: 5, theirs: '5' })], [difference])).toMatchObject({ findings: [{ theirs: '2' }], findingUpdates: [{ id: 'f', closedAt: NOW }] })
  })
  test('gone it closes itself; not judged it stays', () => {
    expect(settle([standing()], [])).toMatchObject({ findingUpdates: [{ id: 'f', closedAt: NOW }] })
    expect(settle([standing()], [], [])).toEqual({ findings: [], findingUpdates: [], feed: [] })
  })
})
