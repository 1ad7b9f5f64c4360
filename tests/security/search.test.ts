import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { formsOf, Search } from './search.ts'

// A search that finds nothing proves something only if it would have found it.

const SECRET = `k"y/with+odd\\signs=&é ${randomBytes(24).toString('base64url')}`

test('a secret is found in every form, wherever it begins', () => {
  const search = new Search({ secret: SECRET })
  const bytes = Buffer.from(SECRET)
  const text = (written: string): Buffer[] => [Buffer.from(written), Buffer.from(written, 'utf16le')]
  const forms = [
    bytes, ...text(SECRET), ...text(bytes.toString('hex')), ...text(bytes.toString('hex').toUpperCase()), ...text(JSON.stringify({ secret: SECRET })),
    ...text(encodeURIComponent(SECRET)), ...text(new URLSearchParams({ secret: SECRET }).toString()),
    ...['', 'x', 'xy', 'xyz'].flatMap((before) => [
      ...text(Buffer.from(`${before}${SECRET}`).toString('base64')), ...text(Buffer.from(`${before}${SECRET}`).toString('base64url')),
    ]),
  ]
  for (const form of forms) {
    for (const before of [0, 1, 2, 3, 5]) {
      const hay = Buffer.concat([randomBytes(before), form, randomBytes(3)])
      expect(search.in(hay, 'hay').map(({ secret }) => secret), form.toString('latin1')).toContain('secret')
    }
  }
})

test('a third of a secret is found, at the very end of the bytes too, and nothing where there is nothing', () => {
  const long = randomBytes(48).toString('base64url')
  const search = new Search({ long })
  for (let from = 0; from + 31 <= long.length; from += 1) {
    expect(search.in(Buffer.concat([randomBytes(10), Buffer.from(long.slice(from, from + 31))]), 'hay').length).toBeGreaterThan(0)
  }
  expect(search.in(randomBytes(4_000_000), 'hay')).toEqual([])
  expect(search.in('', 'hay')).toEqual([])
})

test('the process\'s own memory is searched, texts of two bytes a character included', () => {
  const [narrow, wide] = [randomBytes(24).toString('hex'), randomBytes(24).toString('hex')]
  const held = { narrow: Buffer.from(narrow), wide: JSON.parse(JSON.stringify(`€${wide}`)) as string }
  const { traces, bytes } = new Search({ narrow, wide }).inMemory(process.pid)
  expect(new Set(traces.map(({ secret }) => secret))).toEqual(new Set(['narrow', 'wide']))
  expect(traces.map(({ form }) => form)).toContain('text in UTF-16')
  expect(bytes).toBeGreaterThan(30_000_000)
  expect(held.narrow.length + held.wide.length).toBe(97)
})

test('every form differs from every other', () => {
  const forms = formsOf(Buffer.from('a"b/c+d\\e=f&g ~h'))
  expect(forms.length).toBe(25)
  expect(new Set(forms.map(([name]) => name)).size).toBe(forms.length)
})
