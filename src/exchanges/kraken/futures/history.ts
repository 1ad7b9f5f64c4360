import { amount, list, member, word } from '../../answer.ts'
import type { Desk } from '../../desk.ts'
import { BEFORE_MS } from '../../looking.ts'
import type { Call } from '../../port.ts'
import type { Answer, Answered } from '../../reading.ts'
import { askFutures } from '../manner.ts'
import { FUTURES_HOST } from '../sign.ts'

const MOST_PAGES = 10

/** All that a history tells since then; where a page fails, that answer. `body` null: a page could not be read, or there is no end. */
export async function historySince(desk: Desk, call: Call, kind: 'orders' | 'executions', since: number): Promise<{ readonly kind: 'ok'; readonly body: readonly unknown[] | null; readonly reply: Answered } | Exclude<Answer, { kind: 'ok' }>> {
  const all: unknown[] = []
  const asked = { since: Math.floor(since + desk.host(FUTURES_HOST).offsetMs) - BEFORE_MS, sort: 'asc' }
  for (let page = 0, token: string | undefined; ; page += 1) {
    const answer = await askFutures(desk, call, `/api/history/v3/${kind}`, { ...asked, continuation_token: token })
    if (answer.kind !== 'ok') return answer
    const rows = list(member(answer.body, 'elements'))
    if (rows === null || page === MOST_PAGES) return { kind: 'ok', body: null, reply: answer.reply }
    all.push(...rows)
    token = word(answer.body, 'continuationToken') ?? undefined
    if (token === undefined || rows.length === 0) return { kind: 'ok', body: all, reply: answer.reply }
  }
}

/** One order as far as it is known: from its status, the list of open ones, or the histories. */
export interface Row {
  readonly id: string | null
  readonly clientOrderId: string | null
  readonly symbol: string | null
  readonly side: string | null
  readonly quantity: string | null
  readonly filled: string | null
  readonly at: number
  /** `type` of the order as the histories tell it: `Liquidation`, … */
  readonly type: string | null
  /** Null: nothing says yet how it ended. */
  readonly state: 'open' | 'filled' | 'canceled' | 'rejected' | null
  /** Its executions, oldest first; null: they were not asked for, or could not be had. */
  readonly executions: readonly Execution[] | null
}

export interface Execution { readonly id: string; readonly orderId: string; readonly price: string; readonly quantity: string; readonly fee: string | null; readonly at: number }

/**
 * Events as orders, each with what its last event says. [D get-order-events] `{"event": {"OrderPlaced": {"order": {"uid",
 * "clientId", "tradeable", "direction", "quantity", "filled"}}}}`; a change carries `newOrder`.
 */
export function ordersIn(events: readonly unknown[]): Map<string, Row> {
  const orders = new Map<string, Row>()
  for (const each of events) {
    for (const [kind, event] of Object.entries(member(each, 'event') ?? {}) as [string, unknown][]) {
      const order = member(event, 'newOrder') ?? member(event, 'order')
      const id = word(order, 'uid')
      if (id === null) continue
      const state = kind === 'OrderRejected' ? 'rejected' : kind === 'OrderCancelled' ? 'canceled' : null
      const known = orders.get(id)
      const at = member(order, 'timestamp')
      orders.set(id, {
        id, clientOrderId: word(order, 'clientId'), symbol: word(order, 'tradeable'), side: word(order, 'direction')?.toLowerCase() ?? null,
        quantity: amount(order, 'quantity'), filled: amount(order, 'filled'), at: typeof at === 'number' ? at : 0, type: word(order, 'orderType'),
        state: state ?? known?.state ?? null, executions: null,
      })
    }
  }
  return orders
}

/** [D get-execution-events] The side that is ours: `order` and `orderData`, or the one of the two whose account is ours. */
export function executionsIn(events: readonly unknown[], accountUid: string | null): { readonly execution: Execution; readonly order: unknown }[] {
  return events.flatMap((each) => {
    const event = member(each, 'event')
    const execution = member(member(event, 'Execution') ?? member(event, 'execution'), 'execution')
    const maker = member(execution, 'makerOrder')
    const isMaker = maker !== undefined && word(maker, 'accountUid') === accountUid && accountUid !== null
    const order = member(execution, 'order') ?? (isMaker ? maker : member(execution, 'takerOrder'))
    const data = member(execution, 'orderData') ?? member(execution, isMaker ? 'makerOrderData' : 'takerOrderData')
    const [id, orderId, price, quantity, at] = [word(execution, 'uid'), word(order, 'uid'), amount(execution, 'price'), amount(execution, 'quantity'), member(execution, 'timestamp')]
    if (id === null || orderId === null || price === null || quantity === null || typeof at !== 'number') return []
    return [{ order, execution: { id, orderId, price, quantity, fee: amount(data, 'fee'), at } }]
  })
}
