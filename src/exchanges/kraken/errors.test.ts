import { expect, test } from 'vitest'
import { isClockSkew, meaningOf } from './errors.ts'

test.each(['EService:Unavailable', 'EService:Busy', 'EService:Timeout', 'EGeneral:Internal error', 'EDatabase:Internal error', 'EOrder:Duplicate client order id',
  'EGeneral:Invalid arguments:cl_ord_id', 'unknownError', 'Server Error', 'Unavailable', 'invalidArgument: cliOrdId', 'somethingNew', 429, null])('%s proves nothing about an order', (code) => {
  expect(meaningOf(code)).toBeNull()
})

test('clientOrderIdAlreadyExist: the order is there already', () => { expect(meaningOf('clientOrderIdAlreadyExist')).toBe('exists') })

test.each(['EAPI:Invalid nonce', 'EService:Deadline elapsed', 'EGeneral:Invalid arguments:deadline', 'nonceBelowThreshold: 5', 'invalidArgument: processBefore'])('%s is about time: nothing was carried out', (code) => {
  expect(isClockSkew(code)).toBe(true)
  expect(meaningOf(code)).toEqual({ code: 'clock_skew', stale: null })
})

test.each([
  ['EOrder:Insufficient funds', 'insufficient_balance', 'position'], ['EGeneral:Invalid arguments:volume minimum not met', 'amount_below_minimum', 'rules'],
  ['EGeneral:Invalid arguments:volume', 'rules_violated', 'rules'], ['EGeneral:Invalid arguments', 'invalid_order', null], ['EOrder:Cost minimum not met', 'amount_below_minimum', 'rules'],
  ['EQuery:Unknown asset pair', 'unknown_symbol', 'rules'], ['EService:Market in cancel_only mode', 'symbol_halted', null],
  ['EAccount:Invalid permissions:USDT trading restricted for DE.', 'account_restricted', null], ['insufficientAvailableFunds', 'insufficient_margin', 'position'],
  ['invalidSize', 'rules_violated', 'rules'], ['wouldNotReducePosition', 'reduce_only_rejected', 'position'], ['contractNotFound', 'unknown_symbol', 'rules'],
  ['iocWouldNotExecute', 'no_liquidity', null], ['invalidArgument: symbol', 'unknown_symbol', 'rules'],
] as const)('%s: %s', (code, ours, stale) => { expect(meaningOf(code)).toMatchObject({ code: ours, stale }) })
