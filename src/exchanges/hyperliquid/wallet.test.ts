import { createSecretKey } from 'node:crypto'
import { expect, test } from 'vitest'
import { packed } from './msgpack.ts'
import { addressOf, signAction } from './wallet.ts'

// The examples of the exchange's own client. [github.com/hyperliquid-dex/hyperliquid-python-sdk tests/signing_test.py]
const EXAMPLE = createSecretKey(Buffer.from('0123456789'.repeat(6) + '0123', 'hex'))
const order = (cloid?: string): object => ({
  type: 'order', orders: [{ a: 1, b: true, p: '100', s: '100', r: false, t: { limit: { tif: 'Gtc' } }, ...cloid === undefined ? {} : { c: cloid } }], grouping: 'na',
})

test.each([
  ['a dummy with a large number', { type: 'dummy', num: 100_000_000_000 }, '0x053749d5b30552aeb2fca34b530185976545bb22d0b3ce6f62e31be961a59298', '0x755c40ba9bf05223521753995abb2f73ab3229be8ec921f350cb447e384d8ed8', 27],
  ['an order', order(), '0xd65369825a9df5d80099e513cce430311d7d26ddf477f5b3a33d2806b100d78e', '0x2b54116ff64054968aa237c20ca9ff68000f977c93289157748a3162b6ea940e', 28],
  ['an order with an id', order('0x00000000000000000000000000000001'), '0x041ae18e8239a56cacbc5dad94d45d0b747e5da11ad564077fcac71277a946e3', '0x3c61f667e747404fe7eea8f90ab0e76cc12ce60270438b2058324681a00116da', 27],
])('%s is signed as the exchange\'s own client signs it', (_name, action, r, s, v) => {
  expect(signAction(EXAMPLE, action, 0, null)).toEqual({ r, s, v })
})

test('what changes the order, its nonce or its end changes the signature', () => {
  const all = [signAction(EXAMPLE, order(), 0, null), signAction(EXAMPLE, order(), 1, null), signAction(EXAMPLE, order(), 0, 0), signAction(EXAMPLE, order(), 0, 1), signAction(EXAMPLE, order('0x00'), 0, null)]
  expect(new Set(all.map(({ r }) => r)).size).toBe(all.length)
})

test('an address is the end of a hash of the public key', () => {
  expect(addressOf(EXAMPLE)).toBe('0x14791697260e4c9a71f18484c9f997b308e59325')
})

test.each<[unknown, string]>([
  [0, '00'], [127, '7f'], [128, 'cc80'], [255, 'ccff'], [256, 'cd0100'], [65_535, 'cdffff'], [65_536, 'ce00010000'], [4_294_967_295, 'ceffffffff'], [4_294_967_296, 'cf0000000100000000'],
  [true, 'c3'], [false, 'c2'], ['', 'a0'], ['abc', 'a3616263'], ['x'.repeat(32), `d920${'78'.repeat(32)}`], [[1, 'a'], '9201a161'], [{ b: 1, a: [] }, '82a16201a16190'],
])('%j is %s in MessagePack', (value, hex) => { expect(packed(value).toString('hex')).toBe(hex) })

test.each([-1, 1.5, 2 ** 53, null, undefined, 10n, Array.from({ length: 16 }, () => 0), 'x'.repeat(256)])('%s is nothing that an action holds', (value) => {
  expect(() => packed(value)).toThrow(RangeError)
})
