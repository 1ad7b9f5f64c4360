import { expect, test } from 'vitest'
import { inWords } from './in-words.ts'

test.each([
  ['0', 'zero'],
  ['10', 'ten'],
  ['21', 'twenty-one'],
  ['100', 'one hundred'],
  ['110', 'one hundred ten'],
  ['1000', 'one thousand'],
  ['10000', 'ten thousand'],
  ['1001', 'one thousand one'],
  ['1234', 'one thousand two hundred thirty-four'],
  ['1.234', 'one point two three four'],
  ['1000000', 'one million'],
  ['-0.01', 'minus zero point zero one'],
])('%s is said as %s', (decimal, words) => {
  expect(inWords(decimal)).toBe(words)
})

test.each(['0.0000001', '1'.repeat(16), '', '1,000', 'ten'])('"%s" is not said', (text) => {
  expect(inWords(text)).toBeNull()
})
