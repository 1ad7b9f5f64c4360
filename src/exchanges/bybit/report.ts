import type { ReportAnswer, ReportedOrder, Told } from '#contract'
import type { Market } from '#model'
import { amount, member, word } from '../answer.ts'
import type { Desk } from '../desk.ts'
import { BEFORE_MS } from '../looking.ts'
import type { Call, ReportWanted } from '../port.ts'
import { holdingsOf, together, toldOrders } from '../told.ts'
import { account } from './account.ts'
import { CATEGORY, hostOf, pages } from './manner.ts'
import { readOrder } from './order.ts'

const PAGE = 50

/** Open orders of any age and closed ones since then, symbol by symbol, in pages; and the account. */
export async function report(desk: Desk, call: Call, { symbols, since }: ReportWanted): Promise<ReportAnswer> {
  const startTime = Math.floor(since + hostOf(desk, call.key).offsetMs) - BEFORE_MS
  const lists: Told<ReportedOrder>[] = []
  for (const symbol of symbols) {
    for (const [path, params] of [['/v5/order/realtime', { openOnly: 0 }], ['/v5/order/history', { startTime }]] as const) {
      const answer = await pages(desk, call, path, { category: CATEGORY[call.market], symbol, ...params, limit: PAGE })
      const rows = answer.kind === 'ok' ? { kind: 'ok' as const, body: answer.rows, reply: answer.reply } : answer
      lists.push(toldOrders(rows, Infinity, (row) => readRow(row, call.market), desk.manner.wording))
    }
  }
  return { orders: together(lists), holdings: await holdingsOf(account(desk, call, symbols[0] ?? null)) }
}

/** Orders that a person made on the page have no id of the client's. */
function readRow(row: unknown, market: Market): ReportedOrder | string {
  const order = readOrder(row, word(row, 'orderLinkId'))
  if (typeof order === 'string') return order
  const [symbol, side, createdAt] = [word(row, 'symbol'), word(row, 'side'), Number(word(row, 'createdTime') ?? Number.NaN)]
  if (symbol === null || (side !== 'Buy' && side !== 'Sell') || Number.isNaN(createdAt)) return 'an order without symbol, side or time'
  const { fills: _fills, ...told } = order
  const quantity = amount(row, 'qty')
  const byQuote = market === 'spot' && word(row, 'marketUnit') === 'quoteCoin'
  const index = member(row, 'positionIdx')
  return {
    ...told, symbol, side: side === 'Buy' ? 'buy' : 'sell', createdAt,
    positionSide: index === 1 ? 'long' : index === 2 ? 'short' : 'both',
    quantity: byQuote ? null : quantity, quoteQuantity: byQuote ? quantity : null, forced: FORCED.get(word(row, 'createType') ?? '') ?? null,
  }
}

/** [D enum createType] */
const FORCED: ReadonlyMap<string, ReportedOrder['forced']> = new Map([
  ['CreateByLiq', 'liquidation'], ['CreateByTakeOver_PassThrough', 'liquidation'], ['CreateByAdl_PassThrough', 'deleveraging'], ['CreateBySettle', 'settlement'],
])
