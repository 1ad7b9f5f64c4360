import type { Market } from '#model'
import { member, time, word } from '../answer.ts'
import type { Asker, Desk, Manner } from '../desk.ts'
import type { Host } from '../host.ts'
import { numericIds, plainIds, type OrderIds } from '../order-ids.ts'
import type { Params } from '../query.ts'
import type { Answer } from '../reading.ts'
import { CLOCK, codeOf, isPause, problemOf, textOf } from './errors.ts'
import { sign } from './sign.ts'

export const manner: Manner = {
  // All with HTTP 200. Spot v1: `{"status": "error", "err-code": "…", "err-msg": "…"}`, futures v1 with underscores; v2 and v5:
  // `{"code": 200, "data": …}`, or another code with `message` or `msg`.
  wording: { name: 'HTX', errorOf: (body) => ({ code: codeOf(body), text: textOf(body) }), isRefusal, isPause, problemOf },
  windowMs: 5000,
  sign,
  clock: {
    request: ({ name }) => ({ method: 'GET', path: name === 'htx' ? '/v1/common/timestamp' : '/api/v1/timestamp' }),
    read: (body) => time(body, 'data') ?? time(body, 'ts'),
  },
  isClockSkew: (code) => code === CLOCK,
}

function isRefusal(body: unknown): boolean {
  const code = member(body, 'code')
  return word(body, 'status') === 'error' || (code !== undefined && Number(code) !== 200)
}

export const hostOf = (desk: Desk, market: Market): Host => desk.host(market === 'spot' ? 'htx' : 'htx:futures')

export const get = (desk: Desk, asker: Asker, market: Market, path: string, params: Params = {}): Promise<Answer> => desk.ask(asker, hostOf(desk, market), { method: 'GET', path, params })

/** [F place order: client_order_id] a number from 1 to 9223372036854775807: eleven letters behind the `T` make 56 bits. */
const NUMBERS = numericIds(11, String, (text) => (/^\d{1,19}$/.test(text) ? BigInt(text) : null))

export const idsOf = (market: Market): OrderIds => (market === 'spot' ? plainIds : NUMBERS)

/** Times of v5 are texts. */
export const timeOf = (row: unknown, name: string): number | null => time({ at: Number(member(row, name) ?? Number.NaN) }, 'at')
