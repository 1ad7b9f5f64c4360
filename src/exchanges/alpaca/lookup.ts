import type { ExchangeFill, ExchangeOrder, LookupOutcome } from '#contract'
import { iso } from '#clock'
import { list, word } from '../answer.ts'
import type { Desk } from '../desk.ts'
import { BEFORE_MS, isComplete, lookUpOrder, type Look } from '../looking.ts'
import type { Call, OrderRef } from '../port.ts'
import type { Params } from '../query.ts'
import type { Answer } from '../reading.ts'
import { description } from './description.ts'
import { get } from './manner.ts'
import { isCrypto, readFills, readOrder, takerRate } from './order.ts'

const ORDERS_PAGE = 500
const ACTIVITIES_PAGE = 100
/** Pages of activities that are read for the fills of one order. */
const MOST_PAGES = 10

/**
 * Looks for an order by its client id; where Alpaca does not know it, also among the open orders and among all orders
 * since it was sent. Only all three together mean absent.
 */
export function lookup(desk: Desk, call: Call, ref: OrderRef): Promise<LookupOutcome> {
  const inList = (name: string, params: Params): Look => ({
    name, ask: () => get(desk, call, '/v2/orders', params),
    find: (body) => {
      const rows = list(body)
      if (rows === null) return 'the list of orders could not be read'
      const row = rows.find((each) => word(each, 'client_order_id') === ref.clientOrderId)
      if (row !== undefined) return row
      return rows.length >= ORDERS_PAGE ? `there are too many ${name} to be sure` : null
    },
  })
  const byId: Look = {
    name: 'by client order id', ask: () => byClientId(desk, call, ref.clientOrderId), find: (body) => body, isAbsent: ({ status }) => status === 404,
  }
  return lookUpOrder(desk, call, ref, {
    host: desk.host('alpaca'), memoryMs: description.facts.spot?.lookupMemoryMs ?? 0,
    looks: [
      byId, inList('open orders', { status: 'open', limit: ORDERS_PAGE }),
      inList('all orders since it was sent', { status: 'all', limit: ORDERS_PAGE, after: iso(ref.sentAt - BEFORE_MS), direction: 'asc' }),
    ],
    read: (row) => readOrder(row, ref.clientOrderId),
    fillsOf: async (order, row) => ({ fills: await fillsOf(desk, call, ref, order, row) }),
  })
}

/** `GET /v2/orders:by_client_order_id`; 404: not there. */
export const byClientId = (desk: Desk, call: Call, clientOrderId: string): Promise<Answer> =>
  get(desk, call, '/v2/orders:by_client_order_id', { client_order_id: clientOrderId })

/** All fills with their fees; null while the activities lag behind the order, or could not be had. */
async function fillsOf(desk: Desk, call: Call, ref: OrderRef, order: ExchangeOrder, body: unknown): Promise<ExchangeFill[] | null> {
  const account = isCrypto(ref.symbol) ? await get(desk, call, '/v2/account') : null
  if (account !== null && account.kind !== 'ok') return null
  const submitted = Date.parse(word(body, 'submitted_at') ?? word(body, 'created_at') ?? '')
  const after = iso((Number.isNaN(submitted) ? ref.sentAt : submitted) - 1000)
  const side = word(body, 'side')
  const activities: unknown[] = []
  for (let page = 0, token: string | undefined; page < MOST_PAGES; page += 1) {
    const answer = await get(desk, call, '/v2/account/activities',
      { activity_types: 'FILL,CFEE', after, direction: 'asc', page_size: ACTIVITIES_PAGE, page_token: token })
    const rows = answer.kind === 'ok' ? list(answer.body) : null
    if (rows === null) return null
    activities.push(...rows)
    const fills = readFills(activities, { exchangeOrderId: order.exchangeOrderId, symbol: ref.symbol, side: side === 'buy' || side === 'sell' ? side : null },
      takerRate(account?.body))
    const ended = rows.length < ACTIVITIES_PAGE
    if (isComplete(fills, order.filled)) return fills
    token = word(rows.at(-1), 'id') ?? undefined
    if (ended || token === undefined) return null
  }
  return null
}
