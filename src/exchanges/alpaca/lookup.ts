import type { ExchangeFill, ExchangeOrder, LookupOutcome } from '#contract'
import { iso } from '#clock'
import { list, positive, word } from '../answer.ts'
import type { Call, OrderRef } from '../port.ts'
import { exchangeNow, reasonOf, type Answer, type Answered } from '../reading.ts'
import { ask, waitFor, WORDING, type Alpaca } from './ask.ts'
import { description } from './description.ts'
import { isComplete, isCrypto, readFills, readOrder, takerRate } from './order.ts'

const BEFORE_MS = 60_000
const ORDERS_PAGE = 500
const ACTIVITIES_PAGE = 100
/** Pages of activities that are read for the fills of one order. */
const MOST_PAGES = 10

/**
 * Looks for an order by its client id; where Alpaca does not know it, also among the open orders and among all orders
 * since it was sent. Only all three together mean absent.
 */
export async function lookup(alpaca: Alpaca, call: Call, ref: OrderRef): Promise<LookupOutcome> {
  const unknown = (reason: string): LookupOutcome => ({ kind: 'unknown', reason, retryAfterMs: waitFor(alpaca, alpaca.live, call.caller) })
  const byId = await byClientId(alpaca, call, ref.clientOrderId)
  if (byId.kind === 'ok') {
    const order = readOrder(byId.body, ref.clientOrderId)
    return typeof order === 'string' ? unknown(order) : found(alpaca, call, ref, order, byId)
  }
  if (byId.kind === 'none' || byId.status !== 404) return unknown(reasonOf(byId, WORDING))

  const lists = [
    { name: 'open orders', params: { status: 'open', limit: ORDERS_PAGE } },
    { name: 'all orders since it was sent', params: { status: 'all', limit: ORDERS_PAGE, after: iso(ref.sentAt - BEFORE_MS), direction: 'asc' } },
  ]
  const checked = ['by client order id']
  let last: Answered | null = null
  for (const { name, params } of lists) {
    const answer = await ask(alpaca, call, alpaca.live, '/v2/orders', params)
    if (answer.kind !== 'ok') return unknown(reasonOf(answer, WORDING))
    const rows = list(answer.body)
    if (rows === null) return unknown('the list of orders could not be read')
    const row = rows.find((each) => word(each, 'client_order_id') === ref.clientOrderId)
    if (row !== undefined) {
      const order = readOrder(row, ref.clientOrderId)
      return typeof order === 'string' ? unknown(order) : found(alpaca, call, ref, order, { ...answer, body: row })
    }
    if (rows.length >= ORDERS_PAGE) return unknown(`there are too many ${name} to be sure`)
    checked.push(name)
    last = answer.reply
  }
  if (last === null) return unknown('no answer')
  const withinMemory = alpaca.clock.now() - ref.sentAt < description.facts.lookupMemoryMs
  return { kind: 'absent', checked, exchangeNow: exchangeNow(alpaca.clock, last), withinMemory }
}

/** `GET /v2/orders:by_client_order_id`; 404: not there. */
export const byClientId = (alpaca: Alpaca, call: Call, clientOrderId: string): Promise<Answer> =>
  ask(alpaca, call, alpaca.live, '/v2/orders:by_client_order_id', { client_order_id: clientOrderId })

async function found(alpaca: Alpaca, call: Call, ref: OrderRef, order: ExchangeOrder, answer: Answer & { kind: 'ok' }): Promise<LookupOutcome> {
  const fills = positive(order.filled) ? await fillsOf(alpaca, call, ref, order, answer.body) : []
  return { kind: 'found', order: { ...order, fills }, exchangeNow: exchangeNow(alpaca.clock, answer.reply) }
}

/** All fills with their fees; null while the activities lag behind the order, or could not be had. */
async function fillsOf(alpaca: Alpaca, call: Call, ref: OrderRef, order: ExchangeOrder, body: unknown): Promise<ExchangeFill[] | null> {
  const account = isCrypto(ref.symbol) ? await ask(alpaca, call, alpaca.live, '/v2/account') : null
  if (account !== null && account.kind !== 'ok') return null
  const submitted = Date.parse(word(body, 'submitted_at') ?? word(body, 'created_at') ?? '')
  const after = iso((Number.isNaN(submitted) ? ref.sentAt : submitted) - 1000)
  const side = word(body, 'side')
  const activities: unknown[] = []
  for (let page = 0, token: string | undefined; page < MOST_PAGES; page += 1) {
    const answer = await ask(alpaca, call, alpaca.live, '/v2/account/activities',
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
