import { expect, test } from 'vitest'
import { fieldOf, passphraseOf } from './credential-field.ts'

const read = (text: string | undefined): string =>
  fieldOf(new Map(text === undefined ? [] : [['secret', Buffer.from(text)]]), 'secret', 'Secret Key').toString()

test('blanks around a field are left out', () => {
  expect(read(' \tabc\r\n')).toBe('abc')
})

test('PEM keeps its lines', () => {
  expect(read('-----BEGIN PRIVATE KEY-----\nabc\n-----END PRIVATE KEY-----\n')).toMatch(/\n/)
})

test.each([undefined, '', '  ', 'a b', 'a\nb', 'a\u0000b', 'ключ'])('%j is refused without being quoted', (text) => {
  expect(() => read(text)).toThrowError(expect.objectContaining({ code: 'invalid_input' }))
  try { read(text) } catch (error) { expect((error as Error).message).toMatch(/^The Secret Key (is missing|holds blanks)/) }
})

test('a passphrase that is not there is asked for by name; one that is there is copied', () => {
  const given = Buffer.from(' Horse-7! ')
  const read = passphraseOf(new Map([['passphrase', given]]), 'OKX')
  given.fill(0)
  expect(read.toString()).toBe('Horse-7!')
  for (const fields of [new Map<string, Buffer>(), new Map([['passphrase', Buffer.from('  ')]])]) {
    expect(() => passphraseOf(fields, 'OKX')).toThrowError(expect.objectContaining({ code: 'passphrase_required', message: expect.stringContaining('OKX') as unknown }))
  }
  expect(() => passphraseOf(new Map([['passphrase', Buffer.from('two words')]]), 'OKX')).toThrowError(expect.objectContaining({ code: 'invalid_input' }))
})
