import { describe, expect, it } from 'vitest'
import { decimal, type MarketRules } from '#model'
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
