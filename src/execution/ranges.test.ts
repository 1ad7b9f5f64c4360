import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fromRanges, toRanges } from './ranges.ts'

test('ranges hold exactly the numbers that were put in', () => {
  fc.assert(fc.property(fc.uniqueArray(fc.nat(500)), (numbers) => {
    expect(fromRanges(toRanges(numbers))).toEqual([...numbers].sort((a, b) => a - b))
  }))
})

test('neighbours take no room', () => {
  expect(toRanges(Array.from({ length: 10_000 }, (_, index) => index + 1))).toBe('1-10000')
  expect(toRanges([3, 1, 2, 9])).toBe('1-3,9')
  expect(toRanges([])).toBe('')
})
