import { expect, test } from 'vitest'
import { amount, averageOf, member, parseJson, plainAmount, time, word } from './answer.ts'

test('order ids beyond what a number holds keep every digit', () => {
  expect(word(parseJson('{"orderId": 8389765518993580123, "a": [1234567890123456789]}'), 'orderId')).toBe('8389765518993580123')
  expect(parseJson('{"orderId":28,"msg":"at 1234567890123456789 it"}')).toEqual({ orderId: 28, msg: 'at 1234567890123456789 it' })
  expect(parseJson('{"id":1234567890123456789,"msg":"see [12345678901234567890], {\\"x\\": 98765432109876543210}"}'))
    .toEqual({ id: '1234567890123456789', msg: 'see [12345678901234567890], {"x": 98765432109876543210}' })
  expect(parseJson('{"a":0.5000000000000000000,"b":1e400,"c":"1234567890123456789"}')).toEqual({ a: 0.5, b: Infinity, c: '1234567890123456789' })
  expect(parseJson('nonsense')).toBeUndefined()
})

test('amounts come out plain, numbers likewise; anything else is none', () => {
  expect(['0.00100000', '5', '0.0', '100.00', 12.5, 1e-7, '1e5', '-0.50', '', null, 'x', Infinity].map(plainAmount))
    .toEqual(['0.001', '5', '0', '100', '12.5', '0.0000001', null, '-0.5', null, null, null, null])
})

test('what is absent is null, never a mistake', () => {
  for (const value of [undefined, null, 'text', 7, []]) {
    expect([word(value, 'a'), amount(value, 'a'), time(value, 'a'), member(value, 'a')]).toEqual([null, null, null, undefined])
  }
  expect(member({}, 'constructor')).toBeUndefined()
})

test('an average has at most 18 decimals, and none without a fill', () => {
  expect(averageOf('100', '3')).toBe('33.333333333333333333')
  expect(averageOf('0', '0')).toBeNull()
  expect(averageOf('-1', '2')).toBeNull()
  expect(averageOf(null, '2')).toBeNull()
})
