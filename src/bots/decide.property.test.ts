import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decimal, type MarketRules } from '#model'
import { DECISION_CODES } from './codes.ts'
import { decide } from './decide.ts'
import { BASE, BOT, NOW, RULES, SIGNAL } from './decide.samples.ts'
import type { Decided, DecisionInput } from './decision.ts'

describe('whatever the input', () => {
  const amount = fc.tuple(fc.bigInt({ min: 1n, max: 10n ** 12n }), fc.integer({ min: 0, max: 10 })).map(([units, places]) => {
    const digits = units.toString().padStart(places + 1, '0')
    return places === 0 ? digits : `${digits.slice(0, -places)}.${digits.slice(-places)}`
  })
  const step = fc.constantFrom('1', '0.1', '0.001', '0.00001', '0.005', '5')
  const rules = fc.record({ quantityStep: step, steps: fc.integer({ min: 1, max: 50 }), most: fc.option(fc.integer({ min: 50, max: 5000 })), minNotional: fc.option(fc.constantFrom('1', '5', '10')), minNotionalOnClose: fc.boolean(), quoteStep: fc.option(fc.constantFrom('0.01', '1')), market: fc.constantFrom('spot' as const, 'futures' as const) })
    .map(({ quantityStep, steps, most, ...more }): MarketRules => ({
      ...RULES, ...more, quantityStep, minQuantity: decimal(quantityStep).times(steps).toFixed(), maxQuantity: most === null ? null : decimal(quantityStep).times(most).toFixed(),
    }))
  const inputs = fc.record({
    rules, side: fc.constantFrom('BUY' as const, 'SELL' as const), size: fc.option(amount), dilution: fc.boolean(), flags: fc.subarray(['TEST', 'REVERSE', 'DEBUG'] as const),
    position: fc.oneof(fc.constant('0'), amount, amount.map((text) => `-${text}`)), dust: fc.integer({ min: 0, max: 5 }).map((drawn) => drawn === 0), price: fc.oneof({ weight: 8, arbitrary: fc.constantFrom('0.00001234', '0.97', '97.3', '64123.45') }, amount, fc.constant(null)), amountIn: fc.constantFrom('quote' as const, 'base' as const), amount,
    maxSize: fc.oneof({ weight: 3, arbitrary: fc.constant('1000000000') }, amount), direction: fc.constantFrom('both' as const, 'long' as const, 'short' as const), onOpposite: fc.constantFrom('close' as const, 'flip' as const),
    positionMode: fc.constantFrom('one-way' as const, 'hedge' as const), owner: fc.boolean(), freeBalance: fc.option(amount), age: fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, fc.integer({ min: 0, max: 2_000_000 })), paused: fc.integer({ min: 0, max: 5 }).map((drawn) => drawn === 0),
  }).map((some): DecisionInput => ({
    ...BASE, rules: some.rules, position: some.position, dust: some.dust, positionMode: some.rules.market === 'spot' ? null : some.positionMode,
    price: some.price === null ? null : { price: some.price, at: NOW }, ...some.freeBalance === null ? {} : { freeBalance: some.freeBalance },
    signal: { ...SIGNAL, side: some.side, size: some.size, dilution: some.dilution, flags: some.flags, ageFrom: NOW - some.age, userId: some.owner ? 'me' : 'them' },
    bot: { ...BOT, market: some.rules.market, amountIn: some.amountIn, amount: some.amount, maxSize: some.maxSize, direction: some.direction, onOpposite: some.onOpposite, paused: some.paused },
  }))
  const each = (check: (input: DecisionInput, decision: Decided, rules: MarketRules) => void): void => {
    let orders = 0
    fc.assert(fc.property(inputs, (input) => {
      const first = decide(input)
      const decision = first.outcome === 'needs' ? decide({ ...input, unavailable: first.what }) : first
      if (decision.outcome === 'needs') throw new Error('asked again for what is not to be had')
      if (decision.legs.length > 0) orders += 1
      check(input, decision, input.rules ?? RULES)
    }), { numRuns: 3000 })
    expect(orders).toBeGreaterThan(200) // a property that saw no orders holds nothing
  }

  it('a close never exceeds the position nor what is free, and never turns it', () => each((input, { legs }) => {
    const closes = legs.filter(({ kind }) => kind === 'close')
    if (closes.length === 0) return
    const total = closes.reduce((sum, { quantity }) => sum.plus(decimal(quantity ?? '0')), decimal('0'))
    const position = decimal(input.position)
    expect(total.lessThanOrEqualTo(position.abs())).toBe(true)
    if (input.bot.market === 'spot' && input.freeBalance !== undefined) expect(total.lessThanOrEqualTo(decimal(input.freeBalance))).toBe(true)
    for (const one of closes) expect(one).toMatchObject({ side: position.isNegative() ? 'buy' : 'sell', quoteQuantity: null, reduceOnly: input.bot.market === 'futures' && input.positionMode === 'one-way' })
  }))

  it('an order is a multiple of the step and within the exchange\'s limits', () => each((input, { legs }, market) => {
    for (const one of legs) {
      expect((one.quantity === null) !== (one.quoteQuantity === null)).toBe(true)
      if (one.quantity === null) {
        expect(decimal(one.quoteQuantity ?? '').modulo(decimal(market.quoteStep ?? '')).isZero()).toBe(true)
        continue
      }
      const quantity = decimal(one.quantity)
      expect(quantity.modulo(decimal(market.quantityStep)).isZero()).toBe(true)
      expect(quantity.greaterThanOrEqualTo(decimal(market.minQuantity))).toBe(true)
      if (market.maxQuantity !== null) expect(quantity.lessThanOrEqualTo(decimal(market.maxQuantity))).toBe(true)
      const judged = market.minNotional !== null && input.price !== null && (one.kind === 'open' || market.market === 'spot' || market.minNotionalOnClose)
      if (judged) expect(quantity.times(decimal(input.price.price)).greaterThanOrEqualTo(decimal(market.minNotional))).toBe(true)
    }
  }))

  it('cutting never increases risk: an opening is at most what was asked, and at most the largest size', () => each((input, { legs }) => {
    for (const one of legs.filter(({ kind }) => kind === 'open')) {
      const { bot, signal, price } = input
      const counts = signal.size !== null && bot.userId === signal.userId
      const value = one.quantity === null ? decimal(one.quoteQuantity ?? '') : decimal(one.quantity).times(decimal(price?.price ?? ''))
      expect(value.lessThanOrEqualTo(decimal(bot.maxSize))).toBe(true)
      if (counts) expect(value.lessThanOrEqualTo(decimal(signal.size))).toBe(true)
      else if (bot.amountIn === 'quote') expect(value.lessThanOrEqualTo(decimal(bot.amount))).toBe(true)
      else expect(decimal(one.quantity ?? '').lessThanOrEqualTo(decimal(bot.amount))).toBe(true)
      expect(one.reduceOnly).toBe(false)
      if (bot.market === 'spot') expect(one.side).toBe('buy')
    }
  }))

  it('the outcome is what the catalogue says of the code, with a reason, and orders only where there are orders', () => each((input, { outcome, code, reason, legs, flip }) => {
    const listed = DECISION_CODES[code as keyof typeof DECISION_CODES].outcome
    expect(outcome).toBe(listed === 'order' && input.signal.flags.includes('TEST') ? 'test' : listed)
    expect(legs.length > 0).toBe(outcome === 'order' || outcome === 'test')
    expect(reason).toMatch(/^[A-Z0-9].*\.$/)
    expect(flip !== null).toBe(code === 'flip')
  }))
})
