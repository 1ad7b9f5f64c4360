import fc from 'fast-check'
import { expect, test } from 'vitest'
import { numericIds, plainIds, prefixedIds } from './order-ids.ts'

const LETTERS = Array.from('ABCDEFGHIJKLMNOPQRSTUVWXYZ234567')
const ours = (letters: number) => fc.array(fc.constantFrom(...LETTERS), { minLength: letters, maxLength: letters }).map((all) => `T${all.join('')}`)
const decimalIds = numericIds(11, String, (text) => (/^\d{1,19}$/.test(text) ? BigInt(text) : null))
const hexIds = numericIds(17, (value) => `0x${value.toString(16).padStart(32, '0')}`, (text) => (/^0x[0-9a-f]{32}$/.test(text) ? BigInt(text) : null))

test.each([
  ['as they are', plainIds, 17, /^[A-Z2-7]{18}$/], ['with a prefix', prefixedIds('t-'), 17, /^t-[A-Z2-7]{18}$/],
  ['as a 64-bit integer', decimalIds, 11, /^\d{17}$/], ['as 128 bits', hexIds, 17, /^0x[0-9a-f]{32}$/],
] as const)('%s: written and read, every id comes back', (_name, ids, letters, form) => {
  fc.assert(fc.property(ours(letters), (id) => {
    expect(ids.write(id)).toMatch(form)
    expect(ids.read(ids.write(id))).toBe(id)
  }))
})

test('as a number: two ids never become one, and none is beyond a signed 64-bit integer', () => {
  fc.assert(fc.property(ours(11), ours(11), (one, other) => {
    expect(decimalIds.write(one) === decimalIds.write(other)).toBe(one === other)
    expect(BigInt(decimalIds.write(one))).toBeLessThan(2n ** 63n - 1n)
  }))
})

test('what somebody else wrote is not taken for ours', () => {
  expect(plainIds.read('web 1')).toBeNull()
  expect(prefixedIds('t-').read('web')).toBeNull()
  for (const theirs of ['', '12', '9223372036854775807', 'x']) expect(decimalIds.read(theirs), theirs).toBeNull()
  expect(hexIds.read(`0x${'f'.repeat(32)}`)).toBeNull()
})
