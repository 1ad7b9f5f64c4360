import type { ReportAnswer, ReportedOrder, Told } from '#contract'
import type { Market } from '#model'
import { amount, word } from '../answer.ts'
import { baseOf } from '../contracts.ts'
import type { Desk } from '../desk.ts'
import { BEFORE_MS } from '../looking.ts'
import type { Call, ReportWanted } from '../port.ts'
import { holdingsOf, together, toldOrders } from '../told.ts'
import { account } from './account.ts'
import { hostOf, INSTRUMENTS, pages, sizeOf } from './manner.ts'
import { readOrder } from './order.ts'

/** Open orders of any age and ended ones made since then, symbol by symbol, in pages; and the account. */
export async function report(desk: Desk, call: Call, { symbols, since }: ReportWanted): Promise<ReportAnswer> {
  const begin = Math.floor(since + hostOf(desk, call.key).offsetMs) - BEFORE_MS
  const lists: Told<ReportedOrder>[] = []
  for (const instId of symbols) {
    const size = await sizeOf(desk, call.market, instId)
    if (size === null) {
      lists.push({ whole: false, items: [], reason: `the size of the contract ${instId} is not known` })
      continue
    }
    for (const [path, params] of [['/api/v5/trade/orders-pending', {}], ['/api/v5/trade/orders-history', { begin }]] as const) {
      const answer = await pages(desk, call, path, { instType: INSTRUMENTS[call.market], instId, ...params }, 'ordId')
      const rows = answer.kind === 'ok' ? { kind: 'ok' as const, body: answer.rows, reply: answer.reply } : answer
      lists.push(toldOrders(rows, Infinity, (row) => readRow(row, call.market, size), desk.manner.wording))
    }
  }
  return { orders: together(lists), holdings: await holdingsOf(account(desk, call)) }
}

/** Orders that a person made on the page have no id of the client's. */
function readRow(row: unknown, market: Market, size: string): ReportedOrder | string {
  const order = readOrder(row, word(row, 'clOrdId'), size)
  if (typeof order === 'string') return order
  const [symbol, side, createdAt, asked] = [word(row, 'instId'), word(row, 'side'), Number(word(row, 'cTime') ?? Number.NaN), amount(row, 'sz')]
  if (symbol === null || (side !== 'buy' && side !== 'sell') || Number.isNaN(createdAt)) return 'an order without symbol, side or time'
  const { fills: _fills, ...told } = order
  const byQuote = market === 'spot' && word(row, 'tgtCcy') === 'quote_ccy'
  const posSide = word(row, 'posSide')
  return {
    ...told, symbol, side, createdAt, positionSide: posSide === 'long' || posSide === 'short' ? posSide : 'both',
    quantity: byQuote || asked === null ? null : baseOf(asked, size), quoteQuantity: byQuote ? asked : null, forced: FORCED.get(word(row, 'category') ?? '') ?? null,
  }
}

/** [D order details, category] */
const FORCED: ReadonlyMap<string, ReportedOrder['forced']> = new Map([
  ['full_liquidation', 'liquidation'], ['partial_liquidation', 'liquidation'], ['adl', 'deleveraging'], ['delivery', 'settlement'],
])
