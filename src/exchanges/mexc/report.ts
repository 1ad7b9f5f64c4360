import type { ReportAnswer, ReportedOrder, Told } from '#contract'
import { amount, list, positive, time, word } from '../answer.ts'
import { baseOf } from '../contracts.ts'
import type { Desk } from '../desk.ts'
import type { Call, ReportWanted } from '../port.ts'
import type { Answer } from '../reading.ts'
import { holdingsOf, together, toldOrders } from '../told.ts'
import { account } from './account.ts'
import { openOrders, orders } from './lookup.ts'
import { readOrder } from './order.ts'

/** Open orders of any age and all since then, symbol by symbol; and the account. Open ones of futures come for all symbols at once. */
export async function report(desk: Desk, call: Call, { symbols, since }: ReportWanted): Promise<ReportAnswer> {
  const isSpot = call.market === 'spot'
  const holdings = await holdingsOf(account(desk, call))
  const hedge = holdings.known && holdings.positionMode === 'hedge'
  const allOpen = isSpot ? null : await openOrders(desk, call, '')
  const lists: Told<ReportedOrder>[] = []
  for (const symbol of symbols) {
    const size = isSpot ? null : await desk.contracts.futures.known(symbol)
    for (const answer of [allOpen ?? await openOrders(desk, call, symbol), await orders(desk, call, symbol, since)]) {
      lists.push(toldOrders(only(symbol, answer), Infinity, (row) => (isSpot ? spotOrder(row) : futuresOrder(row, size, hedge)), desk.manner.wording))
    }
  }
  return { orders: together(lists), holdings }
}

const only = (symbol: string, answer: Answer): Answer =>
  (answer.kind === 'ok' ? { ...answer, body: list(answer.body)?.filter((row) => word(row, 'symbol') === symbol) ?? null } : answer)

function spotOrder(row: unknown): ReportedOrder | string {
  const order = readOrder(row, null, null)
  if (typeof order === 'string') return order
  const [symbol, side, createdAt, quote] = [word(row, 'symbol'), word(row, 'side'), time(row, 'time'), amount(row, 'origQuoteOrderQty')]
  if (symbol === null || (side !== 'BUY' && side !== 'SELL') || createdAt === null) return 'an order without symbol, side or time'
  const { fills: _fills, ...told } = order
  const byQuote = side === 'BUY' && word(row, 'type') === 'MARKET' && positive(quote)
  return { ...told, symbol, side: side === 'BUY' ? 'buy' : 'sell', positionSide: 'both', createdAt, quantity: byQuote ? null : amount(row, 'origQty'), quoteQuantity: byQuote ? quote : null, forced: null }
}

/** [F order: side] 1 open long, 2 close short, 3 open short, 4 close long. */
const SIDES: ReadonlyMap<string, readonly [ReportedOrder['side'], 'long' | 'short']> = new Map([['1', ['buy', 'long']], ['2', ['buy', 'short']], ['3', ['sell', 'short']], ['4', ['sell', 'long']]])
/** [F order: category] 2 "system take-over delegate", 4 "ADL reduction". */
const FORCED: ReadonlyMap<string, ReportedOrder['forced']> = new Map([['2', 'liquidation'], ['4', 'deleveraging']])

function futuresOrder(row: unknown, size: string | null, hedge: boolean): ReportedOrder | string {
  if (size === null) return 'the size of a contract is not known'
  const order = readOrder(row, size, null)
  if (typeof order === 'string') return order
  const [symbol, sides, createdAt, asked] = [word(row, 'symbol'), SIDES.get(word(row, 'side') ?? ''), time(row, 'createTime'), amount(row, 'vol')]
  if (symbol === null || sides === undefined || createdAt === null || asked === null) return 'an order without symbol, side, size or time'
  const { fills: _fills, ...told } = order
  return { ...told, symbol, side: sides[0], positionSide: hedge ? sides[1] : 'both', createdAt, quantity: baseOf(asked, size), quoteQuantity: null, forced: FORCED.get(word(row, 'category') ?? '') ?? null }
}
