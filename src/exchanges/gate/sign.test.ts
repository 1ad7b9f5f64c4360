import { expect, test } from 'vitest'
import { readKey, sign } from './sign.ts'

const key = readKey(new Map([['apiKey', Buffer.from('key')], ['secret', Buffer.from('secret')]]))
const stamp = { at: 1_541_993_715_000, windowMs: 5000, nonce: 1 }

// The two examples of the documentation: www.gate.com/docs/developers/apiv4, "API Signature string generation".
test('a question and an order are signed as the documentation does', () => {
  const listed = sign({ method: 'GET', path: '/api/v4/futures/orders', params: { contract: 'BTC_USD', status: 'finished', limit: 50 } }, key, stamp)
  expect(listed.headers).toContain('55f84ea195d6fe57ce62464daaa7c3c02fa9d1dde954e4c898289c9a2407a3d6fb3faf24deff16790d726b66ac9f74526668b13bd01029199cc4fcc522418b8a')
  const order = sign({ method: 'POST', path: '/api/v4/futures/orders', body: { contract: 'BTC_USD', type: 'limit', size: 100, price: 6800, time_in_force: 'gtc' } }, key, stamp)
  expect(order.headers).toContain('eae42da914a590ddf727473aff25fc87d50b64783941061f47a3fdb92742541fc4c2c14017581b4199a1418d54471c269c03a38d788d802e2c306c37636389f0')
})
