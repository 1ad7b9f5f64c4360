import { expect, test } from 'vitest'
import { readFills } from './order.ts'

const fill = (fields: Record<string, unknown>): Record<string, unknown> => ({ trade_id: 't', order_id: 'o', trade_time: '2026-11-20T12:00:00Z', price: '3', size: '1', commission: '0.01', product_id: 'BTC-USD', size_in_quote: true, ...fields })

test('sizes that are amounts add up to what the order filled, where rounding alone lies between', () => {
  const fills = readFills([fill({ trade_id: 'a' }), fill({ trade_id: 'b' })], 'o', '0.66666666')
  expect(fills?.map(({ quantity }) => quantity)).toEqual(['0.333333333333333333', '0.333333326666666667'])
  expect(fills?.[0]).toMatchObject({ fee: '0.01', feeAsset: 'USD', price: '3' })
})

test('a fill that is missing is not made up', () => {
  expect(readFills([fill({ trade_id: 'a' })], 'o', '0.66666666')).toBeNull()
  expect(readFills([fill({ size_in_quote: false, size: '0.5' })], 'o', '0.50000001')).toBeNull()
  expect(readFills([fill({ order_id: 'another', size_in_quote: false })], 'o', '1')).toBeNull()
})
