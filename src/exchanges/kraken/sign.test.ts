import { expect, test } from 'vitest'
import { Host } from '../host.ts'
import { readKey, sign } from './sign.ts'

// Kraken's own example. [D docs.kraken.com guides/spot-rest-auth]
const EXAMPLE = 'kQH5HW/8p1uGOVjbgWA7FunAmGO8lsSUXNsu3eow76sz84Q18fWxnyRzBHCd3pd5nE9qa99HAZtuZuj6F1huXg=='
const fields = (secret: string): ReadonlyMap<string, Buffer> => new Map([['apiKey', Buffer.from('key')], ['secret', Buffer.from(secret)]])
const spot = new Host('kraken', 'https://api.kraken.com', [])

test('the example of the documentation is signed as it is there', () => {
  const request = { method: 'POST', path: '/0/private/AddOrder', params: { ordertype: 'limit', pair: 'XBTUSD', price: '37500', type: 'buy', volume: '1.25' } } as const
  const { body, headers } = sign(request, readKey(fields(EXAMPLE)), { at: 0, windowMs: 5000, nonce: 1_616_492_376_594 }, spot)
  expect(body).toBe('nonce=1616492376594&ordertype=limit&pair=XBTUSD&price=37500&type=buy&volume=1.25')
  expect(headers[headers.indexOf('api-sign') + 1]).toBe('4/dpxb3iT4tp/ZCVEwSnEsLxx0bqyhLpdfOpc6fn7OR8+UClSV5n9E6aSS8MPtnRfp32bAb0nmbRn6H8ndwLUQ==')
})

test('a secret that is no base64 is refused, by its field', () => {
  expect(() => readKey(fields('not-base64!'))).toThrow(expect.objectContaining({ code: 'invalid_input' }) as Error)
})
