import type { Market } from '#model'
import { list, member, word } from '../answer.ts'
import type { Asker, Desk, Manner } from '../desk.ts'
import type { Host } from '../host.ts'
import type { Key } from '../port.ts'
import type { Params } from '../query.ts'
import type { Answer, Answered } from '../reading.ts'
import { isClockSkew, isPause, problemOf } from './errors.ts'
import { sign } from './sign.ts'

export const manner: Manner = {
  // `{"code": "1", "data": [{"sCode": "51008", "sMsg": "Order failed. …"}], "msg": "All operations failed"}` for an order,
  // `{"code": "50113", "data": [], "msg": "Invalid signature."}` for what is refused before. [D general info]
  wording: {
    name: 'OKX',
    errorOf: (body) => {
      const own = word(rowOf(body), 'sCode')
      return own !== null && own !== '0' ? { code: codeOf(own), text: word(rowOf(body), 'sMsg') } : { code: codeOf(word(body, 'code')), text: word(body, 'msg') }
    },
    isRefusal: (body) => member(body, 'code') !== '0' || (word(rowOf(body), 'sCode') ?? '0') !== '0',
    isPause,
    problemOf,
  },
  // Only `expTime` bounds an order; the signed time itself is good for 30 s. [D overview, "Making Requests"]
  windowMs: 5000,
  sign,
  clock: {
    request: () => ({ method: 'GET', path: '/api/v5/public/time' }),
    read: (body) => {
      const ts = Number(word(rowOf(body), 'ts') ?? Number.NaN)
      return ts > 0 ? ts : null
    },
  },
  isClockSkew,
}

/** Some codes carry a sub-code: `51008_1000`. [D error codes] */
function codeOf(said: string | null): number | null {
  const digits = /^\d{1,6}(?=_|$)/.exec(said ?? '')?.[0]
  return digits === undefined ? null : Number(digits)
}

export const INSTRUMENTS = { spot: 'SPOT', futures: 'SWAP' } as const satisfies Record<Market, string>

/** The site that the key belongs to. */
export const hostOf = (desk: Desk, key: Pick<Key, 'site'>): Host => desk.host(key.site === null ? 'okx' : `okx:${key.site}`)

/** A question to the key's site. */
export const get = (desk: Desk, asker: Asker, path: string, params: Params = {}): Promise<Answer> =>
  desk.ask(asker, hostOf(desk, asker.key), { method: 'GET', path, params })

/** The rows of an answer, `{"data": […]}`; null: there are none to read. */
export const rowsOf = (body: unknown): readonly unknown[] | null => list(member(body, 'data'))

/** The only row of an answer. */
export const rowOf = (body: unknown): unknown => rowsOf(body)?.[0]

/** Base per contract; spot counts base itself. Null: OKX has no such contract, or its list cannot be had now. */
export const sizeOf = (desk: Desk, market: Market, symbol: string): Promise<string | null> =>
  (market === 'spot' ? Promise.resolve('1') : desk.contracts.futures.known(symbol))

const PAGE = 100
/** More pages than that are not read. */
const MOST_PAGES = 10

/** All rows of a list, newest first, page by page behind the id of the last row; `rows` null: a page could not be read, or there is no end. */
export async function pages(
  desk: Desk, asker: Asker, path: string, params: Params, id: 'ordId' | 'billId',
): Promise<{ readonly kind: 'ok'; readonly rows: readonly unknown[] | null; readonly reply: Answered } | Exclude<Answer, { kind: 'ok' }>> {
  const rows: unknown[] = []
  for (let page = 0, after: string | undefined; ; page += 1) {
    const answer = await get(desk, asker, path, { ...params, after, limit: PAGE })
    if (answer.kind !== 'ok') return answer
    const more = rowsOf(answer.body)
    if (more === null || page === MOST_PAGES) return { kind: 'ok', rows: null, reply: answer.reply }
    rows.push(...more)
    if (more.length < PAGE) return { kind: 'ok', rows, reply: answer.reply }
    after = word(more.at(-1), id) ?? undefined
    if (after === undefined) return { kind: 'ok', rows: null, reply: answer.reply }
  }
}
