import type { ReportAnswer, ReportedOrder, Told } from '#contract'
import { amount, time, word } from '../answer.ts'
import type { Desk } from '../desk.ts'
import type { Call, ReportWanted } from '../port.ts'
import { holdingsOf, together, toldOrders } from '../told.ts'
import { account } from './account.ts'
import { openOrders, orders } from './lookup.ts'
import { readOrder } from './order.ts'

/** Open orders of any age and all since then, market by market; and the account. */
export async function report(desk: Desk, call: Call, { symbols, since }: ReportWanted): Promise<ReportAnswer> {
  const holdings = await holdingsOf(account(desk, call))
  const lists: Told<ReportedOrder>[] = []
  for (const symbol of symbols) {
    for (const answer of [await openOrders(desk, call, symbol), await orders(desk, call, symbol, since)]) lists.push(toldOrders(answer, Infinity, reported, desk.manner.wording))
  }
  return { orders: together(lists), holdings }
}

/** [G] "If you set amountQuote in your order, amount is not returned." */
function reported(row: unknown): ReportedOrder | string {
  const order = readOrder(row, null)
  if (typeof order === 'string') return order
  const [symbol, side, createdAt, quote] = [word(row, 'market'), word(row, 'side'), time(row, 'created'), amount(row, 'amountQuote')]
  if (symbol === null || (side !== 'buy' && side !== 'sell') || createdAt === null) return 'an order without market, side or time'
  const { fills: _fills, ...told } = order
  return { ...told, symbol, side, positionSide: 'both', createdAt, quantity: quote === null ? amount(row, 'amount') : null, quoteQuantity: quote, forced: null }
}
