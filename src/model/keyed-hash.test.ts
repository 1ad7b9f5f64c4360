import { createHmac } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { keyedHash } from './keyed-hash.ts'

test('it is HMAC-SHA-256, for texts and bytes of any length, one after another', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 64 }), fc.array(fc.oneof(fc.string({ unit: 'binary', maxLength: 2000 }), fc.uint8Array({ maxLength: 3000 })), { maxLength: 5 }), (key, messages) => {
    const mac = keyedHash(key)
    for (const message of messages) {
      expect(mac(message).toString('hex')).toBe(createHmac('sha256', key).update(message).digest('hex'))
    }
  }))
})

test('a key longer than a block is refused', () => {
  expect(() => keyedHash(new Uint8Array(65))).toThrow(RangeError)
})
