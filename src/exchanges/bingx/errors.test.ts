import { expect, test } from 'vitest'
import { codeOf, isNotOpen, isNotThere, isPause, meaningOf } from './errors.ts'

test.each([504, 100_500, 109_500, 109_701, 110_500, 999_999, 0, null])('%s proves nothing about an order', (code) => {
  expect(meaningOf(code, 'whatever')).toBeNull()
})

test.each([100_202, 100_400, 100_421, 101_204])('%s with "system is busy" proves nothing about an order either', (code) => {
  expect(meaningOf(code, 'The current system is busy, please try again later')).toBeNull()
})

test.each([
  [100_202, '', 'insufficient_balance', 'position'],
  [101_204, '', 'insufficient_margin', 'position'],
  [80_012, '{"Code":101253,"Msg":"margin is not enough"}', 'insufficient_margin', 'position'],
  [101_202, '', 'amount_below_minimum', 'rules'],
  [101_290, '', 'reduce_only_rejected', 'position'],
  [101_415, '', 'symbol_halted', null],
  [109_400, 'In the One-way mode, the \'PositionSide\' field can only be set to BOTH.', 'position_mode_differs', 'mode'],
  [101_400, 'The minimum order amount is 2 USDT', 'amount_below_minimum', 'rules'],
  [109_400, 'something', 'invalid_order', null],
  [109_425, '', 'unknown_symbol', 'rules'],
  [100_004, '', 'permission_missing', null],
] as const)('%s %s: %s', (code, text, ours, stale) => {
  expect(meaningOf(code, text)).toMatchObject({ code: ours, stale })
})

test('an id that is used already is an order that is there', () => {
  expect([101_481, 109_201].map((code) => meaningOf(code, ''))).toEqual(['exists', 'exists'])
  expect(meaningOf(101_400, 'duplicate clientOrderID')).toBe('exists')
})

test('an old code that carries one nobody knows proves nothing', () => { expect(meaningOf(80_012, '{"Code":999999}')).toBeNull() })

test('100421 is about the clock only where it says so; 100410 is a limit only where it does not say "busy"', () => {
  const code = (number: number, msg: string): unknown => codeOf({ code: number, msg })
  expect(code(100_421, 'Null timestamp or timestamp mismatch')).toBe(100_421)
  expect(code(100_421, '')).toBe(100_421)
  const closed = codeOf({ code: 100_421, msg: 'This pair is currently restricted from API trading' })
  expect(meaningOf(closed, '')).toEqual({ code: 'account_restricted', stale: null })
  expect(isPause(codeOf({ code: 100_410, msg: 'Request rate limit exceeded' }) ?? 0)).toBe(true)
  const busy = codeOf({ code: 100_410, msg: 'The current system is busy, please try again later' }) ?? 0
  expect([isPause(busy), meaningOf(busy, '')]).toEqual([false, null])
  expect([codeOf({ code: '0' }), codeOf({ code: 'x' }), codeOf({})]).toEqual([0, null, null])
})

test('100404 and 100400 say of orders and of addresses that they are not there: only of an order it counts', () => {
  expect([isNotThere(109_421, ''), isNotThere(80_016, ''), isNotThere(100_404, 'order not exist')]).toEqual([true, true, true])
  expect([isNotThere(100_404, 'The requested API path does not exist'), isNotThere(100_400, 'symbol not exist'), isNotThere(100_500, 'order not exist'), isNotThere(null, 'order not exist')]).toEqual([false, false, false, false])
  expect([isNotOpen(109_422, ''), isNotThere(109_422, '')]).toEqual([true, false])
})
