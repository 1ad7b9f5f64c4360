import type { ReportAnswer, ReportedOrder } from '#contract'
import { list, member } from '../../answer.ts'
import type { Desk } from '../../desk.ts'
import type { Call, ReportWanted } from '../../port.ts'
import { together, toldOrders } from '../../told.ts'
import { askFutures } from '../manner.ts'
import { executionsIn, historySince, ordersIn, type Row } from './history.ts'
import { ofOpen, readOrder, withExecutions } from './order.ts'

/** Open orders of any age, and those that events since then tell of, with what was executed of them; of these symbols. */
export async function futuresOrders(desk: Desk, call: Call, { symbols, since }: ReportWanted): Promise<ReportAnswer['orders']> {
  const open = await askFutures(desk, call, '/derivatives/api/v3/openorders')
  const [events, executions] = [await historySince(desk, call, 'orders', since), await historySince(desk, call, 'executions', since)]
  const told = (answer: typeof events, rows: (body: readonly unknown[]) => readonly Row[]): ReportAnswer['orders'] => toldOrders(
    answer.kind === 'ok' && answer.body !== null ? { ...answer, body: rows(answer.body).filter(({ symbol }) => symbols.includes(symbol ?? '')) } : answer,
    Infinity, (row) => readRow(row as Row), desk.manner.wording)
  const openRows = open.kind === 'ok' ? list(member(open.body, 'openOrders'))?.map(ofOpen) ?? null : []
  const openIds = new Set(openRows?.map(({ id }) => id))
  const traded = executions.kind === 'ok' ? executionsIn(executions.body ?? [], null).map(({ execution }) => execution) : []
  return together([
    told(executions, () => []),
    told(events, (body) => [...ordersIn(body).values()].filter(({ id }) => !openIds.has(id)).map((row) => withExecutions(
      { ...row, filled: row.state === 'canceled' ? row.filled : '0' }, traded.filter(({ orderId }) => orderId === row.id)))),
    told(open.kind === 'ok' ? { ...open, body: openRows } : open, (rows) => rows as readonly Row[]),
  ])
}

/** [D get-order-events] orderType. */
const FORCED: ReadonlyMap<string, ReportedOrder['forced']> = new Map([['Liquidation', 'liquidation'], ['Assignment', 'deleveraging'], ['Unwind', 'deleveraging'], ['Settlement', 'settlement']])

/** Orders that a person made on the page have no id of the client's. */
function readRow(row: Row): ReportedOrder | string {
  const order = readOrder(row, row.clientOrderId)
  if (typeof order === 'string') return order
  if (row.symbol === null || (row.side !== 'buy' && row.side !== 'sell') || Number.isNaN(row.at)) return 'an order without symbol, side or time'
  const { fills: _fills, ...told } = order
  return {
    ...told, symbol: row.symbol, side: row.side, positionSide: 'both', createdAt: row.at, quantity: row.quantity, quoteQuantity: null,
    forced: row.type === null ? null : FORCED.get(row.type) ?? null,
  }
}
