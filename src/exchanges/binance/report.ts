import type { ReportAnswer, ReportedOrder, Told } from '#contract'
import type { Market } from '#model'
import { amount, positive, time, word } from '../answer.ts'
import type { Desk } from '../desk.ts'
import { BEFORE_MS } from '../looking.ts'
import type { Call, ReportWanted } from '../port.ts'
import { holdingsOf, together, toldOrders } from '../told.ts'
import { account } from './account.ts'
import { hostOf } from './manner.ts'
import { readOrder } from './order.ts'

const PATHS = {
  spot: { open: '/api/v3/openOrders', all: '/api/v3/allOrders' },
  futures: { open: '/fapi/v1/openOrders', all: '/fapi/v1/allOrders' },
} as const
const PAGE = 1000

/**
 * Orders are asked for symbol by symbol: that weighs 26 a symbol on spot, 6 on futures, where the open ones of all symbols
 * alone would weigh 80 and 40. [rest-api.md; USDⓈ-M "All Orders", "Current All Open Orders"]
 */
export async function report(desk: Desk, call: Call, { symbols, since }: ReportWanted): Promise<ReportAnswer> {
  const host = hostOf(desk, call.market)
  const startTime = Math.floor(since + host.offsetMs) - BEFORE_MS
  const lists: Told<ReportedOrder>[] = []
  const read = (row: unknown): ReportedOrder | string => readRow(row, call.market)
  for (const symbol of symbols) {
    const open = await desk.ask(call, host, { method: 'GET', path: PATHS[call.market].open, params: { symbol } })
    const all = await desk.ask(call, host, { method: 'GET', path: PATHS[call.market].all, params: { symbol, startTime, limit: PAGE } })
    lists.push(toldOrders(open, Infinity, read, desk.manner.wording), toldOrders(all, PAGE, read, desk.manner.wording))
  }
  return { orders: together(lists), holdings: await holdingsOf(account(desk, call)) }
}

/** An order sized in quote shows what it traded as its quantity: there only the quote amount counts. */
function readRow(row: unknown, market: Market): ReportedOrder | string {
  const clientOrderId = word(row, 'clientOrderId')
  const order = clientOrderId === null ? 'an order without a client order id' : readOrder(row, market, clientOrderId)
  if (typeof order === 'string') return order
  const [symbol, side, createdAt] = [word(row, 'symbol'), word(row, 'side'), time(row, 'time')]
  if (symbol === null || (side !== 'BUY' && side !== 'SELL') || createdAt === null) return 'an order without symbol, side or time'
  const quote = amount(row, 'origQuoteOrderQty')
  const positionSide = word(row, 'positionSide')
  const { exchangeOrderId, state, filled, averagePrice } = order
  return {
    exchangeOrderId, clientOrderId: order.clientOrderId, state, filled, averagePrice, symbol, side: side === 'BUY' ? 'buy' : 'sell', createdAt,
    positionSide: positionSide === 'LONG' ? 'long' : positionSide === 'SHORT' ? 'short' : 'both',
    quantity: positive(quote) ? null : amount(row, 'origQty'), quoteQuantity: positive(quote) ? quote : null,
    forced: market === 'futures' ? forcedBy(order.clientOrderId) : null,
  }
}

/** [USDⓈ-M user data streams, "Event: Order Update"]: what the exchange's own orders are named. */
function forcedBy(clientOrderId: string): ReportedOrder['forced'] {
  if (clientOrderId.startsWith('autoclose-')) return 'liquidation'
  if (clientOrderId.startsWith('adl_autoclose')) return 'deleveraging'
  return clientOrderId.startsWith('settlement_autoclose-') ? 'settlement' : null
}
