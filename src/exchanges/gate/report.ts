import type { ReportAnswer, ReportedOrder, Told } from '#contract'
import type { Market, PositionSide } from '#model'
import { amount, member, word } from '../answer.ts'
import { baseOf } from '../contracts.ts'
import type { Desk } from '../desk.ts'
import type { Call, ReportWanted } from '../port.ts'
import { holdingsOf, together, toldOrders } from '../told.ts'
import { account } from './account.ts'
import { finished } from './lookup.ts'
import { named, pages, ROOT, secondsOf } from './manner.ts'
import { readOrder } from './order.ts'

/** Open orders of any age and finished ones since then, symbol by symbol, in pages; and the account. */
export async function report(desk: Desk, call: Call, { symbols, since }: ReportWanted): Promise<ReportAnswer> {
  const { market } = call
  const holdings = await holdingsOf(account(desk, call))
  const hedge = holdings.known && holdings.positionMode === 'hedge'
  const lists: Told<ReportedOrder>[] = []
  for (const symbol of symbols) {
    const size = market === 'spot' ? null : await desk.contracts.futures.known(symbol)
    for (const answer of [await pages(desk, call, market, `${ROOT[market]}/orders`, { ...named(market, symbol), status: 'open' }), await finished(desk, call, symbol, since)]) {
      lists.push(toldOrders(answer, Infinity, (row) => readRow(row, market, size, hedge), desk.manner.wording))
    }
  }
  return { orders: together(lists), holdings }
}

function readRow(row: unknown, market: Market, size: string | null, hedge: boolean): ReportedOrder | string {
  if (market === 'futures' && size === null) return 'the size of a contract is not known'
  const order = readOrder(row, size, null)
  if (typeof order === 'string') return order
  const { fills: _fills, ...told } = order
  return size === null ? spotOrder(row, told) : futuresOrder(row, told, size, hedge)
}

type Read = Pick<ReportedOrder, 'exchangeOrderId' | 'clientOrderId' | 'state' | 'filled' | 'averagePrice'>

function spotOrder(row: unknown, read: Read): ReportedOrder | string {
  const [symbol, side, asked, at] = [word(row, 'currency_pair'), word(row, 'side'), amount(row, 'amount'), Number(member(row, 'create_time_ms') ?? Number.NaN)]
  const createdAt = at > 0 ? at : secondsOf(row, 'create_time')
  if (symbol === null || (side !== 'buy' && side !== 'sell') || createdAt === null) return 'an order without symbol, side or time'
  const byQuote = side === 'buy' && word(row, 'type') === 'market'
  return {
    ...read, symbol, side, positionSide: 'both', createdAt, quantity: byQuote ? null : asked, quoteQuantity: byQuote ? asked : null,
    forced: word(row, 'text')?.endsWith('liquidate') === true ? 'liquidation' : null,
  }
}

function futuresOrder(row: unknown, read: Read, size: string, hedge: boolean): ReportedOrder | string {
  const [symbol, asked, createdAt, text] = [word(row, 'contract'), amount(row, 'size'), secondsOf(row, 'create_time'), word(row, 'text') ?? '']
  if (symbol === null || asked === null || createdAt === null) return 'an order without symbol, size or time'
  const side = asked.startsWith('-') ? 'sell' : 'buy'
  const closes = member(row, 'is_reduce_only') === true || member(row, 'is_close') === true
  const positionSide: PositionSide = !hedge ? 'both' : (side === 'buy') === closes ? 'short' : 'long'
  return { ...read, symbol, side, positionSide, createdAt, quantity: baseOf(asked.replace('-', ''), size), quoteQuantity: null, forced: forcedBy(row, text) }
}

/** [D futures order: text] */
function forcedBy(row: unknown, text: string): ReportedOrder['forced'] {
  if (text.startsWith('auto_deleverag')) return 'deleveraging'
  if (member(row, 'is_liq') === true || /liq(uidat|-)/.test(text)) return 'liquidation'
  return text === 'clear' ? 'settlement' : null
}
