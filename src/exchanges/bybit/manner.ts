import type { Market } from '#model'
import { list, member, time, word } from '../answer.ts'
import type { Asker, Desk, Manner } from '../desk.ts'
import type { Host } from '../host.ts'
import type { Key } from '../port.ts'
import type { Params } from '../query.ts'
import type { Answer, Answered } from '../reading.ts'
import { CLOCK_SKEW, isPause, problemOf } from './errors.ts'
import { sign } from './sign.ts'

export const manner: Manner = {
  // `{"retCode": 10001, "retMsg": "params error", "result": {}, "retExtInfo": {}, "time": …}`, with HTTP 200. [D guide]
  wording: {
    name: 'Bybit',
    errorOf: (body) => {
      const code = member(body, 'retCode')
      return { code: typeof code === 'number' && Number.isSafeInteger(code) ? code : null, text: word(body, 'retMsg') }
    },
    isRefusal: (body) => member(body, 'retCode') !== 0,
    isPause,
    problemOf,
  },
  // [D guide] recv_window: 5,000 by default.
  windowMs: 5000,
  sign,
  clock: { request: () => ({ method: 'GET', path: '/v5/market/time' }), read: (body) => time(body, 'time') },
  isClockSkew: (code) => code === CLOCK_SKEW,
}

export const CATEGORY = { spot: 'spot', futures: 'linear' } as const satisfies Record<Market, string>

/** The site that the key belongs to. */
export const hostOf = (desk: Desk, key: Pick<Key, 'site'>): Host => desk.host(key.site === null ? 'bybit' : `bybit:${key.site}`)

/** A question to the key's site. */
export const get = (desk: Desk, asker: Asker, path: string, params: Params = {}): Promise<Answer> =>
  desk.ask(asker, hostOf(desk, asker.key), { method: 'GET', path, params })

/** The rows of a list, `{"result": {"list": […]}}`; null: there is none. */
export const rowsOf = (body: unknown): readonly unknown[] | null => list(member(member(body, 'result'), 'list'))

/** More pages than that are not read. */
const MOST_PAGES = 10

/** All rows of a list in pages; where one of them fails, that answer. `rows` null: a page could not be read, or there is no end. */
export async function pages(
  desk: Desk, asker: Asker, path: string, params: Params,
): Promise<{ readonly kind: 'ok'; readonly rows: readonly unknown[] | null; readonly reply: Answered } | Exclude<Answer, { kind: 'ok' }>> {
  const rows: unknown[] = []
  for (let page = 0, cursor: string | null = null; ; page += 1) {
    const answer = await get(desk, asker, path, { ...params, cursor: cursor ?? undefined })
    if (answer.kind !== 'ok') return answer
    const more = rowsOf(answer.body)
    if (more === null || page === MOST_PAGES) return { kind: 'ok', rows: null, reply: answer.reply }
    rows.push(...more)
    // A cursor comes also with the last page. [D order/open-order, example: one row asked for, one there]
    cursor = more.length === 0 || more.length < Number(params['limit']) ? null : word(member(answer.body, 'result'), 'nextPageCursor')
    if (cursor === null) return { kind: 'ok', rows, reply: answer.reply }
    cursor = decodeURIComponent(cursor)
  }
}
