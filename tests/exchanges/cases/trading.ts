import { expect } from 'vitest'
import type { EnvelopeRef, ExchangeOrder, OrderInstruction } from '#contract'
import { decimal } from '#model'
import type { Bench, Case } from '../case.ts'

/** Sends it and looks it up: the order with its fills. */
async function traded(bench: Bench, ref: EnvelopeRef, order: OrderInstruction): Promise<ExchangeOrder> {
  const outcome = await bench.submit(ref, order)
  if (outcome.kind !== 'accepted') throw new Error(`not accepted: ${JSON.stringify(outcome)}`)
  expect(outcome.order.clientOrderId).toBe(order.clientOrderId)
  expect(outcome.sentAt).toBeLessThanOrEqual(outcome.answeredAt)
  const found = await bench.lookup(ref, order)
  if (found.kind !== 'found') throw new Error(`not found: ${JSON.stringify(found)}`)
  expect(found.order.clientOrderId).toBe(order.clientOrderId)
  expect(found.order.exchangeOrderId).toBe(outcome.order.exchangeOrderId)
  return found.order
}

function expectFills(order: ExchangeOrder): void {
  const fills = order.fills ?? []
  expect(fills.length).toBeGreaterThan(0)
  expect(fills.every(({ fee, feeAsset }) => fee !== null && feeAsset !== null), JSON.stringify(fills)).toBe(true)
  const sum = fills.reduce((total, { quantity }) => total.plus(decimal(quantity)), decimal('0'))
  expect(sum.equals(decimal(order.filled))).toBe(true)
}

/** Buys the usual quantity, so that there is something to sell. */
const holding = (bench: Bench, ref: EnvelopeRef): Promise<ExchangeOrder> => traded(bench, ref, bench.order())

export const TRADING: readonly Case[] = [
  {
    id: 'TC-30', name: 'a market buy of a base quantity: our id in the exchange\'s form, one order, fills with fees',
    run: async (bench) => {
      const { ref, credentials } = await bench.connected()
      const buy = bench.order()
      const order = await traded(bench, ref, buy)
      expect(order).toMatchObject({ state: 'filled', filled: bench.names.quantity, averagePrice: '50000' })
      expectFills(order)
      const [seen, ...more] = await bench.seen(buy)
      expect(more).toEqual([])
      expect(seen).toMatchObject({ apiKey: credentials['apiKey'], market: bench.market, symbol: bench.names.symbol, side: 'BUY', reduceOnly: false })
      expect(seen?.clientOrderId).toMatch(new RegExp(bench.module.description.facts[bench.market]?.idForm ?? '^$'))
    },
  },
  {
    id: 'TC-31', name: 'a market buy for a quote amount',
    run: async (bench) => {
      const { quoteAmount } = bench.names
      const { ref } = await bench.connected()
      const buy = bench.order({ quantity: null, quoteQuantity: quoteAmount })
      const order = await traded(bench, ref, buy)
      expect(order.state).toBe('filled')
      expect(decimal(order.filled).times(decimal(order.averagePrice ?? '0')).lessThanOrEqualTo(decimal(quoteAmount ?? '0'))).toBe(true)
      expectFills(order)
      expect(await bench.seen(buy)).toHaveLength(1)
    },
  },
  {
    id: 'TC-32', name: 'a market sell', market: 'spot',
    run: async (bench) => {
      const { ref } = await bench.connected({ balances: { ...bench.names.balances, [bench.names.base]: '5' } })
      const order = await traded(bench, ref, bench.order({ side: 'sell' }))
      expect(order).toMatchObject({ state: 'filled', filled: bench.names.quantity })
      expectFills(order)
    },
  },
  {
    id: 'TC-33', name: 'one-way: a position is opened, shown, closed reduce-only; closing nothing is refused', market: 'futures',
    run: async (bench) => {
      const { ref } = await bench.connected()
      await holding(bench, ref)
      const { symbol, quantity } = bench.names
      const { positions, positionMode } = await bench.world.port.call({ verb: 'account', connection: ref, purpose: {} })
      expect(positionMode).toBe('one-way')
      expect(positions).toEqual([{ symbol, side: 'both', quantity }])
      const close = bench.order({ side: 'sell', reduceOnly: true })
      expect(await traded(bench, ref, close)).toMatchObject({ state: 'filled', filled: quantity })
      expect(await bench.seen(close)).toMatchObject([{ reduceOnly: true }])
      expect(await bench.submit(ref, bench.order({ side: 'sell', reduceOnly: true }))).toMatchObject({ kind: 'rejected', code: 'reduce_only_rejected', stale: 'position' })
      expect((await bench.world.port.call({ verb: 'account', connection: ref, purpose: {} })).positions).toEqual([])
    },
  },
  {
    id: 'TC-34', name: 'hedge mode: the side of the position goes along, short ones count below zero', market: 'futures',
    run: async (bench) => {
      const { ref, answer } = await bench.connected({ positionMode: 'hedge' })
      expect(answer.positionMode).toBe('hedge')
      const { symbol, quantity } = bench.names
      await traded(bench, ref, bench.order({ positionSide: 'long' }))
      await traded(bench, ref, bench.order({ side: 'sell', positionSide: 'short' }))
      const { positions, positionMode } = await bench.world.port.call({ verb: 'account', connection: ref, purpose: {} })
      expect(positionMode).toBe('hedge')
      expect(positions.toSorted((a, b) => (a.side < b.side ? -1 : 1))).toEqual([{ symbol, side: 'long', quantity }, { symbol, side: 'short', quantity: `-${quantity}` }])
      await traded(bench, ref, bench.order({ side: 'sell', positionSide: 'long' }))
      await traded(bench, ref, bench.order({ positionSide: 'short' }))
      expect((await bench.world.port.call({ verb: 'account', connection: ref, purpose: {} })).positions).toEqual([])
    },
  },
  {
    id: 'TC-35', name: 'an order of a mode that the account does not have says that the mode is stale', market: 'futures',
    run: async (bench) => {
      const { ref } = await bench.connected({ positionMode: 'hedge' })
      expect(await bench.submit(ref, bench.order())).toMatchObject({ kind: 'rejected', code: 'position_mode_differs', stale: 'mode' })
    },
  },
  {
    id: 'TC-36', name: 'below the minimum: refused, and the rules are stale',
    run: async (bench) => {
      const { ref } = await bench.connected()
      const outcome = await bench.submit(ref, bench.order({ quantity: bench.names.tooSmall }))
      expect(outcome).toMatchObject({ code: expect.stringMatching(/^(amount_below_minimum|rules_violated)$/) as unknown })
      // Where contracts are whole, less than one is not even sent.
      if (outcome.kind !== 'not_sent') expect(outcome).toMatchObject({ kind: 'rejected', stale: 'rules' })
    },
  },
  {
    id: 'TC-37', name: 'a quantity between two steps is never taken',
    run: async (bench) => {
      const { ref } = await bench.connected()
      const order = bench.order({ quantity: bench.names.finer })
      const outcome = await bench.submit(ref, order)
      expect(['rejected', 'not_sent'], JSON.stringify(outcome)).toContain(outcome.kind)
      expect('code' in outcome && outcome.code).toMatch(/^(rules_violated|invalid_order|amount_below_minimum)$/)
      expect(await bench.seen(order)).toEqual([])
    },
  },
  {
    id: 'TC-38', name: 'more than the account can pay: refused, and the position is stale',
    run: async (bench) => {
      const { ref } = await bench.connected()
      expect(await bench.submit(ref, bench.order({ quantity: bench.names.tooMuch }))).toMatchObject({ kind: 'rejected', code: expect.stringMatching(/^insufficient_(balance|margin)$/) as unknown, stale: 'position' })
    },
  },
  {
    id: 'TC-39', name: 'a symbol that is not there',
    run: async (bench) => {
      const { ref } = await bench.connected()
      const outcome = await bench.submit(ref, bench.order({ symbol: bench.names.unknown }))
      expect(['rejected', 'not_sent'], JSON.stringify(outcome)).toContain(outcome.kind)
      expect(outcome).toMatchObject({ code: 'unknown_symbol' })
    },
  },
  {
    id: 'TC-40', name: 'leverage is set, also twice the same; an impossible one is refused', market: 'futures',
    run: async (bench) => {
      const { ref } = await bench.connected()
      const set = (leverage: number) => bench.world.port.call({ verb: 'setLeverage', connection: ref, symbol: bench.names.symbol, leverage, purpose: {} })
      expect(await set(7)).toEqual({ leverage: 7 })
      expect(await set(7)).toEqual({ leverage: 7 })
      await expect(set(199)).rejects.toMatchObject({ code: 'rules_violated' })
    },
  },
  {
    id: 'TC-41', name: 'an order that rests is canceled by our id, what it filled stays; canceling again finds nothing open',
    run: async (bench) => {
      const { ref } = await bench.connected()
      const { rest, quantity } = bench.names
      const half = decimal(quantity).dividedBy(2).toFixed()
      await bench.sim(rest?.method ?? 'POST', rest?.path ?? '/fills', rest?.body ?? { market: bench.market, fraction: '0.5', rest: 'open' })
      const order = bench.order()
      expect(await bench.submit(ref, order)).toMatchObject({ kind: 'accepted', order: { state: 'open' } })
      const filled = rest === undefined ? half : '0'
      expect(await bench.lookup(ref, order)).toMatchObject({ kind: 'found', order: { state: 'open', filled } })
      expect(await bench.cancel(ref, order)).toMatchObject({ kind: 'canceled', order: { state: 'canceled', filled, clientOrderId: order.clientOrderId } })
      expect(await bench.cancel(ref, order)).toEqual({ kind: 'not_open' })
      expect(await bench.cancel(ref, bench.order())).toEqual({ kind: 'not_open' })
      if (rest !== undefined) await bench.sim(rest.method, rest.path, rest.undo)
    },
  },
  {
    id: 'TC-42', name: 'the rehearsal of an order places none',
    run: async (bench) => {
      const { ref } = await bench.connected()
      const order = bench.order()
      const test = (instruction: OrderInstruction) => bench.world.port.call({ verb: 'testOrder', connection: ref, order: instruction, purpose: {} })
      expect(await test(order)).toMatchObject({ done: true, ok: true })
      expect(await test(bench.order({ symbol: bench.names.unknown }))).toMatchObject({ done: true, ok: false })
      expect(await bench.seen(order)).toEqual([])
    },
  },
  {
    id: 'TC-43', name: 'orders of two accounts side by side stay apart',
    run: async (bench) => {
      const users = await Promise.all(Array.from({ length: 4 }, () => bench.connected()))
      const orders = users.flatMap((user) => [1, 2, 3].map(() => ({ user, order: bench.order() })))
      await Promise.all(orders.map(({ user, order }) => traded(bench, user.ref, order)))
      for (const { user, order } of orders) expect(await bench.seen(order)).toMatchObject([{ apiKey: user.credentials['apiKey'] }])
      const [one, other] = orders
      expect(await bench.lookup((one as typeof orders[0]).user.ref, orders[3]?.order ?? bench.order())).toMatchObject({ kind: 'absent' })
      expect(other).toBeDefined()
    },
  },
]
