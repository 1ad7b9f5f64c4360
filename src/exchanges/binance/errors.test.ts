import { expect, test } from 'vitest'
import { meaningOf } from './errors.ts'

test.each([-1000, -1001, -1006, -1007, -1008, -1016, -9999, null])('%s proves nothing about an order', (code) => {
  expect(meaningOf(code, 'whatever')).toBeNull()
})

test.each([[-2010, 'Duplicate order sent.'], [-4116, 'ClientOrderId is duplicated.']])('%s: the order is there already', (code, text) => {
  expect(meaningOf(code, text)).toBe('exists')
})

test.each([
  [-2010, 'Account has insufficient balance for requested action.', 'insufficient_balance', 'position'],
  [-2010, 'Market is closed.', 'market_closed', 'rules'], [-4108, 'This symbol is in settlement.', 'symbol_halted', null],
  [-2010, 'This account may not place or cancel orders.', 'account_restricted', null],
  [-2010, 'A text that is not known', 'order_rejected', null],
  [-1013, 'Filter failure: NOTIONAL', 'amount_below_minimum', 'rules'],
  [-1013, 'Filter failure: MIN_NOTIONAL', 'amount_below_minimum', 'rules'],
  [-1013, 'Filter failure: LOT_SIZE', 'rules_violated', 'rules'],
  [-1013, 'Filter failure: MAX_POSITION', 'position_limit', null],
  [-1111, 'Parameter \'quantity\' has too much precision.', 'rules_violated', 'rules'],
  [-4003, 'Quantity less than or equal to zero.', 'rules_violated', 'rules'],
  [-4164, 'Order\'s notional must be no smaller than 5 (unless you choose reduce only).', 'amount_below_minimum', 'rules'],
  [-4061, 'Order\'s position side does not match user\'s setting.', 'position_mode_differs', 'mode'],
  [-1106, 'Parameter \'reduceonly\' sent when not required.', 'position_mode_differs', 'mode'],
  [-1106, 'Parameter \'price\' sent when not required.', 'invalid_order', null],
  [-2019, 'Margin is insufficient.', 'insufficient_margin', 'position'],
  [-2022, 'ReduceOnly Order is rejected.', 'reduce_only_rejected', 'position'],
] as const)('%s %s: %s', (code, text, ours, stale) => {
  expect(meaningOf(code, text)).toMatchObject({ code: ours, stale })
})
