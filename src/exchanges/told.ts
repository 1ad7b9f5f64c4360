import type { ReportAnswer, ReportedOrder, Told } from '#contract'
import { Problem } from '#model'
import { list } from './answer.ts'
import type { Exchange } from './port.ts'
import { reasonOf, type Answer, type Wording } from './reading.ts'

const MOST_REASON = 300

/**
 * A list of orders as it came, `page` rows at most. One that fills its page may go on, and a row that cannot be read
 * could be the one that matters: both make it a part of what there is, so that nothing is absent because of it.
 */
export function toldOrders(answer: Answer, page: number, readRow: (row: unknown) => ReportedOrder | string, wording: Wording): Told<ReportedOrder> {
  if (answer.kind !== 'ok') return { whole: false, items: [], reason: reasonOf(answer, wording) }
  const rows = list(answer.body)
  if (rows === null) return { whole: false, items: [], reason: 'the list of orders could not be read' }
  const items: ReportedOrder[] = []
  let reason = rows.length >= page ? `there are more than ${page} orders` : null
  for (const row of rows) {
    const read = readRow(row)
    if (typeof read === 'string') reason = read
    else items.push(read)
  }
  return reason === null ? { whole: true, items } : { whole: false, items, reason }
}

/** Several lists as one; an order that stands in two of them counts once, as it was told last. */
export function together(lists: readonly Told<ReportedOrder>[]): Told<ReportedOrder> {
  const items = [...new Map(lists.flatMap((told) => told.items).map((order) => [order.exchangeOrderId, order])).values()]
  const reasons = new Set(lists.flatMap((told) => (told.whole ? [] : [told.reason])))
  return reasons.size === 0 ? { whole: true, items } : { whole: false, items, reason: [...reasons].join('; ').slice(0, MOST_REASON) }
}

/** Balances and positions, or why they are not known. */
export async function holdingsOf(account: ReturnType<Exchange['account']>): Promise<ReportAnswer['holdings']> {
  try {
    const { positionMode, balances, positions } = await account
    return { known: true, positionMode, balances, positions }
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    return { known: false, reason: error.message }
  }
}
