import { createSecretKey } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { signedPayload, verifySignature } from './signature.ts'

/** The example key and signatures of rest-api.md, "SIGNED Endpoint Examples for POST /api/v3/order", HMAC Keys. */
const SECRET = createSecretKey(Buffer.from('NhqPtmdSJYdKjVHjA7PZj4Mge3R5YNiP1e3UZjInClVN65XAbvqqM6A7H5fATj0j'))
const ORDER =
  'symbol=LTCBTC&side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=0.1&recvWindow=5000&timestamp=1499827319559'
const SIGNATURE = 'c8db56825ae71d6d79447849e617115f4a920fa2acdcab2b053c4b2838bd6b71'
const WIDE =
  'symbol=%EF%BC%91%EF%BC%92%EF%BC%93%EF%BC%94%EF%BC%95%EF%BC%96&side=BUY&type=LIMIT&timeInForce=GTC&quantity=1' +
  '&price=0.1&recvWindow=5000&timestamp=1499827319559'
const WIDE_SIGNATURE = 'e1353ec6b14d888f1164ae9af8228a3dbd508bc82eb867db8ab6046442f33ef3'

describe('signatures as documented', () => {
  test('the documented example verifies', () => {
    expect(verifySignature(SECRET, signedPayload(`${ORDER}&signature=${SIGNATURE}`, ''), SIGNATURE)).toBe(true)
  })

  test('the documented example with a symbol outside ASCII verifies', () => {
    expect(verifySignature(SECRET, signedPayload(`${WIDE}&signature=${WIDE_SIGNATURE}`, ''), WIDE_SIGNATURE)).toBe(true)
  })

  test('upper case is the same signature', () => {
    expect(verifySignature(SECRET, ORDER, SIGNATURE.toUpperCase())).toBe(true)
  })

  test('the same parameters in the body, or split over query and body, verify', () => {
    expect(verifySignature(SECRET, signedPayload('', `${ORDER}&signature=${SIGNATURE}`), SIGNATURE)).toBe(true)
    const [head, tail] = [ORDER.slice(0, 40), ORDER.slice(40)]
    expect(verifySignature(SECRET, signedPayload(head, `${tail}&signature=${SIGNATURE}`), SIGNATURE)).toBe(true)
  })

  test('any other payload, secret or signature does not verify', () => {
    expect(verifySignature(SECRET, ORDER.replace('quantity=1', 'quantity=2'), SIGNATURE)).toBe(false)
    expect(verifySignature(createSecretKey(Buffer.from('other')), ORDER, SIGNATURE)).toBe(false)
    expect(verifySignature(SECRET, ORDER, SIGNATURE.slice(2))).toBe(false)
    expect(verifySignature(SECRET, ORDER, 'zz'.repeat(32))).toBe(false)
  })

  test('the signature parameter is taken out wherever it stands, and nothing else', () => {
    expect(signedPayload('a=1&signature=ff&b=2', '')).toBe('a=1&b=2')
    expect(signedPayload('signature=ff&b=2', '')).toBe('b=2')
    expect(signedPayload('a=1&b=2&signature=ff', '')).toBe('a=1&b=2')
    expect(signedPayload('signature=ff', 'a=1')).toBe('a=1')
    expect(signedPayload('mysignature=ff', '')).toBe('mysignature=ff')
  })
})
