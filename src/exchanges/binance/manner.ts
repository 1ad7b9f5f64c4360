import type { Market } from '#model'
import { member, time, word } from '../answer.ts'
import type { Desk, Manner } from '../desk.ts'
import type { Host } from '../host.ts'
import { CLOCK_SKEW, problemOf, TOO_MANY_ORDERS, TOO_MANY_REQUESTS } from './errors.ts'
import { sign } from './sign.ts'

export const manner: Manner = {
  // `{"code": -1121, "msg": "Invalid symbol."}`
  wording: {
    name: 'Binance',
    errorOf: (body) => {
      const code = member(body, 'code')
      return { code: typeof code === 'number' && Number.isSafeInteger(code) ? code : null, text: word(body, 'msg') }
    },
    isPause: (code) => code === TOO_MANY_REQUESTS || code === TOO_MANY_ORDERS,
    problemOf,
  },
  // recvWindow: recommended 5,000 or less. [rest-api.md, "Timing security"]
  windowMs: 5000,
  sign,
  clock: {
    request: (host) => ({ method: 'GET', path: host.name === 'binance' ? '/api/v3/time' : '/fapi/v1/time' }),
    read: (body) => time(body, 'serverTime'),
  },
  isClockSkew: (code) => code === CLOCK_SKEW,
}

export const hostOf = (desk: Desk, market: Market): Host => desk.host(market === 'spot' ? 'binance' : 'binance:futures')
