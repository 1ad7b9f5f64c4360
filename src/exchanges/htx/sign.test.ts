import { createHmac } from 'node:crypto'
import { expect, test } from 'vitest'
import { Host } from '../host.ts'
import { readKey, sign } from './sign.ts'

const key = readKey(new Map([['apiKey', Buffer.from('e2xxxxxx-99xxxxxx-84xxxxxx-7xxxx')], ['secret', Buffer.from('b0xxxxxx-c6xxxxxx-94xxxxxx-dxxxx')]]))
const AT = Date.UTC(2017, 4, 11, 15, 19, 30, 900)
const timeOf = (path: string): string | null => new URLSearchParams(path.split('?')[1]).get('Timestamp')

// The text is the documentation's own (spot v1, "Authentication", step 6). The signature that it shows is of another secret than it shows.
test('a question is signed over the text of the documentation', () => {
  const { path } = sign({ method: 'GET', path: '/v1/order/orders', params: { 'order-id': '1234567890' } }, key, { at: AT, windowMs: 5000, nonce: 1 }, new Host('htx', 'https://api.huobi.pro', []))
  const text = 'GET\napi.huobi.pro\n/v1/order/orders\nAccessKeyId=e2xxxxxx-99xxxxxx-84xxxxxx-7xxxx&SignatureMethod=HmacSHA256&SignatureVersion=2&Timestamp=2017-05-11T15%3A19%3A30&order-id=1234567890'
  const signature = createHmac('sha256', 'b0xxxxxx-c6xxxxxx-94xxxxxx-dxxxx').update(text).digest('base64')
  expect(path).toBe(`/v1/order/orders?${text.split('\n')[3]}&Signature=${encodeURIComponent(signature)}`)
})

test('the host is HTX\'s own where another server stands in between, and the one that was asked where it is one of HTX\'s', () => {
  const signedFor = (name: string, url: string): string => sign({ method: 'GET', path: '/v5/position/mode' }, key, { at: AT, windowMs: 5000, nonce: 1 }, new Host(name, url, [])).path
  expect(signedFor('htx:futures', 'http://127.0.0.1:8080/gateway')).toBe(signedFor('htx:futures', 'https://api.hbdm.com'))
  expect(signedFor('htx:futures', 'https://api.hbdm.vn')).not.toBe(signedFor('htx:futures', 'https://api.hbdm.com'))
  expect(signedFor('htx', 'https://api-huobi.pro.example')).toBe(signedFor('htx', 'https://api.huobi.pro'))
})

test.each(['/v1/order/orders/place', '/v5/trade/order'])('an order\'s five minutes end with its deadline, or up to a second before: %s', (address) => {
  const { path } = sign({ method: 'POST', path: address, body: {} }, key, { at: AT, windowMs: 700, nonce: 1 }, new Host('htx', 'https://api.huobi.pro', []))
  expect(timeOf(path)).toBe('2017-05-11T15:14:31')
  const { path: question } = sign({ method: 'GET', path: address }, key, { at: AT, windowMs: 700, nonce: 1 }, new Host('htx', 'https://api.huobi.pro', []))
  expect(timeOf(question)).toBe('2017-05-11T15:19:30')
})
