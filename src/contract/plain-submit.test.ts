import fc from 'fast-check'
import { expect, test } from 'vitest'
import { submitOrder } from './executor.ts'
import { isPlainSubmit } from './plain-submit.ts'

const id = fc.string({ minLength: 1, maxLength: 64 })
const amount = fc.stringMatching(/^\d{1,30}(\.\d{1,30})?$/)
// Parsed JSON is made of plain objects.
const PLAIN = { noNullPrototype: true }
const valid = fc.record({
  verb: fc.constant('submitOrder'),
  connection: fc.record({
    connectionId: id, userId: id, exchange: fc.stringMatching(/^[a-z][a-z0-9]{1,31}$/), market: fc.constantFrom('spot', 'futures'),
    rowVersion: fc.integer({ min: 1 }), envelope: fc.stringMatching(/^[A-Za-z0-9_-]{0,40}$/),
  }, PLAIN),
  kind: fc.constantFrom('open', 'close'),
  order: fc.record({
    clientOrderId: id, symbol: id, side: fc.constantFrom('buy', 'sell'), quantity: fc.option(amount), quoteQuantity: fc.option(amount),
    reduceOnly: fc.boolean(), positionSide: fc.constantFrom('both', 'long', 'short'), notAfter: fc.double({ noNaN: true, noDefaultInfinity: true }),
  }, PLAIN),
  purpose: fc.record({ orderId: id, botId: id, signalId: id, leg: fc.integer(), reason: fc.string({ maxLength: 100 }) }, { ...PLAIN, requiredKeys: [] }),
  fence: fc.record({ scope: id, token: fc.nat() }, PLAIN),
}, { ...PLAIN, requiredKeys: ['verb', 'connection', 'kind', 'order', 'purpose'] })

/** What is one step away from a good value of any field. */
const strange = fc.oneof(
  fc.constantFrom<unknown>(undefined, null, '', 'x', 'x'.repeat(65), 'x'.repeat(101), '1'.repeat(31), '1.', '.5', '-1', '1e5', '1\n', 'Binance', 'a', 'spot ', '+', 'a=', 'A'.repeat(16_385)),
  fc.constantFrom<unknown>(0, -1, 1.5, 2 ** 53, Number.NaN, Infinity, true, [], {}, ['a'], { a: 1 }),
  fc.jsonValue(),
)

/** Sets the field at a path to a value, drops it, or adds a new one. */
function changed(message: Record<string, unknown>, path: readonly [string, string | null], value: unknown, how: 'set' | 'drop'): unknown {
  const copy = structuredClone(message)
  const [outer, inner] = path
  const at = inner === null ? copy : copy[outer] as Record<string, unknown> | undefined
  if (at === undefined) return copy
  if (how === 'drop') delete at[inner ?? outer]
  else at[inner ?? outer] = value
  return copy
}

const paths = fc.constantFrom<[string, string | null]>(
  ...['verb', 'connection', 'kind', 'order', 'purpose', 'fence', 'other', '__proto__', 'toString'].map((name): [string, null] => [name, null]),
  ...['connectionId', 'userId', 'exchange', 'market', 'rowVersion', 'envelope', 'other', 'constructor'].map((name): [string, string] => ['connection', name]),
  ...['clientOrderId', 'symbol', 'side', 'quantity', 'quoteQuantity', 'reduceOnly', 'positionSide', 'notAfter', 'other'].map((name): [string, string] => ['order', name]),
  ...['orderId', 'botId', 'signalId', 'leg', 'reason', 'other'].map((name): [string, string] => ['purpose', name]),
  ...['scope', 'token', 'other'].map((name): [string, string] => ['fence', name]),
)

test('an order that is as it has to be takes the short way, and comes out as the schema would hand it on', () => {
  fc.assert(fc.property(valid, (message) => {
    expect(isPlainSubmit(message)).toBe(true)
    expect(submitOrder.parse(message)).toEqual(message)
  }))
})

test('the short way never takes what the schema would not take, or would change', () => {
  fc.assert(fc.property(valid, paths, strange, fc.constantFrom('set', 'drop'), (message, path, value, how) => {
    // As it comes out of a frame: JSON has no dates, and nothing else with a prototype of its own.
    const tried: unknown = JSON.parse(JSON.stringify(changed(message, path, value, how)))
    if (!isPlainSubmit(tried)) return
    const parsed = submitOrder.safeParse(tried)
    expect(parsed.success).toBe(true)
    expect(parsed.data).toEqual(tried)
    expect(Object.keys(parsed.data ?? {}).sort()).toEqual(Object.keys(tried).sort())
  }), { numRuns: 5000 })
  for (const none of [null, undefined, 1, 'submitOrder', [], {}]) expect(isPlainSubmit(none)).toBe(false)
})
