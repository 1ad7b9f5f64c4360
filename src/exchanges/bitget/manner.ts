import { member, word } from '../answer.ts'
import type { Asker, Desk, Manner } from '../desk.ts'
import type { Host } from '../host.ts'
import type { Params } from '../query.ts'
import type { Answer } from '../reading.ts'
import { isClockSkew, isPause, problemOf } from './errors.ts'
import { sign } from './sign.ts'

export const manner: Manner = {
  // `{"code": "43012", "msg": "Insufficient balance", "requestTime": …, "data": null}` with HTTP 400; good ones say "00000".
  wording: {
    name: 'Bitget',
    errorOf: (body) => {
      const code = word(body, 'code')
      return { code: code !== null && /^\d{1,6}$/.test(code) ? Number(code) : null, text: word(body, 'msg') }
    },
    isRefusal: (body) => member(body, 'code') !== '00000',
    isPause,
    problemOf,
  },
  // Of classic spot orders; `receiveWindow` may be 60 s (40079).
  windowMs: 5000,
  sign,
  clock: {
    request: () => ({ method: 'GET', path: '/api/v2/public/time' }),
    read: (body) => {
      const at = Number(word(member(body, 'data'), 'serverTime') ?? Number.NaN)
      return at > 0 ? at : null
    },
  },
  isClockSkew,
}

/** There is one host, for every kind of account. */
export const hostOf = (desk: Desk): Host => desk.host('bitget')

/** A question with a key. */
export const get = (desk: Desk, asker: Asker, path: string, params: Params = {}): Promise<Answer> =>
  desk.ask(asker, hostOf(desk), { method: 'GET', path, params })
