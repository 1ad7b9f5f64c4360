import { iso } from '#clock'
import type { ReportAnswer, ReportedOrder, Told } from '#contract'
import { amount, word } from '../answer.ts'
import type { Desk } from '../desk.ts'
import { BEFORE_MS } from '../looking.ts'
import type { Call, ReportWanted } from '../port.ts'
import { holdingsOf, together, toldOrders } from '../told.ts'
import { account } from './account.ts'
import { get } from './manner.ts'
import { readOrder } from './order.ts'

const PAGE = 500

/** Open orders of any age, all orders since then, and the account. Requests count one each, whatever they ask. */
export async function report(desk: Desk, call: Call, { symbols, since }: ReportWanted): Promise<ReportAnswer> {
  const lists: Told<ReportedOrder>[] = []
  for (const params of [{ status: 'open' }, { status: 'all', after: iso(since - BEFORE_MS), direction: 'asc' }]) {
    const answer = await get(desk, call, '/v2/orders', { ...params, symbols: symbols.join(','), limit: PAGE })
    lists.push(toldOrders(answer, PAGE, readRow, desk.manner.wording))
  }
  return { orders: together(lists), holdings: await holdingsOf(account(desk, call)) }
}

function readRow(row: unknown): ReportedOrder | string {
  const clientOrderId = word(row, 'client_order_id')
  const order = clientOrderId === null ? 'an order without a client order id' : readOrder(row, clientOrderId)
  if (typeof order === 'string') return order
  const [symbol, side, createdAt] = [word(row, 'symbol'), word(row, 'side'), Date.parse(word(row, 'created_at') ?? '')]
  if (symbol === null || (side !== 'buy' && side !== 'sell') || Number.isNaN(createdAt)) return 'an order without symbol, side or time'
  const { exchangeOrderId, state, filled, averagePrice } = order
  return {
    exchangeOrderId, clientOrderId: order.clientOrderId, state, filled, averagePrice, symbol, side, positionSide: 'both', createdAt,
    quantity: amount(row, 'qty'), quoteQuantity: amount(row, 'notional'), forced: null,
  }
}
