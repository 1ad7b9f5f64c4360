import fc from 'fast-check'
import { expect, test } from 'vitest'
import { keyedHash } from '#model'
import { clientOrderIds } from './client-order-id.ts'

const idOf = clientOrderIds(keyedHash(new Uint8Array(32).fill(7)))
const origin = { cause: '0192f000-0000-7000-8000-000000000001', botId: '0192f000-0000-7000-8000-000000000002', leg: 0, resend: 0 }

test('the same origin gives the same id, and every part of the origin another one', () => {
  const id = idOf(origin, 36)
  expect(idOf({ ...origin }, 36)).toBe(id)
  const others = [
    { ...origin, cause: 'x' }, { ...origin, botId: 'x' }, { ...origin, leg: 1 }, { ...origin, resend: 1 },
  ].map((other) => idOf(other, 36))
  expect(new Set([id, ...others]).size).toBe(5)
  expect(clientOrderIds(keyedHash(new Uint8Array(32).fill(8)))(origin, 36)).not.toBe(id)
})

test('an id is of letters and digits, a letter first, and fits the length that the exchange takes', () => {
  fc.assert(fc.property(fc.string(), fc.string(), fc.nat(20), fc.nat(20), fc.integer({ min: 18, max: 64 }), (cause, botId, leg, resend, length) => {
    const id = idOf({ cause, botId, leg, resend }, length)
    expect(id).toMatch(/^[A-Z][A-Z2-7]+$/)
    expect(id.length).toBe(length < 28 ? 18 : 28)
  }))
})

test('ids of one bot share its tag', () => {
  const [a, b] = [idOf(origin, 36), idOf({ ...origin, leg: 3 }, 36)]
  expect(a?.slice(0, 11)).toBe(b?.slice(0, 11))
})
