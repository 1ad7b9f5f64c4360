import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decimal, text, ZERO } from './decimal.ts'
import type { Fill, Side } from './order.ts'
import { bookAdjustment, bookFill, flatPosition, type Position } from './position.ts'

const SPOT = { base: 'BTC', quote: 'USDT', spot: true }
const FUTURES = { ...SPOT, spot: false }
const fill = (side: Side, price: string, quantity: string, fee = '0', feeAsset: string | null = null): Fill => ({
  id: 'f', orderId: 'o', botId: 'b', tradeId: 't', side, price, quantity, fee, feeAsset, at: 0,
})
const book = (fills: readonly Fill[], assets = SPOT, start: Position = flatPosition('b', 'BTCUSDT')): Position =>
  fills.reduce((position, one) => bookFill(position, one, assets), start)

const amount = fc.tuple(fc.integer({ min: 1, max: 10_000_000 }), fc.integer({ min: 0, max: 8 })).map(([units, places]) => text(decimal(String(units)).dividedBy(10 ** places)))
const fills = fc.array(fc.record({ side: fc.constantFrom<Side>('buy', 'sell'), price: amount, quantity: amount, fee: amount, feeAsset: fc.constantFrom('USDT', 'BTC', 'BNB', null) })
  .map(({ side, price, quantity, fee, feeAsset }) => fill(side, price, quantity, feeAsset === null ? '0' : text(decimal(fee).dividedBy(1000)), feeAsset)), { maxLength: 12 })
describe('bookFill', () => {
  it('holds the sum of what was bought and sold, less fees taken in base on spot', () => {
    fc.assert(fc.property(fills, fc.boolean(), (all, spot) => {
      const sum = all.reduce((held, one) => {
        const traded = one.side === 'buy' ? decimal(one.quantity) : decimal(one.quantity).negated()
        return held.plus(traded).minus(spot && one.feeAsset === 'BTC' ? decimal(one.fee) : ZERO)
      }, ZERO)
      expect(book(all, { ...SPOT, spot }).quantity).toBe(text(sum))
    }))
  })

  it('counts every fee once, under its asset', () => {
    fc.assert(fc.property(fills, (all) => {
      const { fees } = book(all)
      for (const asset of ['USDT', 'BTC', 'BNB']) {
        const paid = all.filter((one) => one.feeAsset === asset).reduce((sum, one) => sum.plus(decimal(one.fee)), ZERO)
        expect(fees[asset] ?? '0').toBe(text(paid))
      }
    }))
  })

  it('profit plus what is held at its average is the money that went in and out (futures)', () => {
    fc.assert(fc.property(fills, (all) => {
      const position = book(all, FUTURES)
      const cash = all.reduce((sum, one) => {
        const value = decimal(one.price).times(decimal(one.quantity))
        const fee = one.feeAsset === 'USDT' ? decimal(one.fee) : one.feeAsset === 'BTC' ? decimal(one.fee).times(decimal(one.price)) : ZERO
        return sum.plus(one.side === 'buy' ? value.negated() : value).minus(fee)
      }, ZERO)
      const held = position.averagePrice === null ? ZERO : decimal(position.quantity).times(decimal(position.averagePrice))
      const gross = all.reduce((sum, one) => sum.plus(decimal(one.price).times(decimal(one.quantity))), decimal('1'))
      const off = decimal(position.realizedProfit).minus(cash.plus(held)).abs()
      expect(off.lessThanOrEqualTo(gross.times('1e-18'))).toBe(true) // averages have 24 digits
    }))
  })

  it('knows an average exactly while it holds something', () => {
    fc.assert(fc.property(fills, (all) => {
      const position = book(all)
      expect(position.averagePrice === null).toBe(position.quantity === '0')
      if (position.averagePrice !== null) expect(decimal(position.averagePrice).greaterThan(0)).toBe(true)
    }))
  })

  it('goes on after an average that has no end', () => {
    const position = book([fill('buy', '1', '1'), fill('buy', '2', '2'), fill('sell', '2', '1')])
    expect(position.averagePrice).toBe('1.66666666666666666666667')
    expect(position.quantity).toBe('2')
    expect(position.realizedProfit).toBe('0.33333333333333333333333')
  })

  it.each([
    ['a long closed above its average earns', [fill('buy', '100', '2'), fill('sell', '110', '1')], '1', '100', '10'],
    ['a short closed below its average earns', [fill('sell', '100', '2'), fill('buy', '90', '2')], '0', null, '20'],
    ['a fill that crosses zero starts anew at its price', [fill('buy', '100', '1'), fill('sell', '120', '3')], '-2', '120', '20'],
    ['adding moves the average', [fill('buy', '100', '1'), fill('buy', '200', '1')], '2', '150', '0'],
    ['a fee in quote reduces profit', [fill('buy', '100', '1', '0.1', 'USDT')], '1', '100', '-0.1'],
    ['a fee in base reduces what is held, and profit by its value', [fill('buy', '100', '1', '0.001', 'BTC')], '0.999', '100', '-0.1'],
    ['a fee in a third asset is only counted', [fill('buy', '100', '1', '0.01', 'BNB')], '1', '100', '0'],
    ['a rebate adds to profit', [fill('buy', '100', '1', '-0.1', 'USDT')], '1', '100', '0.1'],
  ])('%s', (_name, all, quantity, averagePrice, realizedProfit) => {
    expect(book(all)).toMatchObject({ quantity, averagePrice, realizedProfit })
  })

  it('a fee in base on futures leaves the position alone', () => {
    expect(book([fill('buy', '100', '1', '0.001', 'BTC')], FUTURES)).toMatchObject({ quantity: '1', realizedProfit: '-0.1' })
  })

  it('dust joins what is bought next and is dust no more', () => {
    const dusty = { ...book([fill('buy', '100', '1'), fill('sell', '100', '0.9999')]), dust: true }
    expect(bookFill(dusty, fill('buy', '200', '0.0001'), SPOT)).toMatchObject({ quantity: '0.0002', averagePrice: '150', dust: false })
    expect(bookFill(dusty, fill('sell', '200', '0.0001'), SPOT)).toMatchObject({ quantity: '0', dust: false })
    expect(bookFill(dusty, fill('sell', '200', '1'), FUTURES)).toMatchObject({ quantity: '-0.9999', averagePrice: '200', dust: false })
  })

  it('what is held of unknown cost makes no profit and gets no invented average', () => {
    const unknown = bookAdjustment(flatPosition('b', 'BTCUSDT'), '2')
    expect(unknown.averagePrice).toBeNull()
    expect(bookFill(unknown, fill('sell', '100', '1'), SPOT)).toMatchObject({ quantity: '1', averagePrice: null, realizedProfit: '0' })
    expect(bookFill(unknown, fill('buy', '100', '1'), SPOT)).toMatchObject({ quantity: '3', averagePrice: null })
    expect(bookFill(unknown, fill('sell', '100', '3'), FUTURES)).toMatchObject({ quantity: '-1', averagePrice: '100', realizedProfit: '0' })
  })
})

describe('bookAdjustment', () => {
  it('changes the quantity alone, and forgets an average that no longer belongs to it', () => {
    const long = book([fill('buy', '100', '2')])
    expect(bookAdjustment(long, '-1')).toMatchObject({ quantity: '1', averagePrice: '100', realizedProfit: '0' })
    expect(bookAdjustment(long, '-2')).toMatchObject({ quantity: '0', averagePrice: null })
    expect(bookAdjustment(long, '-3')).toMatchObject({ quantity: '-1', averagePrice: null })
  })
})
