import type { Market } from '#model'
import { list, member, time, word } from '../answer.ts'
import type { Asker, Desk, Manner } from '../desk.ts'
import type { Host } from '../host.ts'
import type { Params } from '../query.ts'
import type { Answer } from '../reading.ts'
import type { Code } from '../refusal.ts'
import { isClockSkew, isPause, problemOf } from './errors.ts'
import { sign } from './sign.ts'

export const manner: Manner = {
  // Spot: `{"code": 700003, "msg": "…"}` with HTTP 400. Futures: `{"success": false, "code": 1001, "message": "…"}` with HTTP 200.
  wording: {
    name: 'MEXC',
    errorOf: (body) => ({ code: codeOf(body), text: word(body, 'msg') ?? word(body, 'message') }),
    isRefusal: (body) => member(body, 'success') === false || (member(body, 'success') !== true && ![null, 0, 200].includes(codeOf(body) as number | null)),
    isPause,
    problemOf,
  },
  // [S timing security] 5,000 by default.
  windowMs: 5000,
  sign,
  clock: { request: () => ({ method: 'GET', path: '/api/v3/time' }), read: (body) => time(body, 'serverTime') },
  isClockSkew,
}

function codeOf(body: unknown): Code | null {
  const code = Number(member(body, 'code') ?? Number.NaN)
  return Number.isSafeInteger(code) ? code : null
}

export const PRIVATE = '/api/v1/private'

export const hostOf = (desk: Desk): Host => desk.host('mexc')

export const get = (desk: Desk, asker: Asker, path: string, params: Params = {}): Promise<Answer> => desk.ask(asker, hostOf(desk), { method: 'GET', path, params })

/** The answer of a list of spot as it is, or of futures, which stands in `data`. */
export const dataOf = (market: Market, body: unknown): unknown => (market === 'spot' ? body : member(body, 'data'))

const PAGE = 100
/** More pages than that are not read. */
const MOST_PAGES = 10

/** All rows of a list of futures in pages as the body, null where it has no end or cannot be read; where a page fails, that answer. */
export async function pages(desk: Desk, asker: Asker, path: string, params: Params): Promise<Answer> {
  const rows: unknown[] = []
  for (let page = 1; ; page += 1) {
    const answer = await get(desk, asker, path, { ...params, page_num: page, page_size: PAGE })
    if (answer.kind !== 'ok') return answer
    const more = list(member(answer.body, 'data'))
    if (more === null || page > MOST_PAGES) return { ...answer, body: null }
    rows.push(...more)
    if (more.length < PAGE) return { ...answer, body: rows }
  }
}
