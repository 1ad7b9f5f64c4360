import type { Market } from '#model'
import { list, member, word } from '../answer.ts'
import type { Asker, Desk, Manner } from '../desk.ts'
import type { Host } from '../host.ts'
import type { Params } from '../query.ts'
import type { Answer, Answered } from '../reading.ts'
import { isClockSkew, isPause, problemOf } from './errors.ts'
import { GOOD_FOR_MS, sign } from './sign.ts'

export const manner: Manner = {
  // `{"code": "400100", "msg": "Balance insufficient"}`, with HTTP 200 or 4xx; good ones say "200000". [D error codes]
  wording: {
    name: 'KuCoin',
    errorOf: (body) => {
      const code = word(body, 'code')
      return { code: code !== null && /^\d{1,6}$/.test(code) ? Number(code) : null, text: word(body, 'msg') }
    },
    isRefusal: (body) => member(body, 'code') !== '200000',
    isPause,
    problemOf,
  },
  windowMs: GOOD_FOR_MS,
  sign,
  clock: {
    request: () => ({ method: 'GET', path: '/api/v1/timestamp' }),
    read: (body) => {
      const at = Number(member(body, 'data'))
      return at > 0 ? at : null
    },
  },
  isClockSkew,
}

export const hostOf = (desk: Desk, market: Market): Host => desk.host(market === 'spot' ? 'kucoin' : 'kucoin:futures')

/** A question with a key, to the market's host. */
export const get = (desk: Desk, asker: Asker, market: Market, path: string, params: Params = {}): Promise<Answer> =>
  desk.ask(asker, hostOf(desk, market), { method: 'GET', path, params })

/** The rows of a list: `data` itself, or `data.items`; null where there is none to read. */
export function rowsOf(body: unknown): readonly unknown[] | null {
  const data = member(body, 'data')
  return list(data) ?? list(member(data, 'items'))
}

/** Base per contract; spot counts base itself. Null: KuCoin has no such contract, or its list cannot be had now. */
export const sizeOf = (desk: Desk, market: Market, symbol: string): Promise<string | null> =>
  (market === 'spot' ? Promise.resolve('1') : desk.contracts.futures.known(symbol))

const PAGE = 100
/** More pages than that are not read. */
const MOST_PAGES = 10

/** All rows of a list in pages: spot goes on behind the last id, futures by number; `rows` null: a page could not be read, or there is no end. */
export async function pages(
  desk: Desk, asker: Asker, market: Market, path: string, params: Params,
): Promise<{ readonly kind: 'ok'; readonly rows: readonly unknown[] | null; readonly reply: Answered } | Exclude<Answer, { kind: 'ok' }>> {
  const rows: unknown[] = []
  for (let page = 1, lastId: string | undefined; ; page += 1) {
    const where: Params = market === 'spot' ? { lastId, limit: PAGE } : { currentPage: page, pageSize: PAGE }
    const answer = await get(desk, asker, market, path, { ...params, ...where })
    if (answer.kind !== 'ok') return answer
    const more = rowsOf(answer.body)
    if (more === null || page > MOST_PAGES) return { kind: 'ok', rows: null, reply: answer.reply }
    rows.push(...more)
    if (more.length < PAGE) return { kind: 'ok', rows, reply: answer.reply }
    lastId = word(member(answer.body, 'data'), 'lastId') ?? undefined
    if (market === 'spot' && lastId === undefined) return { kind: 'ok', rows: null, reply: answer.reply }
  }
}

/** Where each market's orders are asked for. Spot's open orders come whole. [D spot order, futures order] */
export const openOrders = async (desk: Desk, asker: Asker, market: Market, symbol: string): ReturnType<typeof pages> => {
  if (market === 'futures') return pages(desk, asker, market, '/api/v1/orders', { status: 'active', symbol })
  const answer = await get(desk, asker, market, '/api/v1/hf/orders/active', { symbol })
  return answer.kind === 'ok' ? { kind: 'ok', rows: rowsOf(answer.body), reply: answer.reply } : answer
}

export const closedOrders = (desk: Desk, asker: Asker, market: Market, symbol: string, startAt: number): ReturnType<typeof pages> =>
  (market === 'spot' ? pages(desk, asker, market, '/api/v1/hf/orders/done', { symbol, startAt }) : pages(desk, asker, market, '/api/v1/orders', { status: 'done', symbol, startAt }))

export const fillsOf = (desk: Desk, asker: Asker, market: Market, symbol: string, orderId: string): ReturnType<typeof pages> =>
  pages(desk, asker, market, market === 'spot' ? '/api/v1/hf/fills' : '/api/v1/fills', { symbol, orderId })
