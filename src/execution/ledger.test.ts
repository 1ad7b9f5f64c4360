import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Clock } from '#clock'
import type { ExchangeFill, ExchangeOrder } from '#contract'
import { canBecome, decimal, flatPosition, isFinal, ZERO, type Bot, type Decimal, type Fill, type OrderState } from '#model'
import type { StoredOrder } from '#store'
import { adopt, change, settleWithoutFills, track, type Change, type Tracked } from './ledger.ts'

// Whatever is reported of an order, and in whatever order: the books stay right, or refuse loudly.

let ticks = 0
const clock: Clock = { now: () => (ticks += 1), randomBytes: (length) => new Uint8Array(length), after: () => () => undefined, nextTurn: () => undefined }
const bot = { id: 'b', symbol: 'BTCUSDT', base: 'BTC', quote: 'USDT', market: 'futures' } as Bot
const STATES: readonly OrderState[] = ['submitting', 'uncertain', 'open', 'canceling', 'filled', 'canceled', 'partially_filled_then_canceled', 'expired', 'partially_filled_then_expired', 'rejected', 'failed']
const order = (state: OrderState): StoredOrder => ({
  order: {
    id: 'o', userId: 'u', botId: 'b', connectionId: 'c', signalId: null, symbol: 'BTCUSDT', exchange: 'binance', market: 'futures', leg: 0, kind: 'open', resend: 0,
    clientOrderId: 'T', exchangeOrderId: null, state, side: 'buy', positionSide: 'both', type: 'market', quantity: '10', quoteQuantity: null, filled: '0', averagePrice: null,
    reduceOnly: false, rejectCode: null, rejectText: null, notAfter: 0, needsPerson: state === 'uncertain', createdAt: 0, updatedAt: 0, version: 1,
  },
  timeline: [], settled: isFinal(state), sendUntil: null, accountKey: 'a', cause: 's',
})

/** Trades of one order: ten of them, one each. */
const TRADES: readonly ExchangeFill[] = Array.from({ length: 10 }, (_, n) => ({ tradeId: `t${n}`, price: '100', quantity: '1', fee: '0.1', feeAsset: 'USDT', at: n }))
const shown = fc.record({
  state: fc.constantFrom<ExchangeOrder['state']>('open', 'filled', 'canceled', 'expired', 'rejected'),
  filled: fc.integer({ min: 0, max: 10 }),
  /** Which trades are listed, some twice, some without a fee yet; null: none is part of the answer. */
  trades: fc.option(fc.array(fc.tuple(fc.integer({ min: 0, max: 9 }), fc.boolean()), { maxLength: 14 })),
}).map(({ state, filled, trades }): ExchangeOrder => ({
  exchangeOrderId: '1', clientOrderId: 'T', state, filled: String(filled), averagePrice: '100',
  // Trades that the order's own row does not count yet are as possible as a row without its trades.
  fills: trades === null ? null : trades.map(([n, complete]) => ({ ...TRADES[n]!, fee: complete ? '0.1' : null })),
}))
const step = fc.oneof({ weight: 6, arbitrary: shown }, { weight: 1, arbitrary: fc.constant('settle' as const) })

interface Books { tracked: Tracked; position: ReturnType<typeof flatPosition>; fills: Fill[] }
const take = (books: Books, { tracked, position, batch }: Change): Books => ({ tracked, position, fills: [...books.fills, ...batch.fills ?? []] })
const report = (books: Books, reported: ExchangeOrder): Change => adopt(clock, { bot, position: books.position }, books.tracked, reported, { event: 'reported', at: 0 })
const sum = (fills: readonly Fill[]): Decimal => fills.reduce((total, fill) => total.plus(decimal(fill.quantity)), ZERO)

test('any sequence of reports leaves a legal state, each trade booked once, and a position that is the sum of its fills', () => {
  fc.assert(fc.property(fc.constantFrom(...STATES), fc.array(step, { maxLength: 12 }), fc.boolean(), (begin, steps, reloads) => {
    let books: Books = { tracked: track(order(begin)), position: flatPosition('b', 'BTCUSDT'), fills: [] }
    for (const one of steps) {
      const before = books.tracked.stored
      if (one === 'settle') {
        if (!isFinal(before.order.state) || before.settled) continue
        books = take(books, settleWithoutFills(clock, { bot, position: books.position }, books.tracked))
      } else books = take(books, report(books, one))
      // As after a restart: what is known is what was stored.
      if (reloads) books.tracked = track(books.tracked.stored, books.fills)
      const { order: after, settled } = books.tracked.stored
      expect(after.state === before.order.state || canBecome(before.order.state, after.state), `${before.order.state} to ${after.state}`).toBe(true)
      expect(after.version).toBe(before.order.version + 1)
      expect(decimal(after.filled).greaterThanOrEqualTo(decimal(before.order.filled)), 'what was filled stays filled').toBe(true)
      expect(new Set(books.fills.map((fill) => fill.tradeId)).size, 'no trade twice').toBe(books.fills.length)
      expect(sum(books.fills).toString()).toBe(decimal(books.position.quantity).toString())
      expect(books.tracked.bookedQuantity.toString()).toBe(sum(books.fills).toString())
      expect(sum(books.fills).lessThanOrEqualTo(decimal(after.filled)), 'never more booked than filled').toBe(true)
      if (settled) expect(isFinal(after.state)).toBe(true)
      if (settled) expect(sum(books.fills).toString()).toBe(decimal(after.filled).toString())
      expect(after.needsPerson).toBe(after.state === 'uncertain' && before.order.needsPerson)
    }
  }), { numRuns: 2000 })
})

test('a quantity that was booked without its trades is not booked again when they come, and what goes beyond it is, in whatever portions', () => {
  fc.assert(fc.property(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 0, max: 10 }), fc.boolean(), (assumed, later, reloads) => {
    const filled = Math.max(assumed, later)
    let books: Books = { tracked: track(order('open')), position: flatPosition('b', 'BTCUSDT'), fills: [] }
    books = take(books, report(books, { exchangeOrderId: '1', clientOrderId: 'T', state: 'canceled', filled: String(assumed), averagePrice: '100', fills: null }))
    books = take(books, settleWithoutFills(clock, { bot, position: books.position }, books.tracked))
    expect(books.position.quantity).toBe(String(assumed))
    // Fills of one and a half, so that one of them lies across the border.
    const fills = Array.from({ length: 7 }, (_, n): ExchangeFill => ({ ...TRADES[n]!, quantity: '1.5' })).slice(0, Math.ceil(filled / 1.5))
    const last = fills.at(-1)!
    const whole = fills.slice(0, -1).reduce((total, fill) => total.plus(decimal(fill.quantity)), ZERO)
    const list = [...fills.slice(0, -1), { ...last, quantity: decimal(String(filled)).minus(whole).toString() }]
    for (let again = 0; again < 3; again += 1) {
      if (reloads) books.tracked = track(books.tracked.stored, books.fills)
      books = take(books, report(books, { exchangeOrderId: '1', clientOrderId: 'T', state: 'canceled', filled: String(filled), averagePrice: '100', fills: list }))
    }
    expect(books.position.quantity).toBe(String(filled))
    expect(books.tracked.stored.settled).toBe(true)
  }))
})

describe('what must not happen is refused loudly', () => {
  test.each(STATES.flatMap((from) => STATES.map((to) => [from, to] as const)))('%s to %s', (from, to) => {
    const move = (): Change => change(clock, { bot, position: flatPosition('b', 'BTCUSDT') }, track(order(from)), { state: to })
    if (from === to || canBecome(from, to)) expect(move().tracked.stored.order.state).toBe(to)
    else expect(move).toThrow(`${from} cannot become ${to}`)
  })

  test('an order that lived on after it had ended is a finding, and told', () => {
    const lived = report({ tracked: track(order('canceled')), position: flatPosition('b', 'BTCUSDT'), fills: [] }, { exchangeOrderId: '1', clientOrderId: 'T', state: 'filled', filled: '10', averagePrice: '100', fills: TRADES })
    expect(lived.batch.findings).toMatchObject([{ code: 'order_lived_on', orderId: 'o' }])
    expect(lived.batch.feed).toContainEqual(expect.objectContaining({ type: 'notice', data: expect.objectContaining({ code: 'finding', finding: 'order_lived_on' }) }))
    expect(lived.position.quantity).toBe('10')
  })
})
