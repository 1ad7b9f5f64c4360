import { iso } from '#clock'
import type { ReportAnswer, ReportedOrder, Told } from '#contract'
import { amount, member, word } from '../answer.ts'
import type { Desk } from '../desk.ts'
import { BEFORE_MS } from '../looking.ts'
import type { Call, ReportWanted } from '../port.ts'
import { holdingsOf, together, toldOrders } from '../told.ts'
import { account } from './account.ts'
import { ORDERS, PAGE } from './lookup.ts'
import { pages } from './manner.ts'
import { readOrder } from './order.ts'

/** Open orders of any age, all orders since then, and the account. */
export async function report(desk: Desk, call: Call, { symbols, since }: ReportWanted): Promise<ReportAnswer> {
  const lists: Told<ReportedOrder>[] = []
  for (const params of [{ order_status: 'OPEN' }, { start_date: iso(since + desk.host('coinbase').offsetMs - BEFORE_MS) }]) {
    const answer = await pages(desk, call, ORDERS, 'orders', { ...params, limit: PAGE })
    const ofThese = answer.kind !== 'ok' ? answer : { ...answer, body: answer.body?.filter((row) => symbols.includes(word(row, 'product_id') ?? '')) ?? null }
    lists.push(toldOrders(ofThese, Infinity, readRow, desk.manner.wording))
  }
  return { orders: together(lists), holdings: await holdingsOf(account(desk, call)) }
}

function readRow(row: unknown): ReportedOrder | string {
  const order = readOrder(row, word(row, 'client_order_id'))
  if (typeof order === 'string') return order
  const [symbol, side, createdAt] = [word(row, 'product_id'), word(row, 'side'), Date.parse(word(row, 'created_time') ?? '')]
  if (symbol === null || (side !== 'BUY' && side !== 'SELL') || Number.isNaN(createdAt)) return 'an order without symbol, side or time'
  const { fills: _fills, ...told } = order
  // `{"market_market_ioc": {"base_size": "0.001"}}`: one member, named after the kind of order.
  const size = Object.values(member(row, 'order_configuration') as object | undefined ?? {})[0] as unknown
  return {
    ...told, symbol, side: side === 'BUY' ? 'buy' : 'sell', positionSide: 'both', createdAt, quantity: amount(size, 'base_size'),
    quoteQuantity: amount(size, 'quote_size'), forced: member(row, 'is_liquidation') === true ? 'liquidation' : null,
  }
}
