import type { z } from 'zod'
import { MARKETS } from '#model'
import type { submitOrder } from './executor.ts'

// The schema `submitOrder` once more, for the one verb that every order passes: zod takes 5 µs for it in a process that
// may not make code from strings, this 1. It only ever says yes to what the schema takes as it is; whatever it does
// not know (a field that came later, a mistake) is left to the schema, which has the last word. A test compares the two.

type Check = (value: unknown) => boolean

const AMOUNT = /^\d{1,30}(\.\d{1,30})?$/
const EXCHANGE = /^[a-z][a-z0-9]{1,31}$/
const BASE64URL = /^[A-Za-z0-9_-]*$/

const text = (most: number, least = 1): Check => (value) => typeof value === 'string' && value.length >= least && value.length <= most
const matching = (pattern: RegExp, most = Infinity): Check => (value) => typeof value === 'string' && value.length <= most && pattern.test(value)
const orNull = (check: Check): Check => (value) => value === null || check(value)
const oneOf = (...words: readonly unknown[]): Check => (value) => words.includes(value)
const whole = (least: number): Check => (value) => Number.isSafeInteger(value) && Number(value) >= least

/** An object with all of these fields, perhaps some of the optional ones, and no other. */
function record(needed: Readonly<Record<string, Check>>, optional: Readonly<Record<string, Check>> = {}): Check {
  const checks = new Map([...Object.entries(needed), ...Object.entries(optional)])
  const count = Object.keys(needed).length
  return (value) => {
    if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) return false
    let found = 0
    for (const name in value) {
      if (checks.get(name)?.((value as Readonly<Record<string, unknown>>)[name]) !== true) return false
      if (name in needed) found += 1
    }
    return found === count
  }
}

const id = text(64)

const check = record({
  verb: oneOf('submitOrder'),
  connection: record({
    connectionId: id, userId: id, exchange: matching(EXCHANGE), market: oneOf(...MARKETS), rowVersion: whole(1), envelope: matching(BASE64URL, 16_384),
  }),
  kind: oneOf('open', 'close'),
  order: record({
    clientOrderId: id, symbol: id, side: oneOf('buy', 'sell'), quantity: orNull(matching(AMOUNT)), quoteQuantity: orNull(matching(AMOUNT)),
    reduceOnly: oneOf(true, false), positionSide: oneOf('both', 'long', 'short'), notAfter: Number.isFinite,
  }),
  purpose: record({}, { orderId: id, botId: id, signalId: id, leg: whole(Number.MIN_SAFE_INTEGER), reason: text(100, 0) }),
}, { fence: record({ scope: id, token: whole(0) }) })

/** Whether a parsed message is a `submitOrder` exactly as the schema would hand it on. False: ask the schema. */
export const isPlainSubmit = (message: unknown): message is z.infer<typeof submitOrder> => check(message)
