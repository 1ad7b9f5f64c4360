import { stripVTControlCharacters } from 'node:util'
import { expect, it } from 'vitest'
import { milliseconds, printable, sheet, table } from './table.ts'

const plain = stripVTControlCharacters

it('columns are aligned, numbers to the right, nothing trails', () => {
  const rows = [{ name: 'a', n: 1 }, { name: 'longer', n: 1000 }]
  const text = plain(table(rows, [{ title: 'NAME', of: (row) => row.name },
    { title: 'COUNT', of: (row) => row.n, right: true }, { title: 'NOTE', of: () => null }], 'none'))
  expect(text).toBe(['NAME    COUNT  NOTE', 'a           1  -', 'longer   1000  -'].join('\n'))
})

it('an empty list teaches', () => {
  expect(table([], [{ title: 'X', of: () => '' }], 'Make one with: …')).toBe('Make one with: …')
})

it('text from elsewhere cannot steer the terminal', () => {
  const text = plain(table([{ name: 'evil\u001b]0;title\u0007\u001b[2J\r' }],
    [{ title: 'NAME', of: (row) => row.name }], ''))
  // oxlint-disable-next-line no-control-regex -- they are what is looked for
  expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/)
  expect(printable('a\nb')).toBe('a\nb')
})

it('a sheet leaves out what is not there, and keeps what is no or 0', () => {
  expect(plain(sheet([['a', null], ['bc', false], ['d', 0], ['e', '']]))).toBe('bc  no\nd   0')
})

it('milliseconds have the digits that they deserve', () => {
  expect([0.1234, 12.34, 1234.5].map(milliseconds)).toEqual(['0.12 ms', '12.3 ms', '1235 ms'])
})
