import { plain } from '../../amount.ts'
import type { Held } from '../../engine/exchange.ts'
import type { Key } from '../../engine/keys.ts'
import { marginSums, settingOf } from '../../engine/margin.ts'
import { timeAt } from '../../engine/market.ts'
import { ordersOf, type Order, type Trade } from '../../orders.ts'
import { byCloid } from './actions.ts'
import { agentOf, hasEnded, keyOf } from './gate.ts'
import { allMids, coinOf, meta, spotMeta } from './markets.ts'
import { Unreadable } from './refusal.ts'

const MOST = 2000
type Body = Readonly<Record<string, unknown>>

/** Answers a question. Source: hyperliquid-docs info-endpoint; shapes as @nktkas/hyperliquid checks them. */
export function answer(x: Held, body: Body): unknown {
  switch (body['type']) {
    case 'exchangeStatus': return { time: timeAt(x), specialStatuses: null }
    case 'meta': return meta(x)
    case 'spotMeta': return spotMeta(x)
    case 'allMids': return allMids(x)
    case 'userRole': return userRole(x, userIn(body))
    case 'extraAgents': return extraAgents(x, keyOf(x, userIn(body)))
    default: return ofAccount(x, keyOf(x, userIn(body)), body)
  }
}

function userIn(body: Body): string {
  const user = body['user']
  if (typeof user !== 'string' || !/^0x[0-9a-fA-F]{40}$/.test(user)) throw new Unreadable()
  return user.toLowerCase()
}

function userRole(x: Held, user: string): unknown {
  const agent = agentOf(x, user)
  if (agent !== undefined) return { role: 'agent', data: { user: agent.apiKey.toLowerCase() } }
  const owner = keyOf(x, user)
  if (owner === undefined) return { role: 'missing' }
  const role = owner.flags.get('role') ?? 'user'
  return role === 'subAccount' ? { role, data: { master: '0x0000000000000000000000000000000000000001' } } : { role }
}

const extraAgents = (x: Held, key: Key | undefined): unknown[] =>
  (key?.expiresAt === undefined || hasEnded(x, key) ? [] : [{ address: key.secret.toLowerCase(), name: 'simulated', validUntil: key.expiresAt }])

/** An address that nobody knows has nothing, and is answered like that. */
function ofAccount(x: Held, key: Key | undefined, body: Body): unknown {
  const mine = key === undefined ? [] : ([x.spot, x.futures]).flatMap((m) => [...ordersOf(m.orders, key.account.name).bySymbol.values()].flat())
  const open = mine.filter(({ state }) => state === 'open').toSorted(newestFirst)
  switch (body['type']) {
    case 'orderStatus': return orderStatus(x, key, body['oid'])
    case 'openOrders': case 'frontendOpenOrders': return open.map((order) => orderView(x, order))
    case 'historicalOrders': return mine.toSorted(newestFirst).slice(0, MOST).map((order) => statusView(x, order))
    case 'userFills': case 'userFillsByTime': return fills(x, key, body)
    case 'spotClearinghouseState': return { balances: key === undefined ? [] : [...key.account.spot].map(([coin, { free, locked }], token) => ({ coin, token, total: plain(free + locked), hold: plain(locked), entryNtl: '0.0' })) }
    case 'clearinghouseState': return clearinghouse(x, key)
    case 'activeAssetData': return activeAsset(key, body)
    default: throw new Unreadable()
  }
}

const newestFirst = (a: Order, b: Order): number => b.createdAt - a.createdAt || Number(b.id) - Number(a.id)

function orderStatus(x: Held, key: Key | undefined, oid: unknown): unknown {
  const order = key === undefined ? undefined : typeof oid === 'string' ? byCloid(x, key, oid.toLowerCase()) : x.spot.orders.byId.get(String(oid)) ?? x.futures.orders.byId.get(String(oid))
  return order === undefined || order.account !== key?.account.name ? { status: 'unknownOid' } : { status: 'order', order: statusView(x, order) }
}

/** An order that took nothing at once was rejected; what is left of one that took some was canceled. */
function statusOf(order: Order): string {
  if (order.state === 'expired') return order.filled === 0n ? 'iocCancelRejected' : 'canceled'
  return order.state
}

const statusView = (x: Held, order: Order): unknown => ({ order: orderView(x, order), status: statusOf(order), statusTimestamp: order.updatedAt })

const sideOf = (order: Order): string => (order.side === 'BUY' ? 'B' : 'A')

function nameOf(x: Held, order: Order): string {
  const s = (order.market === 'spot' ? x.spot : x.futures).symbols.get(order.symbol)
  return s === undefined ? order.symbol : coinOf(x, order.market, s)
}

/** `sz` is what is left. */
const orderView = (x: Held, order: Order): object => ({
  coin: nameOf(x, order), side: sideOf(order), limitPx: plain(order.price), sz: plain(order.target - order.filled), oid: Number(order.id), timestamp: order.createdAt, triggerCondition: 'N/A', isTrigger: false,
  triggerPx: '0.0', children: [], isPositionTpsl: false, reduceOnly: order.reduceOnly, orderType: 'Limit', origSz: plain(order.target), tif: order.timeInForce === 'IOC' ? 'Ioc' : order.timeInForce === 'GTX' ? 'Alo' : 'Gtc',
  cloid: order.clientOrderId === '' ? null : order.clientOrderId,
})

function fills(x: Held, key: Key | undefined, body: Body): unknown {
  const from = typeof body['startTime'] === 'number' ? body['startTime'] : 0
  const all: Trade[] = key === undefined ? [] : ([x.spot, x.futures]).flatMap((m) => [...ordersOf(m.orders, key.account.name).tradesBySymbol.values()].flat())
  return all.filter(({ at }) => at >= from).toSorted((a, b) => b.at - a.at || b.id - a.id).slice(0, MOST).map((trade) => ({
    coin: nameOf(x, trade.order), px: plain(trade.price), sz: plain(trade.quantity), side: sideOf(trade.order), time: trade.at, startPosition: '0.0', dir: trade.order.side === 'BUY' ? 'Buy' : 'Sell',
    closedPnl: plain(trade.realizedPnl), hash: `0x${'0'.repeat(64)}`, oid: Number(trade.order.id), crossed: !trade.maker, fee: plain(trade.fee), tid: trade.id, feeToken: trade.feeAsset, twapId: null,
    ...trade.order.clientOrderId === '' ? {} : { cloid: trade.order.clientOrderId },
  }))
}

function clearinghouse(x: Held, key: Key | undefined): unknown {
  const sums = key === undefined ? undefined : marginSums(x.futures, key.account, 'USDC')
  const value = sums === undefined ? '0.0' : plain(sums.wallet + sums.unrealized)
  const summary = { accountValue: value, totalNtlPos: '0.0', totalRawUsd: value, totalMarginUsed: sums === undefined ? '0.0' : plain(sums.positions) }
  const open = key === undefined ? [] : [...key.account.futures.positions.values()].filter(({ size }) => size !== 0n)
  return {
    marginSummary: summary, crossMarginSummary: summary, crossMaintenanceMarginUsed: '0.0', withdrawable: sums === undefined ? '0.0' : plain(sums.available), time: timeAt(x),
    assetPositions: open.map(({ symbol, size, entryPrice }) => ({
      type: 'oneWay',
      position: {
        coin: symbol, szi: plain(size), entryPx: plain(entryPrice), positionValue: '0.0', unrealizedPnl: '0.0', returnOnEquity: '0.0', liquidationPx: null, marginUsed: '0.0', maxLeverage: 50,
        leverage: { type: 'cross', value: key === undefined ? 20 : settingOf(key.account, symbol).leverage }, cumFunding: { allTime: '0.0', sinceOpen: '0.0', sinceChange: '0.0' },
      },
    })),
  }
}

function activeAsset(key: Key | undefined, body: Body): unknown {
  const coin = String(body['coin'])
  const { leverage, marginType } = key === undefined ? { leverage: 20, marginType: 'CROSSED' } : settingOf(key.account, coin)
  return { user: body['user'], coin, leverage: marginType === 'CROSSED' ? { type: 'cross', value: leverage } : { type: 'isolated', value: leverage, rawUsd: '0.0' }, maxTradeSzs: ['0.0', '0.0'], availableToTrade: ['0.0', '0.0'], markPx: '0.0' }
}
