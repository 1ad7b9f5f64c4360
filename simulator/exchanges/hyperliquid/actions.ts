import { over, parseAmount, plain } from '../../amount.ts'
import { endOrder, futuresFault, placeFutures, placeSpot, spotFault, type Held, type Rules } from '../../engine/exchange.ts'
import type { Key } from '../../engine/keys.ts'
import { changeSetting } from '../../engine/margin.ts'
import { ordersOf, type Order } from '../../orders.ts'
import type { Signed } from './gate.ts'
import { marketOf } from './markets.ts'
import { Refusal, TEXTS, Unreadable } from './refusal.ts'

/** What becomes of a repeated id is not documented: among open orders it is refused here. */
const RULES: Rules = { repeatedId: 'open', closesBelowMinimum: true }
const FIRST_ID = 77_000_000
const CLOID = /^0x[0-9a-f]{32}$/
const MAXIMUM_LEVERAGE = 50

/** Carries out an action. Withdrawals and transfers take the main wallet's signature, which no agent has. */
export function carryOut(x: Held, { key, action }: Signed, receivedAt: number): unknown {
  switch (action['type']) {
    case 'order': return { type: 'order', data: { statuses: listOf(action['orders']).map((order) => place(x, key, order, receivedAt)) } }
    case 'cancel': return { type: 'cancel', data: { statuses: listOf(action['cancels']).map(({ o }) => end(x, key, x.spot.orders.byId.get(String(o)) ?? x.futures.orders.byId.get(String(o)))) } }
    case 'cancelByCloid': return { type: 'cancel', data: { statuses: listOf(action['cancels']).map(({ cloid }) => end(x, key, byCloid(x, key, cloid))) } }
    case 'updateLeverage': return updateLeverage(x, key, action)
    case 'usdSend': case 'withdraw3': case 'spotSend': case 'approveAgent': throw new Refusal(`Must be signed by the user, not by an agent: ${action['type']}`)
    default: throw new Unreadable()
  }
}

const listOf = (value: unknown): Readonly<Record<string, unknown>>[] => {
  if (!Array.isArray(value) || value.length === 0) throw new Unreadable()
  return value as Record<string, unknown>[]
}

function place(x: Held, key: Key, wire: Readonly<Record<string, unknown>>, receivedAt: number): unknown {
  const found = marketOf(x, wire['a'])
  if (found === undefined) return { error: 'Invalid asset' }
  const { market, symbol } = found
  const [price, quantity, tif, cloid] = [amountIn(wire['p']), amountIn(wire['s']), (wire['t'] as { limit?: { tif?: unknown } } | undefined)?.limit?.tif, wire['c'] ?? '']
  if (price === undefined || quantity === undefined || typeof cloid !== 'string' || (cloid !== '' && !CLOID.test(cloid)) || (tif !== 'Ioc' && tif !== 'Gtc' && tif !== 'Alo')) throw new Unreadable()
  if (!hasFiveDigits(String(wire['p']))) return { error: 'Price must be divisible by tick size.' }
  const right = market === 'spot' ? 'spot' : 'futures'
  if (!key.rights.has(right)) return { error: 'Trading is halted.' }
  const side = wire['b'] === true ? 'BUY' : 'SELL'
  const id = String(FIRST_ID + x.nextOrder++)
  if (market === 'spot') {
    const draft = { symbol, side, type: tif === 'Alo' ? 'LIMIT_MAKER' : 'LIMIT', timeInForce: tif === 'Ioc' ? 'IOC' : 'GTC', quantity, quoteQuantity: null, target: quantity, price, clientOrderId: cloid } as const
    const fault = spotFault(x, key.account, draft, RULES)
    return fault === null ? outcomeOf(placeSpot(x, key, draft, id, receivedAt)) : { error: TEXTS[fault] }
  }
  const draft = { symbol, side, type: 'LIMIT', timeInForce: tif === 'Ioc' ? 'IOC' : tif === 'Alo' ? 'GTX' : 'GTC', positionSide: 'BOTH', reduceOnly: wire['r'] === true, quantity, price, clientOrderId: cloid } as const
  const checked = futuresFault(x, key.account, draft, RULES)
  return typeof checked === 'string' ? { error: TEXTS[checked] } : outcomeOf(placeFutures(x, key, draft, checked, id, receivedAt))
}

const amountIn = (value: unknown): bigint | undefined => (typeof value === 'string' ? parseAmount(value) : undefined)

/** Five digits that count, or a whole number. Source: hyperliquid-docs tick-and-lot-size. */
const hasFiveDigits = (price: string): boolean => !price.includes('.') || price.replace('.', '').replace(/^0+/, '').length <= 5

function outcomeOf(order: Order): unknown {
  const cloid = order.clientOrderId === '' ? {} : { cloid: order.clientOrderId }
  if (order.state === 'open') return { resting: { oid: Number(order.id), ...cloid } }
  if (order.filled === 0n) return { error: `Order could not immediately match against any resting orders. asset=0` }
  return { filled: { totalSz: plain(order.filled), avgPx: plain(over(order.cost, order.filled)), oid: Number(order.id), ...cloid } }
}

export const byCloid = (x: Held, key: Key, cloid: unknown): Order | undefined =>
  ordersOf(x.spot.orders, key.account.name).byClientId.get(String(cloid)) ?? ordersOf(x.futures.orders, key.account.name).byClientId.get(String(cloid))

const end = (x: Held, key: Key, order: Order | undefined): unknown =>
  (order !== undefined && order.account === key.account.name && endOrder(x, order, 'canceled') ? 'success' : { error: 'Order was never placed, already canceled, or filled. asset=0' })

function updateLeverage(x: Held, key: Key, action: Readonly<Record<string, unknown>>): unknown {
  const found = marketOf(x, action['asset'])
  const leverage = action['leverage']
  if (found === undefined || found.market !== 'futures' || typeof leverage !== 'number') throw new Unreadable()
  if (leverage < 1 || leverage > MAXIMUM_LEVERAGE) throw new Refusal('Invalid leverage value')
  changeSetting(key.account, found.symbol.symbol, { leverage, marginType: action['isCross'] === true ? 'CROSSED' : 'ISOLATED' })
  return { type: 'default' }
}
