import { expect, test } from 'vitest'
import { readKey, sign } from './sign.ts'

const key = readKey(new Map([['apiKey', Buffer.from('k')], ['secret', Buffer.from('bitvavo')]]))
const headers = (windowMs: number): Record<string, string> => {
  const all = sign({ method: 'POST', path: '/v2/order', body: { market: 'BTC-EUR', side: 'buy', price: '5000', amount: '1.23', orderType: 'limit' } }, key, { at: 1_548_172_481_125, windowMs, nonce: 1 }).headers
  return Object.fromEntries(all.flatMap((name, at) => (at % 2 === 0 ? [[name, all[at + 1] ?? '']] : [])))
}

// The example of the documentation's page on authentication.
test('an order is signed as the documentation does', () => {
  expect(headers(5000)['bitvavo-access-signature']).toBe('44d022723a20973a18f7ee97398b9fdd405d2d019c8d39e24b8cc0dcb39ca016')
})

test('a window that is too small begins earlier, and ends when it was to end', () => {
  expect(headers(40)).toMatchObject({ 'bitvavo-access-timestamp': '1548172481065', 'bitvavo-access-window': '100' })
  expect(headers(700)).toMatchObject({ 'bitvavo-access-timestamp': '1548172481125', 'bitvavo-access-window': '700' })
})
