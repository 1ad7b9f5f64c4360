import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { bytesOfBase64 } from './base64.ts'

test('reads what Buffer writes, with and without padding', () => {
  for (let length = 0; length < 70; length += 1) {
    const bytes = randomBytes(length)
    const text = bytes.toString('base64')
    expect(bytesOfBase64(Buffer.from(text))).toEqual(bytes)
    expect(bytesOfBase64(Buffer.from(text.replace(/=+$/, '')))).toEqual(bytes)
  }
})

test.each(['a', 'abcde', 'ab=c', '=', 'abc==', 'ab cd', 'ab-_', 'abcd===', 'äbcd'])('%s is none', (text) => {
  expect(bytesOfBase64(Buffer.from(text))).toBeNull()
})
