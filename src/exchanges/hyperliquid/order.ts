import type { ExchangeFill, ExchangeOrder } from '#contract'
import { decimal, text, ZERO } from '#model'
import { amount, averageOf, list, member, positive, word } from '../answer.ts'
import type { Desk } from '../desk.ts'
import { isComplete, wholeFills } from '../looking.ts'
import type { Call } from '../port.ts'
import { CLOIDS } from './ids.ts'
import { ask } from './manner.ts'
import { accountOf } from './sign.ts'

/** An order with its state, and its fills where they were asked for; null: they could not be had. */
export interface Row { readonly order: unknown; readonly status: string | null; readonly fills: readonly ExchangeFill[] | null }

/** [S OrderProcessingStatus] `canceled`, `marginCanceled`, `scheduledCancel`, …; `rejected`, `iocCancelRejected`, … */
function stateOf(status: string | null): ExchangeOrder['state'] | null {
  if (status === 'open' || status === 'triggered') return 'open'
  if (status === 'filled') return 'filled'
  if (status === null) return null
  return /[rR]ejected$/.test(status) ? 'rejected' : /[cC]ancel(?:ed)?$/.test(status) ? 'canceled' : null
}

/** An order as Hyperliquid shows it, or what is wrong with it. `ours`: which order is meant; null: any. */
export function readOrder({ order, status, fills }: Row, ours: string | null): ExchangeOrder | string {
  const [cloid, exchangeOrderId, state, size, left] = [word(order, 'cloid'), word(order, 'oid'), stateOf(status), amount(order, 'origSz'), amount(order, 'sz')]
  if (ours !== null && cloid?.toLowerCase() !== CLOIDS.write(ours)) return cloid === null ? 'the answer names no client order id' : 'the answer is about another order'
  if (exchangeOrderId === null) return 'the answer names no order id'
  if (state === null) return `the order has a state that is not known (${status?.slice(0, 30) ?? 'none'})`
  if (size === null || left === null) return 'the order has no size'
  const filled = state === 'filled' ? size : state === 'rejected' ? '0' : text(decimal(size).minus(decimal(left)))
  const whole = fills === null ? null : wholeFills(fills, filled)
  const quote = text((whole ?? []).reduce((sum, { price, quantity }) => sum.plus(decimal(price).times(decimal(quantity))), ZERO))
  // Orders of other programs have ids that are no writing of ours.
  const clientOrderId = ours ?? (cloid === null ? '' : CLOIDS.read(cloid) ?? cloid)
  return { exchangeOrderId, clientOrderId, state, filled, averagePrice: whole === null ? null : averageOf(quote, filled), fills: positive(filled) ? whole : [] }
}

/** More fills than that are not told at once. [D info-endpoint, userFillsByTime] */
const MOST_FILLS = 2000

/** The row with its fills, where it has any. A question that fails leaves them out. */
export async function withFills(desk: Desk, call: Call, row: Row): Promise<Row> {
  const placed = member(row.order, 'timestamp')
  const read = readOrder(row, null)
  if (typeof read === 'string' || !positive(read.filled) || typeof placed !== 'number') return row
  const answer = await ask(desk, call, { type: 'userFillsByTime', user: accountOf(call.key), startTime: placed - 1000, aggregateByTime: false })
  const rows = answer.kind === 'ok' ? list(answer.body) : null
  if (rows === null) return row
  const fills = rows.flatMap((fill): ExchangeFill[] => {
    const [tradeId, price, quantity, at] = [word(fill, 'tid'), amount(fill, 'px'), amount(fill, 'sz'), member(fill, 'time')]
    if (word(fill, 'oid') !== read.exchangeOrderId || tradeId === null || price === null || quantity === null || typeof at !== 'number') return []
    const fee = amount(fill, 'fee')
    return [{ tradeId, price, quantity, fee, feeAsset: fee === null ? null : word(fill, 'feeToken'), at }]
  })
  return isComplete(fills, read.filled) || rows.length < MOST_FILLS ? { ...row, fills } : row
}
