import { expect, test } from 'vitest'
import { futuresRules, spotRules } from './markets.ts'
import { readFills, readOrder } from './order.ts'
import { signedAt } from './sign.ts'

// Rows as the documentation shows them, shortened.
const spot = {
  symbol: 'BTC-USDT', baseCurrency: 'BTC', quoteCurrency: 'USDT', baseMinSize: '0.00001', quoteMinSize: '0.1', baseMaxSize: '10000000000', baseIncrement: '0.00000001', quoteIncrement: '0.000001',
  priceIncrement: '0.1', minFunds: '0.1', enableTrading: true,
}
const contract = {
  symbol: 'XBTUSDTM', type: 'FFWCSX', baseCurrency: 'XBT', quoteCurrency: 'USDT', settleCurrency: 'USDT', maxOrderQty: 1_000_000, lotSize: 1, tickSize: 0.1, multiplier: 0.001, isInverse: false, status: 'Open', marketMaxOrderQty: 5000,
}

test('a pair', () => {
  expect(spotRules(spot)).toMatchObject({ symbol: 'BTC-USDT', quantityStep: '0.00000001', minQuantity: '0.00001', minNotional: '0.1', quoteStep: '0.000001', trading: true })
  expect(spotRules({ ...spot, enableTrading: false })?.trading).toBe(false)
  expect(spotRules({ ...spot, baseIncrement: '0' })).toBeNull()
})

test('sizes of contracts become base, and XBT is bitcoin', () => {
  expect(futuresRules(contract)).toMatchObject({ symbol: 'XBTUSDTM', base: 'BTC', quote: 'USDT', contractSize: '0.001', quantityStep: '0.001', minQuantity: '0.001', maxQuantity: '5', trading: true })
})

test.each([
  ['coin-margined', { isInverse: true, settleCurrency: 'XBT' }], ['one with an end', { type: 'FFICSX' }], ['without a size', { multiplier: -1 }], ['in another currency', { quoteCurrency: 'USD', settleCurrency: 'USD' }],
])('a contract that is %s is left out', (_name, fields) => { expect(futuresRules({ ...contract, ...fields })).toBeNull() })

test.each(['Init', 'PrepareSettled', 'Paused', 'CancelOnly', 'Closed'])('a contract that is %s does not trade', (status) => { expect(futuresRules({ ...contract, status })?.trading).toBe(false) })

test('a signature ends when the order does', () => {
  expect(signedAt({ at: 10_000, windowMs: 5000, nonce: 1 })).toBe(10_000)
  expect(signedAt({ at: 10_000, windowMs: 700, nonce: 1 })).toBe(5700)
})

test('the times of fills: ms on spot, ns on contracts', () => {
  const row = { orderId: '7', tradeId: '1', price: '100', size: 3, fee: '0.1', feeCurrency: 'USDT', createdAt: 1_700_000_000_001, tradeTime: '1700000000002000000' }
  expect(readFills([row], '7', 'futures', '0.001')).toMatchObject([{ quantity: '0.003', at: 1_700_000_000_002, fee: '0.1', feeAsset: 'USDT' }])
  expect(readFills([row], '7', 'spot', '1')).toMatchObject([{ quantity: '3', at: 1_700_000_000_001 }])
  expect(readFills([row], '8', 'spot', '1')).toEqual([])
})

test.each([
  ['still open', { isActive: true, cancelExist: false }, 'open'], ['filled', { isActive: false, cancelExist: false }, 'filled'], ['canceled', { active: false, cancelExist: true }, 'canceled'],
])('an order that is %s', (_name, fields, state) => {
  expect(readOrder({ id: '7', clientOid: 'T1', dealSize: 2, dealValue: '0.2', ...fields }, 'T1', '0.001')).toMatchObject({ state, filled: '0.002', averagePrice: '100' })
})

test('an order that does not say whether it ended, or that is another, is not read', () => {
  expect(readOrder({ id: '7', clientOid: 'T1', dealSize: 2 }, 'T1', '1')).toBeTypeOf('string')
  expect(readOrder({ id: '7', clientOid: 'T2', isActive: false, cancelExist: false }, 'T1', '1')).toBeTypeOf('string')
})
