import type { ExchangeOrder, LookupOutcome } from '#contract'
import { list, word } from '../answer.ts'
import type { Desk } from '../desk.ts'
import { BEFORE_MS, lookUpOrder, wholeFills, type Look } from '../looking.ts'
import type { Call, OrderRef } from '../port.ts'
import { description } from './description.ts'
import { isNotThere } from './errors.ts'
import { get, hostOf, IDS, named, pages, ROOT } from './manner.ts'
import { readFills, readOrder } from './order.ts'

/**
 * Looks for an order by our id, which on spot finds open ones only; where Gate does not know it, also among the open orders of
 * its symbol and among those that finished since it was sent.
 */
export async function lookup(desk: Desk, call: Call, ref: OrderRef): Promise<LookupOutcome> {
  const { market } = call
  const [host, root, symbol] = [hostOf(desk), ROOT[market], named(market, ref.symbol)]
  const size = market === 'spot' ? null : await desk.contracts.futures.known(ref.symbol)
  if (market === 'futures' && size === null) return { kind: 'unknown', reason: `Gate's list of contracts does not have ${ref.symbol}, or cannot be had now`, retryAfterMs: null }
  const among = (name: string, ask: Look['ask']): Look => ({ name, ask, find: (rows) => ours(rows, ref) })
  return lookUpOrder(desk, call, ref, {
    host, memoryMs: description.facts[market]?.lookupMemoryMs ?? 0,
    looks: [
      {
        name: 'by client order id', ask: () => get(desk, call, `${root}/orders/${IDS.write(ref.clientOrderId)}`, market === 'spot' ? symbol : {}),
        find: (body) => body, isAbsent: ({ code }) => isNotThere(code),
      },
      among('open orders', () => pages(desk, call, market, `${root}/orders`, { ...symbol, status: 'open' })),
      among('finished orders since it was sent', () => finished(desk, call, ref.symbol, ref.sentAt)),
    ],
    read: (row) => readOrder(row, size, ref.clientOrderId),
    fillsOf: (order) => fillsOf(desk, call, ref, order, size),
  })
}

/** Orders of a symbol that finished since then (epoch ms, our clock), in pages. */
export function finished(desk: Desk, call: Call, symbol: string, since: number): ReturnType<typeof pages> {
  const { market } = call
  const from = Math.floor((since + hostOf(desk).offsetMs - BEFORE_MS) / 1000)
  return market === 'spot' ? pages(desk, call, market, `${ROOT.spot}/orders`, { ...named(market, symbol), status: 'finished', from })
    : pages(desk, call, market, `${ROOT.futures}/orders_timerange`, { ...named(market, symbol), from })
}

/** Our row in a list; null: not there; a text: why that cannot be said. */
function ours(rows: unknown, { clientOrderId }: OrderRef): unknown {
  return list(rows)?.find((each) => word(each, 'text') === IDS.write(clientOrderId)) ?? (rows === null ? 'there are too many orders to be sure' : null)
}

async function fillsOf(desk: Desk, call: Call, { symbol }: OrderRef, { exchangeOrderId, filled }: ExchangeOrder, size: string | null): Promise<Pick<ExchangeOrder, 'fills'>> {
  const { market } = call
  const answer = await pages(desk, call, market, `${ROOT[market]}/my_trades`, { ...named(market, symbol), [market === 'spot' ? 'order_id' : 'order']: exchangeOrderId })
  const rows = answer.kind === 'ok' ? list(answer.body) : null
  return { fills: rows === null ? null : wholeFills(readFills(rows, exchangeOrderId, size), filled) }
}
