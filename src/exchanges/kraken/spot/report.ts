import type { ReportAnswer, ReportedOrder } from '#contract'
import { amount, member, word } from '../../answer.ts'
import type { Desk } from '../../desk.ts'
import type { Call, ReportWanted } from '../../port.ts'
import { together, toldOrders } from '../../told.ts'
import { askSpot } from '../manner.ts'
import { closedSince } from './lookup.ts'
import { isForAmount, readOrder, rowsOf, withTrades, type Row } from './order.ts'

/** Open orders of any age, and closed ones that were opened since then; of these symbols. */
export async function spotOrders(desk: Desk, call: Call, { symbols, since }: ReportWanted): Promise<ReportAnswer['orders']> {
  const open = await askSpot(desk, call, 'OpenOrders', { trades: 'true' })
  const lists = [open.kind === 'ok' ? { ...open, body: rowsOf(member(member(open.body, 'result'), 'open')) } : open, await closedSince(desk, call, since)]
  return together(await Promise.all(lists.map(async (answer) => {
    if (answer.kind !== 'ok' || answer.body === null) return toldOrders(answer, Infinity, () => '', desk.manner.wording)
    const rows: Row[] = []
    for (const row of answer.body) {
      // Others are nobody's business here; only what is counted in quote has to be asked about.
      if (symbols.includes(pairOf(row) ?? '')) rows.push(isForAmount(row.order) ? await withTrades(desk, call, row) : row)
    }
    return toldOrders({ ...answer, body: rows }, Infinity, (row) => readRow(row as Row), desk.manner.wording)
  })))
}

const pairOf = ({ order }: Row): string | null => word(member(order, 'descr'), 'pair')

/** Orders that a person made on the page have no id of the client's. */
function readRow(row: Row): ReportedOrder | string {
  const order = readOrder(row, word(row.order, 'cl_ord_id'))
  if (typeof order === 'string') return order
  const [symbol, side, opened] = [pairOf(row), word(member(row.order, 'descr'), 'type'), member(row.order, 'opentm')]
  if (symbol === null || (side !== 'buy' && side !== 'sell') || typeof opened !== 'number') return 'an order without symbol, side or time'
  const { fills: _fills, ...told } = order
  const [volume, forAmount] = [amount(row.order, 'vol'), isForAmount(row.order)]
  return {
    ...told, symbol, side, positionSide: 'both', createdAt: Math.floor(opened * 1000),
    quantity: forAmount ? null : volume, quoteQuantity: forAmount ? volume : null,
    // [D] misc: "liquidated".
    forced: (word(row.order, 'misc') ?? '').split(',').includes('liquidated') ? 'liquidation' : null,
  }
}
