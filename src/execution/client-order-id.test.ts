import fc from 'fast-check'
import { expect, test } from 'vitest'
import { keyedHash } from '#model'
import { clientOrderIds, originCheck } from './client-order-id.ts'

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

test('where the time fits, ids sort by the second of their signal, and no two bots or legs of one second share one', () => {
  const second = Date.parse('2026-03-01T12:00:00Z')
  const causeAt = (ms: number): string => `${ms.toString(16).padStart(12, '0').replace(/^(.{8})/, '$1-')}-7000-8000-000000000001`
  const ends = [0, 1000, 31_000, 32_000, 86_400_000, 1e12].map((later) => idOf({ ...origin, cause: causeAt(second + later) }, 18))
  expect(ends.toSorted()).toEqual(ends)
  expect(idOf({ ...origin, cause: causeAt(second + 999) }, 36).slice(11, 18)).toBe(ends[0]?.slice(1, 8))
  const inOneSecond = Array.from({ length: 5000 }, (_, index) => idOf({ cause: causeAt(second), botId: `bot ${index >> 1}`, leg: index & 1, resend: 0 }, 18))
  expect(new Set(inOneSecond).size).toBe(5000)
  expect(new Set(inOneSecond.map((id) => id.slice(0, 8))).size).toBe(1)
  expect(idOf({ ...origin, cause: causeAt(second) }, 12).slice(1, 8)).not.toBe(ends[0]?.slice(1, 8))
})

test('an id tells which send of what it was, also one that an earlier version made without a time in it', () => {
  const isIdOf = originCheck(keyedHash(new Uint8Array(32).fill(7)))
  const sent = { ...origin, resend: 3 }
  for (const id of ['T3E6SBAXNMDLUWMEYLP3RZBEK3MC', 'TLUWMEYLP3RZBEK3MC', 'TLUWMEYLP3RZ', ...[36, 18, 12].map((length) => idOf(sent, length))]) {
    expect([0, 1, 2, 3, 4].filter((resend) => isIdOf({ ...origin, resend }, id)), id).toEqual([3])
  }
})

test('ids of one bot share its tag', () => {
  const [a, b] = [idOf(origin, 36), idOf({ ...origin, leg: 3 }, 36)]
  expect(a?.slice(0, 11)).toBe(b?.slice(0, 11))
})
