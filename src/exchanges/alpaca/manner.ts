import { member, word } from '../answer.ts'
import type { Asker, Desk, Manner } from '../desk.ts'
import type { Params } from '../query.ts'
import type { Answer } from '../reading.ts'
import { problemOf } from './errors.ts'
import { sign } from './sign.ts'

export const manner: Manner = {
  // `{"code": 40410000, "message": "order not found"}`
  wording: {
    name: 'Alpaca',
    errorOf: (body) => {
      const code = member(body, 'code')
      return { code: typeof code === 'number' && Number.isSafeInteger(code) ? code : null, text: word(body, 'message') }
    },
    isPause: (code) => code === 42_910_000,
    problemOf,
  },
  // Alpaca knows no deadline of a request; ours holds on this side of the wire only.
  windowMs: 5000,
  sign,
  // It tells its time to keys only.
  clock: null,
  isClockSkew: () => false,
}

/** A question to the trading host. */
export const get = (desk: Desk, asker: Asker, path: string, params: Params = {}): Promise<Answer> =>
  desk.ask(asker, desk.host('alpaca'), { method: 'GET', path, params })
