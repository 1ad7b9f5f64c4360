import { plain } from './amount.ts'
import {
  asObject,
  choice,
  count,
  decimal,
  decimals,
  flag,
  moment,
  parseBody,
  requiredText,
  text,
  texts,
  type ControlBody,
} from './control-body.ts'
import { addFault, parseFault, removeFault, type Fault } from './faults.ts'
import type { Order } from './orders.ts'
import { BadControl, type AccountRequest, type Venue, type WireReply, type WireRequest, type World } from './venue.ts'

/** What the control routes of one exchange work on. */
export type ControlState = {
  readonly venue: Venue
  readonly world: World
  readonly faults: Fault[]
  /** "METHOD path" → how often it was asked for. */
  readonly requests: Map<string, number>
  faultId: number
}

const MAXIMUM_ACCOUNTS_PER_CALL = 100_000
const MAXIMUM_POLICIES = 1000
const ONE_DAY_MS = 86_400_000

/** Serves a request under /__sim. A body that is wrong is answered 400 with a sentence in `error`. */
export function serveControl(state: ControlState, request: WireRequest): WireReply {
  try {
    return route(state, request)
  } catch (error) {
    if (!(error instanceof BadControl)) throw error
    return json(error.status, { error: error.message })
  }
}

function route(state: ControlState, request: WireRequest): WireReply {
  const { venue, world, faults, requests } = state
  // A symbol may have a slash of its own (BTC/USD), encoded or not.
  const [, , noun = '', ...rest] = request.path.split('/').map(decode)
  const id = rest.join('/')
  switch (`${request.method} ${noun}${id === '' ? '' : '/:id'}`) {
    case 'POST accounts':
      return json(201, putAccounts(venue, request.body))
    case 'DELETE accounts/:id':
      if (!venue.removeKey(id)) throw new BadControl('no such key', 404)
      return json(200, {})
    case 'PUT prices/:id':
      return setPrice(venue, id, parseBody(request.body))
    case 'POST markets':
      return json(201, { symbols: venue.putMarkets(parseBody(request.body)) })
    case 'POST faults': {
      state.faultId += 1
      const fault = parseFault(parseBody(request.body), state.faultId)
      addFault(faults, fault)
      return json(201, fault)
    }
    case 'GET faults':
      return json(200, faults)
    case 'DELETE faults':
      faults.length = 0
      return json(200, {})
    case 'DELETE faults/:id':
      return json(200, { removed: removeFault(faults, id) })
    case 'POST fills':
      return addPolicy(world, parseBody(request.body))
    case 'DELETE fills':
      world.fills.length = 0
      return json(200, {})
    case 'POST orders/:id':
      return actOnOrder(venue, world, id, parseBody(request.body))
    case 'GET orders':
      return json(200, listOrders(world, new URLSearchParams(request.query)))
    case 'GET requests':
      return json(200, Object.fromEntries(requests))
    case 'DELETE requests':
      requests.clear()
      return json(200, {})
    case 'PUT clock':
      world.clock.skewMs = count(parseBody(request.body), 'skewMs', -ONE_DAY_MS, ONE_DAY_MS) ?? 0
      return json(200, { skewMs: world.clock.skewMs })
    case 'PUT market-hours': {
      const open = flag(parseBody(request.body), 'open')
      if (open === undefined) throw new BadControl('open is required, true or false')
      if (!venue.setMarketOpen(open)) throw new BadControl('this exchange has no market hours')
      return json(200, { open })
    }
    case 'DELETE ':
      forget(state)
      return json(200, {})
    default:
      throw new BadControl(`no control route ${request.method} ${request.path}`, 404)
  }
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    throw new BadControl('the path is not well encoded')
  }
}

function forget(state: ControlState): void {
  state.venue.reset()
  state.world.arrived.length = 0
  state.world.fills.length = 0
  state.world.clock.skewMs = 0
  state.faults.length = 0
  state.requests.clear()
}

/** One account, or a list of them under `accounts`. */
function putAccounts(venue: Venue, raw: string): unknown {
  const body = parseBody(raw)
  if (body['accounts'] === undefined) return venue.putAccount(parseAccount(body))
  const list = body['accounts']
  if (!Array.isArray(list) || list.length > MAXIMUM_ACCOUNTS_PER_CALL) {
    throw new BadControl(`accounts must be a list of at most ${MAXIMUM_ACCOUNTS_PER_CALL}`)
  }
  const requests = list.map((each) => parseAccount(asObject(each, 'each account')))
  return { accounts: requests.map((each) => venue.putAccount(each)) }
}

function parseAccount(body: ControlBody): AccountRequest {
  const apiKey = requiredText(body, 'apiKey')
  return {
    apiKey,
    secret: requiredText(body, 'secret'),
    passphrase: text(body, 'passphrase'),
    account: text(body, 'account') ?? apiKey,
    permissions: texts(body, 'permissions') ?? ['read', 'spot', 'futures'],
    ipAllowlist: texts(body, 'ipAllowlist'),
    expiresAt: moment(body, 'expiresAt'),
    environment: choice(body, 'environment', ['live', 'paper']) ?? 'live',
    positionMode: choice(body, 'positionMode', ['one-way', 'hedge']),
    balances: decimals(body, 'balances'),
    fees: decimals(body, 'fees'),
    uid: text(body, 'uid'),
    flags: new Map(Object.entries(asObject(body['flags'] ?? {}, 'flags'))),
  }
}

function setPrice(venue: Venue, symbol: string, body: ControlBody): WireReply {
  const price = decimal(body, 'price')
  if (price === undefined || price === 0n) throw new BadControl('price is required, a decimal above 0')
  const market = choice(body, 'market', ['spot', 'futures'])
  if (!venue.setPrice(symbol, price, market)) throw new BadControl(`no such symbol: ${symbol}`)
  return json(200, { symbol, price: plain(price) })
}

function addPolicy(world: World, body: ControlBody): WireReply {
  if (world.fills.length >= MAXIMUM_POLICIES) throw new BadControl(`no more than ${MAXIMUM_POLICIES} policies`, 409)
  const hold = flag(body, 'hold') ?? false
  const fraction = decimal(body, 'fraction') ?? (hold ? 0n : 10n ** 18n)
  if (fraction > 10n ** 18n) throw new BadControl('fraction must be from 0 to 1')
  const policy = {
    market: choice(body, 'market', ['spot', 'futures']),
    symbol: text(body, 'symbol'),
    side: choice(body, 'side', ['BUY', 'SELL']),
    fraction,
    rest: choice(body, 'rest', ['open', 'expire', 'cancel']) ?? 'open',
    parts: count(body, 'parts', 1, 100) ?? 1,
    times: count(body, 'times', 1, 1_000_000) ?? 1,
  } as const
  world.fills.push({ ...policy })
  return json(201, { ...policy, fraction: plain(fraction) })
}

/** `{do: "fill"|"cancel"|"expire", quantity?}` on an order named by the exchange's id or the client's. */
function actOnOrder(venue: Venue, world: World, id: string, body: ControlBody): WireReply {
  const order = world.arrived.findLast((each) => each.id === id || each.clientOrderId === id)
  if (order === undefined) throw new BadControl('no such order', 404)
  const act = choice(body, 'do', ['fill', 'cancel', 'expire'])
  if (act === undefined) throw new BadControl('do must be one of fill, cancel, expire')
  const done =
    act === 'fill'
      ? venue.fillOrder(order, decimal(body, 'quantity'))
      : venue.endOrder(order, act === 'cancel' ? 'canceled' : 'expired')
  if (!done) throw new BadControl('the order is not open', 409)
  return json(200, view(order))
}

/** All accepted orders in order of arrival, from the one with index `from`, or those of one key, symbol or client id. */
function listOrders(world: World, query: URLSearchParams): unknown[] {
  const apiKey = query.get('apiKey')
  const symbol = query.get('symbol')
  const clientOrderId = query.get('clientOrderId')
  const from = query.get('from') ?? '0'
  if (!/^\d{1,9}$/.test(from)) throw new BadControl('from must be a whole number: how many orders to leave out')
  return world.arrived.slice(Number(from))
    .filter(
      (order) =>
        (apiKey === null || order.apiKey === apiKey) &&
        (symbol === null || order.symbol === symbol) &&
        (clientOrderId === null || order.clientOrderId === clientOrderId),
    )
    .map(view)
}

function view(order: Order): unknown {
  return {
    apiKey: order.apiKey,
    market: order.market,
    symbol: order.symbol,
    side: order.side,
    positionSide: order.positionSide,
    type: order.type,
    quantity: order.quantity === null ? null : plain(order.quantity),
    quoteQuantity: order.quoteQuantity === null ? null : plain(order.quoteQuantity),
    price: order.price === 0n ? null : plain(order.price),
    reduceOnly: order.reduceOnly,
    clientOrderId: order.clientOrderId,
    exchangeOrderId: order.id,
    state: order.state,
    filled: plain(order.filled),
    filledQuote: plain(order.cost),
    fills: order.trades.map((trade) => ({
      id: String(trade.id),
      price: plain(trade.price),
      quantity: plain(trade.quantity),
      fee: plain(trade.fee),
      feeAsset: trade.feeAsset,
    })),
    receivedAt: order.receivedAt,
  }
}

function json(status: number, value: unknown): WireReply {
  return { status, body: JSON.stringify(value) }
}
