import type { LookupOutcome } from '#contract'
import { member, word } from '../../answer.ts'
import type { Desk } from '../../desk.ts'
import { BEFORE_MS, lookUpOrder, type Look } from '../../looking.ts'
import type { Call, OrderRef } from '../../port.ts'
import type { Params } from '../../query.ts'
import type { Answer, Answered } from '../../reading.ts'
import { description } from '../description.ts'
import { askSpot } from '../manner.ts'
import { fillsOf, readOrder, rowsOf, withTrades, type Row } from './order.ts'

const PAGE = 50
const MOST_PAGES = 10

/**
 * Looks for an order by its client id, among open orders first and then among closed ones, so that none slips through
 * between the two; where both do not know it, also among all orders that were opened since it was sent.
 */
export function lookup(desk: Desk, call: Call, ref: OrderRef): Promise<LookupOutcome> {
  const ours = async (rows: readonly Row[] | null, alone: boolean): Promise<Row | string | null> => {
    if (rows === null) return 'the list of orders could not be read'
    const row = rows.find(({ order }) => word(order, 'cl_ord_id') === ref.clientOrderId)
    if (row !== undefined) return withTrades(desk, call, row)
    return alone && rows.length > 0 ? 'the answer is about another order' : null
  }
  const byId = (name: string, verb: 'OpenOrders' | 'ClosedOrders', kind: 'open' | 'closed'): Look => ({
    name, ask: () => askSpot(desk, call, verb, { trades: 'true', cl_ord_id: ref.clientOrderId }),
    find: (body) => ours(rowsOf(member(member(body, 'result'), kind)), true),
  })
  return lookUpOrder(desk, call, ref, {
    host: desk.host('kraken'), memoryMs: description.facts.spot?.lookupMemoryMs ?? 0,
    looks: [
      byId('open by client order id', 'OpenOrders', 'open'), byId('closed by client order id', 'ClosedOrders', 'closed'),
      {
        name: 'closed orders since it was sent', ask: () => closedSince(desk, call, ref.sentAt),
        find: (rows) => (rows === null ? 'there are too many closed orders to be sure' : ours(rows as readonly Row[], false)),
      },
    ],
    read: (row) => readOrder(row as Row, ref.clientOrderId),
    fillsOf: async (order, row) => ({ fills: await fillsOf(desk, ref.symbol, row as Row, order.filled) }),
  })
}

/** Orders that were opened since then and are closed; where a page fails, that answer. `body` null: a page could not be read, or there is no end. */
export async function closedSince(desk: Desk, call: Call, since: number): Promise<{ readonly kind: 'ok'; readonly body: readonly Row[] | null; readonly reply: Answered } | Exclude<Answer, { kind: 'ok' }>> {
  const rows: Row[] = []
  const asked: Params = { trades: 'true', closetime: 'open', start: Math.floor((since + desk.host('kraken').offsetMs - BEFORE_MS) / 1000) }
  for (let page = 0; ; page += 1) {
    const answer = await askSpot(desk, call, 'ClosedOrders', { ...asked, ofs: page * PAGE })
    if (answer.kind !== 'ok') return answer
    const more = rowsOf(member(member(answer.body, 'result'), 'closed'))
    if (more === null || page === MOST_PAGES) return { kind: 'ok', body: null, reply: answer.reply }
    rows.push(...more)
    if (more.length < PAGE) return { kind: 'ok', body: rows, reply: answer.reply }
  }
}
