import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decimal, text, type MarketRules } from '#model'
import { isDust, sizeClose, sizeOpening } from './size.ts'

const RULES: MarketRules = {
  exchange: 'binance', market: 'spot', symbol: 'BTCUSDT', base: 'BTC', quote: 'USDT', assetClass: 'crypto', trading: true, quantityStep: '0.01', minQuantity: '0.02',
  maxQuantity: '5', minNotional: '5', minNotionalOnClose: false, priceTick: '0.1', contractSize: '1', quoteStep: null, hours: 'always',
}
const close = (held: string, more: { wanted?: string; available?: string; price?: string } = {}, rules: Partial<MarketRules> = {}): readonly string[] | string => {
  const { price = '1000', ...limits } = more
  const sized = sizeClose({ ...RULES, ...rules }, decimal(held), { ...limits, price })
  return sized.ok ? sized.quantities : sized.stop.code
}

describe('sizeClose', () => {
  it('is cut to the step, and what is left stays', () => {
    expect(close('0.0399')).toEqual(['0.03'])
    expect(close('0.0199')).toBe('amount_below_minimum')
  })

  it('is split where it is too large, and never into parts that are too small', () => {
    expect(close('5')).toEqual(['5'])
    expect(close('12')).toEqual(['5', '5', '2'])
    expect(close('5.02')).toEqual(['5', '0.02'])
    expect(close('5.01')).toEqual(['2.51', '2.5'])
    expect(close('10.01')).toEqual(['5', '2.51', '2.5'])
    expect(close('5.02', { price: '100' })).toEqual(['2.51', '2.51']) // 0.02 at 100 is below the minimum value
  })

  it('leaves what fits into no order', () => {
    expect(close('5.01', {}, { minQuantity: '4' })).toEqual(['5'])
    expect(close('1000')).toHaveLength(50)
    expect(close('500', { price: '0.9' })).toBe('amount_below_minimum') // the largest order is worth 4.50, the least 5
  })

  it('without a price only the quantity is judged', () => {
    const sized = sizeClose(RULES, decimal('0.02'), { price: null })
    expect(sized.ok && sized.quantities).toEqual(['0.02'])
    expect(close('0.02', { price: '100' })).toBe('amount_below_minimum')
  })
})

describe('sizeOpening', () => {
  it('is cut down, never rounded up', () => {
    expect(sizeOpening({ quote: '59.99' }, RULES, 'buy', '1000', '1000')).toEqual({ ok: true, quantity: '0.05', quoteQuantity: null, figures: '59.99 USDT at 1000 = 0.05 BTC' })
    expect(sizeOpening({ quote: '100' }, RULES, 'buy', '3', '1000')).toMatchObject({ stop: { code: 'amount_above_maximum' } })
    expect(sizeOpening({ quote: '10' }, { ...RULES, quantityStep: '0.00000001', minQuantity: '0' }, 'buy', '3', '1000')).toMatchObject({ quantity: '3.33333333' })
  })

  it('by quote is cut to the quote\'s step', () => {
    expect(sizeOpening({ quote: '59.999' }, { ...RULES, quoteStep: '0.01' }, 'buy', null, '1000')).toMatchObject({ quantity: null, quoteQuantity: '59.99' })
    expect(sizeOpening({ quote: '0.5' }, { ...RULES, minNotional: null, quoteStep: '1' }, 'buy', '1', '1000')).toMatchObject({ stop: { code: 'amount_below_minimum' } })
  })

  it('where buys can be sized in quote alone a base amount becomes one by price, cut to its step; sells stay as they are', () => {
    const rules = { ...RULES, market: 'spot' as const, quoteStep: '0.01', buysByQuoteOnly: true }
    expect(sizeOpening({ base: '0.3' }, rules, 'buy', '333.333', '1000')).toMatchObject({ quantity: null, quoteQuantity: '99.99' })
    expect(sizeOpening({ base: '3.1' }, rules, 'buy', '333.333', '1000')).toMatchObject({ stop: { code: 'size_above_limit' } })
    expect(sizeOpening({ base: '0.3' }, rules, 'sell', '333.333', '1000')).toMatchObject({ quantity: '0.3', quoteQuantity: null })
  })

  it('exactly the largest size is allowed', () => {
    expect(sizeOpening({ quote: '1000' }, RULES, 'buy', '1000', '1000').ok).toBe(true)
    expect(sizeOpening({ base: '1' }, RULES, 'sell', '1000', '1000').ok).toBe(true)
    expect(sizeOpening({ base: '1' }, RULES, 'sell', '1000.01', '1000')).toMatchObject({ stop: { code: 'size_above_limit' } })
  })
})

describe('isDust', () => {
  it.each([
    ['0', '1000', false], ['0.01', '1000', true], ['0.02', '1000', false], ['0.0299', '200', true], ['0.0299', null, false], ['-0.01', '1000', true], ['-0.5', '1000', false],
  ])('%s at %s: %s', (rest, price, dust) => expect(isDust(rest, RULES, price)).toBe(dust))

  it('on futures by quantity alone, where reduce-only orders need no value', () => {
    expect(isDust('0.02', { ...RULES, market: 'futures' }, '1')).toBe(false)
    expect(isDust('0.02', { ...RULES, market: 'futures', minNotionalOnClose: true }, '1')).toBe(true)
  })
})

describe('whatever the rules and amounts are', () => {
  const step = fc.constantFrom('1', '0.1', '0.01', '0.001', '0.00001', '0.25', '5')
  const amount = fc.integer({ min: 1, max: 10_000_000 }).map((n) => text(decimal(String(n)).times('0.00137')))
  const rules = fc.record({ quantityStep: step, minQuantity: step, maxQuantity: fc.option(amount), minNotional: fc.option(amount), quoteStep: fc.option(step), minNotionalOnClose: fc.boolean() })
    .map((limits): MarketRules => ({ ...RULES, ...limits }))
  const isStep = (quantity: string, of: string): boolean => decimal(quantity).modulo(decimal(of)).isZero()

  it('an opening is never worth more than was asked for, nor above the bot\'s or the exchange\'s limit, and is in whole steps', () => {
    fc.assert(fc.property(rules, amount, amount, amount, fc.constantFrom('buy', 'sell'), fc.boolean(), (limits, size, price, maxSize, side, byQuote) => {
      const sized = sizeOpening(byQuote ? { quote: size } : { base: size }, limits, side, price, maxSize)
      if (!sized.ok) return
      const { quantity, quoteQuantity } = sized
      const value = quantity === null ? decimal(quoteQuantity ?? '0') : decimal(quantity).times(decimal(price))
      const asked = byQuote ? decimal(size) : decimal(size).times(decimal(price))
      expect(value.lessThanOrEqualTo(asked)).toBe(true)
      expect(value.lessThanOrEqualTo(decimal(maxSize))).toBe(true)
      if (quantity !== null) {
        expect(isStep(quantity, limits.quantityStep)).toBe(true)
        expect(decimal(quantity).lessThanOrEqualTo(decimal(limits.maxQuantity ?? quantity))).toBe(true)
        expect(decimal(quantity).greaterThanOrEqualTo(decimal(limits.minQuantity))).toBe(true)
      }
    }), { numRuns: 2000 })
  })

  it('a close never takes more than is held, wanted and available, and each of its orders is one that the exchange takes', () => {
    fc.assert(fc.property(rules, amount, fc.option(amount), fc.option(amount), amount, (limits, held, wanted, available, price) => {
      const sized = sizeClose(limits, decimal(held), { wanted, ...(available === null ? {} : { available }), price })
      if (!sized.ok) return
      const total = sized.quantities.reduce((sum, part) => sum.plus(decimal(part)), decimal('0'))
      for (const most of [held, wanted ?? held, available ?? held]) expect(total.lessThanOrEqualTo(decimal(most))).toBe(true)
      expect(total.equals(sized.total)).toBe(true)
      for (const part of sized.quantities) {
        expect(decimal(part).greaterThan(0)).toBe(true)
        expect(isStep(part, limits.quantityStep)).toBe(true)
        expect(decimal(part).lessThanOrEqualTo(decimal(limits.maxQuantity ?? part))).toBe(true)
      }
    }), { numRuns: 2000 })
  })
})
