import { list, member, time, word } from '../answer.ts'
import type { Asker, Desk, Manner } from '../desk.ts'
import type { Host } from '../host.ts'
import type { OrderIds } from '../order-ids.ts'
import type { Params } from '../query.ts'
import type { Answer } from '../reading.ts'
import { CLOCK_SKEW, codeOf, isPause, problemOf } from './errors.ts'
import { sign } from './sign.ts'

export const manner: Manner = {
  // `{"code": 100001, "msg": "…", "timestamp": …}` with HTTP 200; good ones have 0, at times as a text. [D error-codes; ccxt]
  wording: {
    name: 'BingX',
    errorOf: (body) => ({ code: codeOf(body), text: word(body, 'msg') }),
    isRefusal: (body) => codeOf(body) !== 0 && !isBareKeyInfo(body),
    isPause,
    problemOf,
  },
  // [D authentication] "max 5000".
  windowMs: 5000,
  sign,
  clock: { request: () => ({ method: 'GET', path: '/openApi/swap/v2/server/time' }), read: (body) => time(member(body, 'data'), 'serverTime') },
  isClockSkew: (code) => code === CLOCK_SKEW,
}

/** What a key may do is also seen without a code and data around it. [N BingXKeyPermissions, read as it comes; github.com/Betarost/onetrades] */
const isBareKeyInfo = (body: unknown): boolean =>
  member(body, 'code') === undefined && (list(member(body, 'permissions')) !== null || typeof member(body, 'enableWithdrawals') === 'boolean')

const THEIRS = /^t[a-z2-7]{1,63}$/

/** Contracts make small letters of them; spot is given the same. [D swap-trade] */
export const SMALL_IDS: OrderIds = { write: (ours) => ours.toLowerCase(), read: (theirs) => (THEIRS.test(theirs) ? theirs.toUpperCase() : null) }

export const hostOf = (desk: Desk): Host => desk.host('bingx')

export const get = (desk: Desk, asker: Asker, path: string, params: Params = {}): Promise<Answer> => desk.ask(asker, hostOf(desk), { method: 'GET', path, params })

export const dataOf = (body: unknown): unknown => member(body, 'data')

/** A list of orders, `{"data": {"orders": […]}}`; a list without any may be null. */
export function ordersOf(body: unknown): readonly unknown[] | null {
  const orders = member(dataOf(body), 'orders')
  return orders === null ? [] : list(orders)
}
