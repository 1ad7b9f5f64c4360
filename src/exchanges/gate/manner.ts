import type { Market } from '#model'
import { list, member, time, word } from '../answer.ts'
import type { Asker, Desk, Manner } from '../desk.ts'
import type { Host } from '../host.ts'
import { prefixedIds } from '../order-ids.ts'
import type { Params } from '../query.ts'
import type { Answer } from '../reading.ts'
import { CLOCK_SKEW, isPause, problemOf } from './errors.ts'
import { sign } from './sign.ts'

export const manner: Manner = {
  // `{"label": "INVALID_KEY", "message": "…"}`; some of futures say `detail`. [D error handling]
  wording: {
    name: 'Gate',
    errorOf: (body) => ({ code: word(body, 'label'), text: word(body, 'message') ?? word(body, 'detail') }),
    isPause,
    problemOf,
  },
  // The time may differ by 60 s [D signed request requirements]; an order says itself until when it counts.
  windowMs: 5000,
  sign,
  clock: { request: () => ({ method: 'GET', path: '/api/v4/spot/time' }), read: (body) => time(body, 'server_time') },
  isClockSkew: (code) => code === CLOCK_SKEW,
}

export const IDS = prefixedIds('t-')

/** Where a market's private questions begin, and how they name a symbol. */
export const ROOT = { spot: '/api/v4/spot', futures: '/api/v4/futures/usdt' } as const satisfies Record<Market, string>
export const named = (market: Market, symbol: string): Params => (market === 'spot' ? { currency_pair: symbol } : { contract: symbol })

export const hostOf = (desk: Desk): Host => desk.host('gate')

export const get = (desk: Desk, asker: Asker, path: string, params: Params = {}): Promise<Answer> => desk.ask(asker, hostOf(desk), { method: 'GET', path, params })

const PAGE = 100
/** More pages than that are not read. */
const MOST_PAGES = 10

/** All rows of a list in pages as the body, null where it has no end or cannot be read; where a page fails, that answer. */
export async function pages(desk: Desk, asker: Asker, market: Market, path: string, params: Params): Promise<Answer> {
  const rows: unknown[] = []
  for (let page = 0; ; page += 1) {
    const answer = await get(desk, asker, path, { ...params, limit: PAGE, ...market === 'spot' ? { page: page + 1 } : { offset: page * PAGE } })
    if (answer.kind !== 'ok') return answer
    const more = list(answer.body)
    if (more === null || page === MOST_PAGES) return { ...answer, body: null }
    rows.push(...more)
    if (more.length < PAGE) return { ...answer, body: rows }
  }
}

/** A time in seconds, with or without a fraction, as a number or a text → epoch ms; null where there is none. */
export function secondsOf(row: unknown, name: string): number | null {
  const at = Number(member(row, name) ?? Number.NaN)
  return Number.isFinite(at) && at > 0 ? Math.round(at * 1000) : null
}
