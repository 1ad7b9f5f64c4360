import type { ReportAnswer, ReportedOrder, Told } from '#contract'
import type { Market } from '#model'
import { amount, positive, time, word } from '../answer.ts'
import type { Desk } from '../desk.ts'
import type { Call, ReportWanted } from '../port.ts'
import { holdingsOf, together, toldOrders } from '../told.ts'
import { account } from './account.ts'
import { openOrders, orders } from './lookup.ts'
import { readOrder } from './order.ts'

/** Open orders of any age and all since then, symbol by symbol; and the account. */
export async function report(desk: Desk, call: Call, { symbols, since }: ReportWanted): Promise<ReportAnswer> {
  const holdings = await holdingsOf(account(desk, call))
  const hedge = holdings.known && holdings.positionMode === 'hedge'
  const lists: Told<ReportedOrder>[] = []
  for (const symbol of symbols) {
    for (const answer of [await openOrders(desk, call, symbol), await orders(desk, call, symbol, since)]) {
      lists.push(toldOrders(answer, Infinity, (row) => readRow(row, call.market, hedge), desk.manner.wording))
    }
  }
  return { orders: together(lists), holdings }
}

function readRow(row: unknown, market: Market, hedge: boolean): ReportedOrder | string {
  const order = readOrder(row, market, null)
  if (typeof order === 'string') return order
  const [symbol, side, createdAt, quote] = [word(row, 'symbol'), word(row, 'side'), time(row, 'time'), amount(row, 'origQuoteOrderQty')]
  if (symbol === null || (side !== 'BUY' && side !== 'SELL') || createdAt === null) return 'an order without symbol, side or time'
  const { fills: _fills, ...told } = order
  const byQuote = market === 'spot' && side === 'BUY' && word(row, 'type') === 'MARKET' && positive(quote)
  return {
    ...told, symbol, side: side === 'BUY' ? 'buy' : 'sell', createdAt, positionSide: hedge ? (word(row, 'positionSide') === 'SHORT' ? 'short' : 'long') : 'both',
    quantity: byQuote ? null : amount(row, 'origQty'), quoteQuantity: byQuote ? quote : null, forced: FORCED.get(word(row, 'type') ?? '') ?? null,
  }
}

/** [D swap-trade, force orders] */
const FORCED: ReadonlyMap<string, ReportedOrder['forced']> = new Map([['LIQUIDATION', 'liquidation'], ['ADL', 'deleveraging']])
