import { expect, test } from 'vitest'
import { plainOf, readAmount, sure, typed, type Rule } from './read-amount.ts'

/** What stands in a field, and every amount that may be meant, the largest first. */
const ASKED: readonly (readonly [string, ...string[]])[] = [
  // A separator before exactly three digits.
  ['10,000', '10000', '10'],
  ['1,000', '1000', '1'],
  ['100,000', '100000', '100'],
  ['1.234', '1234', '1.234'],
  ['10.000', '10000', '10'],
  ['999.999', '999999', '999.999'],
  ['1 000', '1000', '1'],
  ['25 000', '25000', '25'],
  ['1\u00a0000', '1000', '1'],
  ['1\u202f000', '1000', '1'],
  ['1\u2009000', '1000', '1'],
  ["1'000", '1000', '1'],
  ['1’000', '1000', '1'],
  ['1_000', '1000', '1'],
  ['+10,000', '10000', '10'],
  ['01,234', '1234', '1.234'],
  // One point and one comma.
  ['10.000,5', '10000.5', '10.0005'],
  ['1,234.5', '1234.5', '1.2345'],
  ['1,000.00', '1000', '1'],
  ['1.000,000', '1000', '1'],
  ['100.000,25', '100000.25', '100.00025'],
  // Exponents.
  ['1e3', '1000'],
  ['1E3', '1000'],
  ['1e+3', '1000'],
  ['1e-7', '0.0000001'],
  ['1.5e3', '1500'],
  ['2,5e2', '250'],
  ['1,234e3', '1234000', '1234'],
  ['1e0', '1'],
  // Digits of other scripts: Arabic, Persian, full width, Devanagari, Thai, mathematical.
  ['١٠٠٠', '1000'],
  ['۱۰۰۰', '1000'],
  ['１００', '100'],
  ['१००', '100'],
  ['๑๐๐', '100'],
  ['𝟏𝟎𝟎', '100'],
  ['１０，０００', '10000', '10'],
  ['１．２３４', '1234', '1.234'],
  ['٣٫١٤', '3.14'],
  ['١٬٠٠٠', '1000'],
  ['١٠،٠٠٠', '10000', '10'],
  ['1０0', '100'],
]

/** What can be one amount only: it is read, and shown as it is read. */
const READ: readonly (readonly [string, string])[] = [
  ['1,234,567.5', '1234567.5'],
  ['1.234.567,5', '1234567.5'],
  ['1 234 567,5', '1234567.5'],
  ["1'234'567.5", '1234567.5'],
  ['1,234,567', '1234567'],
  ['1.234.567', '1234567'],
  ['1 000 000', '1000000'],
  ['1_000_000', '1000000'],
  ['1,00,000', '100000'],
  ['12,34,567.5', '1234567.5'],
  ['10,5', '10.5'],
  ['0,5', '0.5'],
  ['0,001', '0.001'],
  ['10,50', '10.5'],
  ['1 234,5', '1234.5'],
  ['1 000.25', '1000.25'],
  ['12345,678', '12345.678'],
  ['.5', '0.5'],
  [',5', '0.5'],
  ['5.', '5'],
  ['5,', '5'],
  ['007', '7'],
  ['+5', '5'],
  [' 100 ', '100'],
  ['\u00a0100', '100'],
]

const PLAIN = [
  '100',
  '0',
  '0.5',
  '0.001',
  '0.00000001',
  '10.50',
  '97000.123',
  '1.2345',
  '10000',
  '123456789012345678901234567890',
]

const MISTAKES: readonly (readonly [string, RegExp])[] = [
  ['10k', /zeros/],
  ['1.5m', /zeros/],
  ['2 K', /zeros/],
  ['$100', /unit/],
  ['100€', /unit/],
  ['10 USDT', /unit/],
  ['abc', /unit/],
  ['NaN', /unit/],
  ['Infinity', /unit/],
  ['0x10', /unit/],
  ['5%', /percentage/],
  ['1e99', /beyond/],
  ['1e-99', /beyond/],
  ['1/2', /not a number/],
  ['½', /not a number/],
  ['∞', /not a number/],
  ['12 5', /not a number/],
  ['1.2.3', /not a number/],
  ['1,2,3', /not a number/],
  ['1,,000', /not a number/],
  ['1,000,', /not a number/],
  ['1..5', /not a number/],
  ['1.000 000', /not a number/],
  ['1 000,000.5', /not a number/],
  ['3.141,592,653', /not a number/],
  ['5-', /not a number/],
  ['--5', /not a number/],
  ['(5)', /not a number/],
  ['.', /not a number/],
  ['1\u200b000', /cannot be seen/],
  ['\u200e100', /cannot be seen/],
  ['100\u0000', /cannot be seen/],
  ['-5', /negative/],
  ['−5', /negative/],
  ['1'.repeat(81), /too long/],
  ['1'.repeat(31), /not a number/],
]

test.each(ASKED)('"%s" is asked about, never guessed: %s %s', (text, ...readings) => {
  expect(readAmount(typed(text))).toEqual({ kind: 'question', readings })
  expect(plainOf(typed(text))).toBeNull()
  for (const reading of readings) expect(plainOf(sure(reading))).toBe(reading)
})

test.each(READ)('"%s" can only be %s, and is shown so', (text, read) => {
  expect(readAmount(typed(text))).toEqual({ kind: 'number', text: read, rewritten: true })
})

test.each(PLAIN)('"%s" is a plain number and stays as it is written', (text) => {
  expect(readAmount(typed(text))).toEqual({ kind: 'number', text, rewritten: false })
})

test.each(MISTAKES)('"%s" is no amount, and it is said why', (text, why) => {
  const read = readAmount(typed(text))
  expect(read).toEqual({ kind: 'mistake', message: expect.stringMatching(why) as string })
  expect(plainOf(typed(text))).toBeNull()
})

test('an empty field is no amount and no mistake', () => {
  expect(readAmount(typed('  '))).toEqual({ kind: 'empty' })
  expect(plainOf(typed(''))).toBe('')
})

test('what the server wrote, and what somebody chose, is not asked about again; changed by hand it is', () => {
  expect(readAmount(sure('1.234'))).toEqual({ kind: 'number', text: '1.234', rewritten: false })
  expect(readAmount(typed('1.234')).kind).toBe('question')
  expect(readAmount(sure('1,234')).kind).toBe('question')
})

const FIELDS: readonly (readonly [string, Rule, unknown])[] = [
  ['-0.01', { signed: true }, { kind: 'number', text: '-0.01', rewritten: false }],
  ['−0,01', { signed: true }, { kind: 'number', text: '-0.01', rewritten: true }],
  ['-1,000', { signed: true }, { kind: 'question', readings: ['-1', '-1000'] }],
  ['-0', { signed: true }, { kind: 'number', text: '-0', rewritten: false }],
  ['1.234', { whole: true }, { kind: 'question', readings: ['1234'] }],
  ['10,5', { whole: true }, { kind: 'mistake', message: 'must be a whole number' }],
  ['1,000', { whole: true, least: 1, most: 200 }, { kind: 'question', readings: ['1'] }],
  ['500', { whole: true, least: 1, most: 200 }, { kind: 'mistake', message: 'must be between 1 and 200' }],
  ['0', { least: 0.1 }, { kind: 'mistake', message: 'must be 0.1 or more' }],
  [
    '{{strategy.order.contracts}}',
    { placeholder: true },
    { kind: 'number', text: '{{strategy.order.contracts}}', rewritten: false },
  ],
  ['{{strategy.order.contracts}}', {}, { kind: 'mistake', message: expect.stringMatching(/unit/) as string }],
]
test.each(FIELDS)('"%s" in a field with %j', (text, rule, read) => {
  expect(readAmount(typed(text), rule)).toEqual(read)
})

test('every text is read in time that grows with its length', () => {
  const timeOf = (text: string): number => {
    const begun = process.hrtime.bigint()
    for (let times = 0; times < 200; times += 1) readAmount(typed(text))
    return Number(process.hrtime.bigint() - begun)
  }
  for (const part of ['1,', ' ', '1 000', '٠', 'e', '.,', '٬٠٠٠']) {
    timeOf(part.repeat(1000))
    expect(timeOf(part.repeat(40_000))).toBeLessThan(40 * timeOf(part.repeat(4000)) + 5e7)
  }
})
