import { fixed, floorTo, over, parseAmount, type Amount } from '../../../amount.ts'
import { endOrder, placeSpot, spotFault, type Held, type Rules } from '../../../engine/exchange.ts'
import type { Key } from '../../../engine/keys.ts'
import type { Listed } from '../../../engine/listed.ts'
import { timeAt } from '../../../engine/market.ts'
import type { SpotDraft } from '../../../engine/spot.ts'
import { ordersOf, type Order, type Trade } from '../../../orders.ts'
import type { WireRequest } from '../../../venue.ts'
import { pairId } from '../names.ts'
import { SpotRefusal, spotRefusal } from '../refusal.ts'
import { pairOf } from './market-data.ts'

/** "uniquely identify open orders". Source: docs.kraken.com add-order. */
const RULES: Rules = { repeatedId: 'open', closesBelowMinimum: false }
const PAGE = 50
const [LEAST_DEADLINE_MS, LONGEST_DEADLINE_MS] = [2000, 60_000] as const
/** UUID, 32 hexadecimal digits, or free text. */
const CLIENT_ID = /^(?:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{32}|[\x21-\x7e]{1,18})$/

const wrong = (what: string): SpotRefusal => new SpotRefusal(`EGeneral:Invalid arguments:${what}`)

export function addOrder(x: Held, key: Key, params: URLSearchParams, request: WireRequest): unknown {
  holdDeadline(x, params.get('deadline'))
  const draft = readDraft(x, params)
  const fault = spotFault(x, key.account, draft, RULES)
  if (fault !== null) throw spotRefusal(fault)
  const descr = { order: `${params.get('type')} ${params.get('volume')} ${draft.symbol.symbol} @ ${params.get('ordertype')}` }
  if (params.get('validate') === 'true') return { descr }
  return { descr, txid: [placeSpot(x, key, draft, orderId(x.nextOrder++), request.receivedAt).id] }
}

/** Source: docs.kraken.com add-order: "min now() + 2 seconds, max now() + 60 seconds"; guides/spot-errors: "Deadline elapsed". */
function holdDeadline(x: Held, deadline: string | null): void {
  if (deadline === null) return
  const left = Date.parse(deadline) - timeAt(x)
  if (left <= 0) throw new SpotRefusal('EService:Deadline elapsed')
  if (!(left >= LEAST_DEADLINE_MS && left <= LONGEST_DEADLINE_MS)) throw wrong('deadline')
}

const orderId = (number: number): string => `OSIMUL-AAAAA-${String(number).padStart(6, '0')}`
const tradeId = (trade: Trade): string => `TSIMUL-AAAAA-${String(trade.id).padStart(6, '0')}`

function readDraft(x: Held, params: URLSearchParams): SpotDraft<Listed> {
  const symbol = pairOf(x, params.get('pair') ?? '')
  const [side, type, flags] = [params.get('type'), params.get('ordertype'), (params.get('oflags') ?? '').split(',')]
  if (side !== 'buy' && side !== 'sell') throw wrong('type')
  if (type !== 'market' && type !== 'limit') throw wrong('ordertype')
  const [volume, price] = [parseAmount(params.get('volume') ?? ''), type === 'market' ? 0n : parseAmount(params.get('price') ?? '')]
  if (volume === undefined) throw wrong('volume')
  if (price === undefined || (type === 'limit' && (price === 0n || price % symbol.tickSize !== 0n))) throw new SpotRefusal('EOrder:Tick size check failed')
  const clientOrderId = params.get('cl_ord_id') ?? ''
  if (clientOrderId !== '' && (!CLIENT_ID.test(clientOrderId) || params.has('userref'))) throw wrong('cl_ord_id')
  const forAmount = flags.includes('viqc')
  if (forAmount && (type !== 'market' || side !== 'buy')) throw wrong('viqc')
  return {
    symbol, side: side === 'buy' ? 'BUY' : 'SELL', type: type === 'market' ? 'MARKET' : flags.includes('post') ? 'LIMIT_MAKER' : 'LIMIT',
    timeInForce: params.get('timeinforce') === 'IOC' && type === 'limit' ? 'IOC' : 'GTC', quantity: forAmount ? null : volume, quoteQuantity: forAmount ? volume : null,
    target: forAmount ? floorTo(over(volume, symbol.price), symbol.stepSize) : volume, price, clientOrderId,
  }
}

/** By Kraken's id or the client's. */
export function cancelSpot(x: Held, key: Key, params: URLSearchParams): unknown {
  const mine = ordersOf(x.spot.orders, key.account.name)
  const [txid, client] = [params.get('txid'), params.get('cl_ord_id')]
  const order = client === null ? x.spot.orders.byId.get(txid ?? '') : mine.byClientId.get(client)
  if (order === undefined || order.account !== key.account.name || !endOrder(x, order, 'canceled')) throw new SpotRefusal('EOrder:Unknown order')
  return { count: 1 }
}

export function openOrders(x: Held, key: Key, params: URLSearchParams): unknown {
  const open = [...ordersOf(x.spot.orders, key.account.name).open].filter((order) => isNamed(order, params))
  return { open: named(open, params) }
}

/** Newest first, 50 a page. Source: docs.kraken.com get-closed-orders. */
export function closedOrders(x: Held, key: Key, params: URLSearchParams): unknown {
  const [start, end, offset] = [Number(params.get('start') ?? 0) * 1000, Number(params.get('end') ?? Infinity) * 1000, Number(params.get('ofs') ?? 0)]
  const at = (order: Order): number => (params.get('closetime') === 'open' ? order.createdAt : order.updatedAt)
  const closed = mineOf(x, key).filter((order) => order.state !== 'open' && isNamed(order, params) && at(order) > start && at(order) <= end)
    .toSorted((a, b) => b.createdAt - a.createdAt)
  return { closed: named(closed.slice(offset, offset + PAGE), params), count: closed.length }
}

export function queryOrders(x: Held, key: Key, params: URLSearchParams): unknown {
  const wanted = (params.get('txid') ?? '').split(',')
  return named(mineOf(x, key).filter(({ id }) => wanted.includes(id)), params)
}

export function queryTrades(x: Held, key: Key, params: URLSearchParams): unknown {
  const wanted = (params.get('txid') ?? '').split(',')
  if (wanted.length > 20) throw wrong('txid')
  return Object.fromEntries(tradesOf(x, key).filter((trade) => wanted.includes(tradeId(trade))).map((trade) => [tradeId(trade), tradeView(x, trade)]))
}

export function tradesHistory(x: Held, key: Key): unknown {
  const all = tradesOf(x, key).toSorted((a, b) => b.at - a.at)
  return { trades: Object.fromEntries(all.slice(0, PAGE).map((trade) => [tradeId(trade), tradeView(x, trade)])), count: all.length }
}

const mineOf = (x: Held, key: Key): Order[] => [...ordersOf(x.spot.orders, key.account.name).bySymbol.values()].flat()
const tradesOf = (x: Held, key: Key): Trade[] => [...ordersOf(x.spot.orders, key.account.name).tradesBySymbol.values()].flat()
const isNamed = (order: Order, params: URLSearchParams): boolean => !params.has('cl_ord_id') || order.clientOrderId === params.get('cl_ord_id')
const named = (orders: readonly Order[], params: URLSearchParams): unknown => Object.fromEntries(orders.map((order) => [order.id, orderView(order, params.get('trades') === 'true')]))

const STATUS = { open: 'open', filled: 'closed', canceled: 'canceled', expired: 'expired' } as const
/** `1688666559.8974` */
const seconds = (ms: number): number => ms / 1000

/** "base currency unless viqc is set in oflags". Source: docs.kraken.com get-open-orders. */
function orderView(order: Order, withTrades: boolean): unknown {
  const forAmount = order.quoteQuantity !== null
  const fee = order.trades.reduce<Amount>((sum, trade) => sum + trade.fee, 0n)
  const average = order.filled === 0n ? '0.00000' : fixed(over(order.cost, order.filled), 5)
  return {
    refid: null, userref: null, ...order.clientOrderId === '' ? {} : { cl_ord_id: order.clientOrderId }, status: STATUS[order.state], ...order.state === 'open' ? {} : { reason: null, closetm: seconds(order.updatedAt) },
    opentm: seconds(order.createdAt), starttm: 0, expiretm: 0,
    descr: { pair: order.symbol, type: order.side === 'BUY' ? 'buy' : 'sell', ordertype: order.type === 'MARKET' ? 'market' : 'limit', price: fixed(order.price, 5), price2: '0', leverage: 'none', order: 'simulated', close: '' },
    vol: fixed(order.quantity ?? order.quoteQuantity ?? 0n, 8), vol_exec: fixed(forAmount ? order.cost : order.filled, 8), cost: fixed(order.cost, 5), fee: fixed(fee, 5), price: average,
    stopprice: '0.00000', limitprice: '0.00000', misc: '', oflags: forAmount ? 'fciq,viqc' : 'fciq', ...withTrades && order.trades.length > 0 ? { trades: order.trades.map(tradeId) } : {},
  }
}

function tradeView(x: Held, trade: Trade): unknown {
  const s = x.spot.symbols.get(trade.order.symbol)
  return {
    ordertxid: trade.order.id, postxid: 'TKH2SE-M7IF5-CFI7LT', pair: s === undefined ? trade.order.symbol : pairId(s.base, s.quote), time: seconds(trade.at), type: trade.order.side === 'BUY' ? 'buy' : 'sell',
    ordertype: trade.order.type === 'MARKET' ? 'market' : 'limit', price: fixed(trade.price, 5), cost: fixed(trade.quote, 8), fee: fixed(trade.fee, 8), vol: fixed(trade.quantity, 8), margin: '0.00000',
    misc: '', trade_id: trade.id, maker: trade.maker,
  }
}
