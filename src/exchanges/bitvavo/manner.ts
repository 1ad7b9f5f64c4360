import { member, time, word } from '../answer.ts'
import type { Asker, Desk, Manner } from '../desk.ts'
import type { Host } from '../host.ts'
import { numericIds } from '../order-ids.ts'
import type { Params } from '../query.ts'
import type { Answer } from '../reading.ts'
import { isClockSkew, isPause, problemOf } from './errors.ts'
import { sign } from './sign.ts'

export const manner: Manner = {
  // `{"errorCode": 205, "error": "market parameter is invalid."}`
  wording: {
    name: 'Bitvavo',
    errorOf: (body) => {
      const code = member(body, 'errorCode')
      return { code: typeof code === 'number' && Number.isSafeInteger(code) ? code : null, text: word(body, 'error') }
    },
    isRefusal: (body) => member(body, 'errorCode') !== undefined,
    isPause,
    problemOf,
  },
  windowMs: 5000,
  sign,
  clock: { request: () => ({ method: 'GET', path: '/v2/time' }), read: (body) => time(body, 'time') },
  isClockSkew,
}

export const hostOf = (desk: Desk): Host => desk.host('bitvavo')

export const get = (desk: Desk, asker: Asker, path: string, params: Params = {}): Promise<Answer> => desk.ask(asker, hostOf(desk), { method: 'GET', path, params })

/** [C clientOrderId] a UUID; ours fills the 30 digits that are not its version and its variant. */
export const IDS = numericIds(17, (value) => value.toString(16).padStart(30, '0').replace(/^(.{8})(.{4})(.{3})(.{3})(.{12})$/, '$1-$2-4$3-8$4-$5'), (text) => {
  const [, ...parts] = /^([0-9a-f]{8})-([0-9a-f]{4})-4([0-9a-f]{3})-8([0-9a-f]{3})-([0-9a-f]{12})$/.exec(text.toLowerCase()) ?? []
  return parts.length === 0 ? null : BigInt(`0x${parts.join('')}`)
})

/** [C operatorId, required] "Your identifier for the trader or the bot within your account that made the request." */
export const OPERATOR = 1
