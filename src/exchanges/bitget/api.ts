import type { Market } from '#model'
import { list, member, word } from '../answer.ts'
import type { Asker, Desk } from '../desk.ts'
import type { Key } from '../port.ts'
import type { Params } from '../query.ts'
import type { Answer, Answered } from '../reading.ts'
import { get } from './manner.ts'

// Bitget takes orders in three ways: classic spot and classic contracts (v2), and unified accounts (v3, both markets).
// They ask the same under different addresses and names; this is where they differ.

/** The site that a unified account's key is said to be of: kept in the envelope, as it decides where its orders go. */
export const UNIFIED = 'uta'
export const isUnified = (key: Pick<Key, 'site'>): boolean => key.site === UNIFIED

/** USDC contracts are called BTCPERP. [D contract/market/Get-All-Symbols-Contracts, USDC-FUTURES] */
const marginCoinOf = (symbol: string): 'USDT' | 'USDC' => (symbol.endsWith('PERP') ? 'USDC' : 'USDT')
export const productOf = (symbol: string): 'USDT-FUTURES' | 'USDC-FUTURES' => `${marginCoinOf(symbol)}-FUTURES`
export const PRODUCTS = ['USDT-FUTURES', 'USDC-FUTURES'] as const

/** One of the three: its addresses, and how it names market and symbol in a question and in an order. */
export interface Api {
  readonly kind: 'spot' | 'contract' | 'unified'
  readonly place: string
  readonly cancel: string
  readonly byId: string
  readonly open: string
  readonly closed: string
  readonly fills: string
  of(symbol: string, market: Market): Readonly<Record<string, string>>
}

const SPOT: Api = {
  kind: 'spot', place: '/api/v2/spot/trade/place-order', cancel: '/api/v2/spot/trade/cancel-order', byId: '/api/v2/spot/trade/orderInfo', open: '/api/v2/spot/trade/unfilled-orders',
  closed: '/api/v2/spot/trade/history-orders', fills: '/api/v2/spot/trade/fills', of: (symbol) => ({ symbol }),
}
const CONTRACT: Api = {
  kind: 'contract', place: '/api/v2/mix/order/place-order', cancel: '/api/v2/mix/order/cancel-order', byId: '/api/v2/mix/order/detail', open: '/api/v2/mix/order/orders-pending',
  closed: '/api/v2/mix/order/orders-history', fills: '/api/v2/mix/order/fills', of: (symbol) => ({ symbol, productType: productOf(symbol) }),
}
const V3: Api = {
  kind: 'unified', place: '/api/v3/trade/place-order', cancel: '/api/v3/trade/cancel-order', byId: '/api/v3/trade/order-info', open: '/api/v3/trade/unfilled-orders',
  closed: '/api/v3/trade/history-orders', fills: '/api/v3/trade/fills', of: (symbol, market) => ({ category: market === 'spot' ? 'SPOT' : productOf(symbol), symbol }),
}

export const apiOf = (key: Pick<Key, 'site'>, market: Market): Api => (isUnified(key) ? V3 : market === 'spot' ? SPOT : CONTRACT)

/** What margin a classic order of contracts names. */
export const marginOf = (symbol: string): { readonly marginCoin: string } => ({ marginCoin: marginCoinOf(symbol) })

/** Lists stand in `data` itself, or inside it under one of these names; null there means none. */
const LISTS = ['entrustedList', 'fillList', 'list'] as const

/** The rows of a list; null: there is none to read. */
export function rowsOf(body: unknown): readonly unknown[] | null {
  const data = member(body, 'data')
  if (Array.isArray(data)) return list(data)
  for (const name of LISTS) {
    const rows = member(data, name)
    if (rows !== undefined) return rows === null ? [] : list(rows)
  }
  return null
}

const PAGE = 100
/** More pages than that are not read. */
const MOST_PAGES = 10

/** All rows of a list, newest first, in pages; `rows` null: a page could not be read, or there is no end. `id`: of a row, where the answer names no place to go on from. */
export async function pages(
  desk: Desk, asker: Asker, path: string, params: Params, id: 'orderId' | 'tradeId',
): Promise<{ readonly kind: 'ok'; readonly rows: readonly unknown[] | null; readonly reply: Answered } | Exclude<Answer, { kind: 'ok' }>> {
  const rows: unknown[] = []
  const name = path.startsWith('/api/v3/') ? 'cursor' : 'idLessThan'
  for (let page = 0, from: string | undefined; ; page += 1) {
    const answer = await get(desk, asker, path, { ...params, [name]: from, limit: PAGE })
    if (answer.kind !== 'ok') return answer
    const more = rowsOf(answer.body)
    if (more === null || page === MOST_PAGES) return { kind: 'ok', rows: null, reply: answer.reply }
    rows.push(...more)
    if (more.length < PAGE) return { kind: 'ok', rows, reply: answer.reply }
    const data = member(answer.body, 'data')
    from = word(data, 'endId') ?? word(data, 'cursor') ?? word(more.at(-1), id) ?? undefined
    if (from === undefined) return { kind: 'ok', rows: null, reply: answer.reply }
  }
}
