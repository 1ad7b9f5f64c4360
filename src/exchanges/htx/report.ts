import type { ReportAnswer, ReportedOrder, Told } from '#contract'
import { amount, word } from '../answer.ts'
import { baseOf } from '../contracts.ts'
import type { Desk } from '../desk.ts'
import type { Call, ReportWanted } from '../port.ts'
import { holdingsOf, together, toldOrders } from '../told.ts'
import { account } from './account.ts'
import { openOrders, orders } from './lookup.ts'
import { timeOf } from './manner.ts'
import { readOrder } from './order.ts'

/** Open orders of any age and all since then, symbol by symbol; and the account. */
export async function report(desk: Desk, call: Call, { symbols, since }: ReportWanted): Promise<ReportAnswer> {
  const holdings = await holdingsOf(account(desk, call))
  const lists: Told<ReportedOrder>[] = []
  for (const symbol of symbols) {
    const size = call.market === 'spot' ? null : await desk.contracts.futures.known(symbol)
    for (const answer of [await openOrders(desk, call, symbol), await orders(desk, call, symbol, since)]) {
      lists.push(toldOrders(answer, Infinity, (row) => (call.market === 'spot' ? spotOrder(row) : futuresOrder(row, size)), desk.manner.wording))
    }
  }
  return { orders: together(lists), holdings }
}

/** [S order: type] `buy-market`, `sell-limit`, …; `amount` of a market buy is what is paid. */
function spotOrder(row: unknown): ReportedOrder | string {
  const order = readOrder(row, null, null)
  if (typeof order === 'string') return order
  const [symbol, type, createdAt, asked] = [word(row, 'symbol'), word(row, 'type') ?? '', timeOf(row, 'created-at'), amount(row, 'amount')]
  const side = type.startsWith('buy-') ? 'buy' : type.startsWith('sell-') ? 'sell' : null
  if (symbol === null || side === null || createdAt === null) return 'an order without symbol, side or time'
  const { fills: _fills, ...told } = order
  const byQuote = type === 'buy-market'
  return { ...told, symbol, side, positionSide: 'both', createdAt, quantity: byQuote ? null : asked, quoteQuantity: byQuote ? asked : null, forced: null }
}

/** [F order: order_source] "risk" is the risk control system, which liquidates. */
const FORCED: ReadonlyMap<string, ReportedOrder['forced']> = new Map([['risk', 'liquidation'], ['adl', 'deleveraging']])

function futuresOrder(row: unknown, size: string | null): ReportedOrder | string {
  if (size === null) return 'the size of a contract is not known'
  const order = readOrder(row, size, null)
  if (typeof order === 'string') return order
  const [symbol, side, position, createdAt, asked] = [word(row, 'contract_code'), word(row, 'side'), word(row, 'position_side'), timeOf(row, 'created_time'), amount(row, 'volume')]
  if (symbol === null || (side !== 'buy' && side !== 'sell') || createdAt === null || asked === null) return 'an order without symbol, side, size or time'
  const { fills: _fills, ...told } = order
  return {
    ...told, symbol, side, positionSide: position === 'long' || position === 'short' ? position : 'both', createdAt, quantity: baseOf(asked, size), quoteQuantity: null,
    forced: FORCED.get(word(row, 'order_source')?.toLowerCase() ?? '') ?? null,
  }
}
