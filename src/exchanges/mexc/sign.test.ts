import { expect, test } from 'vitest'
import { readKey, sign } from './sign.ts'

const key = (apiKey: string, secret: string) => readKey(new Map([['apiKey', Buffer.from(apiKey)], ['secret', Buffer.from(secret)]]))

// The second example of the documentation (spot_v3_en, "SIGNED Endpoint Examples"). Its first one shows another signature of the same text.
test('a spot order is signed as the documentation does', () => {
  const wire = sign({ method: 'POST', path: '/api/v3/order', params: { symbol: 'BTCUSDT', side: 'BUY', type: 'LIMIT', quantity: 1, price: 11, recvWindow: 5000, timestamp: 1_644_489_390_087 } },
    key('mx0aBYs33eIilxBWC5', '45d0b3c26f2644f19bfb98b07741b2f5'), { at: 1_644_489_390_087, windowMs: 5000, nonce: 1 })
  expect(wire.path).toBe('/api/v3/order?symbol=BTCUSDT&side=BUY&type=LIMIT&quantity=1&price=11&recvWindow=5000&timestamp=1644489390087'
    + '&signature=fd3e4e8543c5188531eb7279d68ae7d26a573d0fc5ab0d18eb692451654d837a')
})

test('a futures request ends to count, 10 s after the time it names, when it is to end', () => {
  const { headers } = sign({ method: 'GET', path: '/api/v1/private/account/assets', params: { b: '2', a: '1' } }, key('k', 's'), { at: 100_000, windowMs: 700, nonce: 1 })
  expect(headers[headers.indexOf('Request-Time') + 1]).toBe('90700')
  const { path } = sign({ method: 'GET', path: '/api/v1/private/account/assets', params: { b: '2', a: '1' } }, key('k', 's'), { at: 100_000, windowMs: 700, nonce: 1 })
  expect(path).toBe('/api/v1/private/account/assets?a=1&b=2')
})
