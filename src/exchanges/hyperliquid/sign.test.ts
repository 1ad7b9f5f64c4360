import * as actions from '@nktkas/hyperliquid/api/exchange'
import { expect, test } from 'vitest'
import { Host, NotAllowed } from '../host.ts'
import { HOSTS } from './description.ts'
import { readKey, sign } from './sign.ts'

const fields = (change: Record<string, string> = {}): ReadonlyMap<string, Buffer> =>
  new Map(Object.entries({ apiKey: `0x${'aB'.repeat(20)}`, secret: `0x${'01'.repeat(32)}`, ...change }).map(([name, value]) => [name, Buffer.from(value)]))
const key = readKey(fields())
const host = new Host('hyperliquid', 'https://api.hyperliquid.xyz', HOSTS[0]?.allowed ?? [])
const stamp = { at: 1_795_000_000_000, windowMs: 5000, nonce: 1 }
const signed = (type: unknown): unknown => sign({ method: 'POST', path: '/exchange', body: { action: { type } } }, key, stamp, host)

test('of all actions that the exchange\'s independent client knows, three are signed: all others, withdrawals and transfers among them, are not', () => {
  const known = Object.keys(actions).filter((name) => /^[a-z]/.test(name))
  expect(known).toEqual(expect.arrayContaining(['withdraw3', 'usdSend', 'spotSend', 'usdClassTransfer', 'approveAgent', 'vaultTransfer', 'order', 'cancelByCloid', 'updateLeverage']))
  expect(known.length).toBeGreaterThan(40)
  for (const type of known) {
    if (['order', 'cancelByCloid', 'updateLeverage'].includes(type)) expect(() => signed(type), type).not.toThrow()
    else expect(() => signed(type), type).toThrow(NotAllowed)
  }
  for (const type of [undefined, null, '', 'Order', ['order'], { toString: () => 'order' }]) expect(() => signed(type)).toThrow(NotAllowed)
})

test('each nonce counts once, near the time, also where many are signed in one instant', () => {
  const nonces = Array.from({ length: 50 }, () => (JSON.parse(sign({ method: 'POST', path: '/exchange', body: { action: { type: 'order' } } }, key, stamp, host).body ?? '') as { nonce: number }).nonce)
  expect(new Set(nonces).size).toBe(50)
  expect(Math.max(...nonces) - stamp.at).toBeLessThan(1000)
})

test('questions carry no signature', () => {
  expect(sign({ method: 'POST', path: '/info', body: { type: 'meta' } }, key, stamp, host)).toEqual({ method: 'POST', path: '/info', headers: ['content-type', 'application/json'], body: '{"type":"meta"}' })
})

test.each([
  ['apiKey', '0x1234'], ['apiKey', 'ab'.repeat(20)], ['secret', '0x1234'], ['secret', 'zz'.repeat(32)], ['secret', '00'.repeat(32)], ['secret', 'ff'.repeat(32)], ['secret', `0x${'01'.repeat(33)}`],
])('%s %s is refused, by its field', (field, value) => {
  expect(() => readKey(fields({ [field]: value }))).toThrow(expect.objectContaining({ code: 'invalid_input', extra: expect.anything() as unknown }) as Error)
})

test('a private key is read with and without 0x, in small letters and in capitals', () => {
  const all = ['0x', '0X', ''].flatMap((prefix) => ['ab', 'AB', 'aB'].map((byte) => readKey(fields({ secret: prefix + byte.repeat(32) })).secret.export().toString('hex')))
  expect(new Set(all)).toEqual(new Set(['ab'.repeat(32)]))
})
