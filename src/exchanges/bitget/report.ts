import type { ReportAnswer, ReportedOrder, Told } from '#contract'
import type { Market } from '#model'
import { amount, positive, word } from '../answer.ts'
import type { Desk } from '../desk.ts'
import { BEFORE_MS } from '../looking.ts'
import type { Call, ReportWanted } from '../port.ts'
import { holdingsOf, together, toldOrders } from '../told.ts'
import { account } from './account.ts'
import { apiOf, pages } from './api.ts'
import { hostOf } from './manner.ts'
import { readOrder } from './order.ts'

/** Open orders of any age and ended ones made since then, symbol by symbol, in pages; and the account. */
export async function report(desk: Desk, call: Call, { symbols, since }: ReportWanted): Promise<ReportAnswer> {
  const startTime = Math.floor(since + hostOf(desk).offsetMs) - BEFORE_MS
  const api = apiOf(call.key, call.market)
  const lists: Told<ReportedOrder>[] = []
  for (const symbol of symbols) {
    for (const [path, params] of [[api.open, {}], [api.closed, { startTime }]] as const) {
      const answer = await pages(desk, call, path, { ...api.of(symbol, call.market), ...params }, 'orderId')
      const rows = answer.kind === 'ok' ? { kind: 'ok' as const, body: answer.rows, reply: answer.reply } : answer
      lists.push(toldOrders(rows, Infinity, (row) => readRow(row, call.market, symbol), desk.manner.wording))
    }
  }
  return { orders: together(lists), holdings: await holdingsOf(account(desk, call, symbols[0] ?? null)) }
}

/** Orders that a person made on the page have no id of the client's. `symbol`: as it was asked for; some lists write it small. */
function readRow(row: unknown, market: Market, symbol: string): ReportedOrder | string {
  const order = readOrder(row, word(row, 'clientOid'))
  if (typeof order === 'string') return order
  const [said, createdAt] = [word(row, 'side'), Number(word(row, 'cTime') ?? word(row, 'createdTime') ?? Number.NaN)]
  if ((said !== 'buy' && said !== 'sell') || Number.isNaN(createdAt)) return 'an order without side or time'
  const { fills: _fills, ...told } = order
  const posSide = word(row, 'posSide')
  const positionSide = market === 'futures' && (posSide === 'long' || posSide === 'short') ? posSide : 'both'
  const byQuote = market === 'spot' && said === 'buy' && word(row, 'orderType') === 'market'
  // Unified accounts tell a quote amount apart; classic ones write it into the size.
  const size = amount(row, 'qty') ?? amount(row, 'size')
  const value = amount(row, 'amount')
  return {
    ...told, symbol, side: sideOf(row, said, positionSide), createdAt, positionSide, quantity: byQuote ? null : size, quoteQuantity: byQuote ? (positive(value) ? value : size) : null,
    forced: forcedBy(`${word(row, 'tradeSide') ?? ''} ${word(row, 'execType') ?? ''}`),
  }
}

/** In hedge mode classic contracts name the position in `side`, and in `tradeSide` what was done to it. [D contract place order] */
function sideOf(row: unknown, said: 'buy' | 'sell', positionSide: 'both' | 'long' | 'short'): 'buy' | 'sell' {
  const done = word(row, 'tradeSide')
  if (positionSide === 'both' || done === null || word(row, 'posMode') === null) return said
  return (positionSide === 'long') === (done === 'open') ? 'buy' : 'sell'
}

/** [D contract Get-Order-Details, tradeSide: `reduce_close_long`, `burst_close_long`, `dte_sys_adl_close_long`, `delivery_close_long`, …; uta Get-Order-History, execType] */
function forcedBy(told: string): ReportedOrder['forced'] {
  if (/adl/.test(told)) return 'deleveraging'
  if (/burst|liquidation|\breduce(_|$)/.test(told)) return 'liquidation'
  return /delivery/.test(told) ? 'settlement' : null
}
