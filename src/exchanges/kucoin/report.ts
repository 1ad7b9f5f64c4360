import type { ReportAnswer, ReportedOrder, Told } from '#contract'
import type { Market } from '#model'
import { amount, positive, time, word } from '../answer.ts'
import { baseOf } from '../contracts.ts'
import type { Desk } from '../desk.ts'
import { BEFORE_MS } from '../looking.ts'
import type { Call, ReportWanted } from '../port.ts'
import { holdingsOf, together, toldOrders } from '../told.ts'
import { account } from './account.ts'
import { closedOrders, hostOf, openOrders, sizeOf } from './manner.ts'
import { readOrder } from './order.ts'

/** Open orders of any age and ended ones made since then, symbol by symbol, in pages; and the account. */
export async function report(desk: Desk, call: Call, { symbols, since }: ReportWanted): Promise<ReportAnswer> {
  const { market } = call
  const startAt = Math.floor(since + hostOf(desk, market).offsetMs) - BEFORE_MS
  const lists: Told<ReportedOrder>[] = []
  for (const symbol of symbols) {
    const size = await sizeOf(desk, market, symbol)
    if (size === null) {
      lists.push({ whole: false, items: [], reason: `the size of the contract ${symbol} is not known` })
      continue
    }
    for (const listed of [() => openOrders(desk, call, market, symbol), () => closedOrders(desk, call, market, symbol, startAt)]) {
      const answer = await listed()
      const rows = answer.kind === 'ok' ? { kind: 'ok' as const, body: answer.rows, reply: answer.reply } : answer
      lists.push(toldOrders(rows, Infinity, (row) => readRow(row, market, size), desk.manner.wording))
    }
  }
  return { orders: together(lists), holdings: await holdingsOf(account(desk, call)) }
}

/** Orders that a person made on the page have no id of the client's. */
function readRow(row: unknown, market: Market, size: string): ReportedOrder | string {
  const order = readOrder(row, word(row, 'clientOid'), size)
  if (typeof order === 'string') return order
  const [symbol, side, createdAt] = [word(row, 'symbol'), word(row, 'side'), time(row, 'createdAt')]
  if (symbol === null || (side !== 'buy' && side !== 'sell') || createdAt === null) return 'an order without symbol, side or time'
  const { fills: _fills, ...told } = order
  const [asked, funds] = [amount(row, 'size'), amount(row, 'funds')]
  // A market order for an amount has no size of its own.
  const byQuote = market === 'spot' && positive(funds) && !positive(asked)
  const held = word(row, 'positionSide')
  return {
    ...told, symbol, side, createdAt, positionSide: held === 'LONG' ? 'long' : held === 'SHORT' ? 'short' : 'both',
    quantity: byQuote || asked === null ? null : baseOf(asked, size), quoteQuantity: byQuote ? funds : null,
    // Orders do not tell; fills do (`tradeType`), which a report does not read.
    forced: null,
  }
}
