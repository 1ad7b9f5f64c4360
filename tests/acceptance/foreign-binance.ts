import { createHmac } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

// A Binance that knows nothing of Towerflow and was written from the exchange's documentation alone: it answers what is
// documented and no more, in shapes that the documentation allows and the simulator does not use. Amounts here are
// plain numbers, which is fine for a few orders.

/** What this server is like; all of it is allowed. */
export interface Manners {
  /** Paths that it does not have: 404. */
  missing: string[]
  /** The next accepted order's answer never arrives. */
  cutNextAnswer: boolean
  /** Answers to new orders hold their end (RESULT); else only their receipt (ACK), or, on futures, the order when it was new. */
  tellsEnd: boolean
}

export interface ForeignOrder {
  readonly orderId: bigint; readonly clientOrderId: string; readonly market: 'spot' | 'futures'; readonly symbol: string; readonly side: string
  readonly quantity: number; readonly quoteOrderQty: number | null; readonly executed: number; readonly quote: number; readonly reduceOnly: boolean; readonly at: number
}

export interface ForeignBinance {
  readonly url: string
  readonly orders: ForeignOrder[]
  /** `METHOD path`, in order of arrival; refused ones with their code behind. */
  readonly requests: string[]
  readonly balances: Map<string, number>
  /** Base, signed. */
  position: number
  readonly manners: Manners
  close(): Promise<void>
}

const PRICE = 50_000.5
const FEE = 0.001
const STEP = 0.00001
const FUTURES_STEP = 0.001
const MINIMUM = 5
/** Beyond what a double holds exactly, as ids may be. */
const FIRST_ID = 9_007_199_254_741_993n

class Refused extends Error {
  readonly status: number
  readonly code: number
  constructor(code: number, message: string, status = 400) {
    super(message)
    this.code = code
    this.status = status
  }
}

const PARAMETERS: Readonly<Record<string, readonly string[]>> = {
  'GET /api/v3/time': [], 'GET /fapi/v1/time': [], 'GET /api/v3/exchangeInfo': ['symbol', 'symbols', 'permissions'], 'GET /fapi/v1/exchangeInfo': [],
  'GET /api/v3/ticker/price': ['symbol', 'symbols'], 'GET /fapi/v1/ticker/price': ['symbol'],
  'GET /sapi/v1/account/apiRestrictions': [], 'GET /api/v3/account': ['omitZeroBalances'],
  'GET /fapi/v2/account': [], 'GET /fapi/v3/account': [], 'GET /fapi/v1/positionSide/dual': [],
  'POST /api/v3/order': ['symbol', 'side', 'type', 'quantity', 'quoteOrderQty', 'newClientOrderId', 'newOrderRespType'],
  'POST /fapi/v1/order': ['symbol', 'side', 'positionSide', 'type', 'quantity', 'reduceOnly', 'newClientOrderId', 'newOrderRespType'],
  'GET /api/v3/order': ['symbol', 'orderId', 'origClientOrderId'], 'GET /fapi/v1/order': ['symbol', 'orderId', 'origClientOrderId'],
  'GET /api/v3/openOrders': ['symbol'], 'GET /fapi/v1/openOrders': ['symbol'],
  'GET /api/v3/myTrades': ['symbol', 'orderId', 'startTime', 'limit'], 'GET /fapi/v1/userTrades': ['symbol', 'orderId', 'startTime', 'limit'],
}
const OPEN_TO_ALL = /\/(?:time|exchangeInfo|ticker\/price)$/

/** Starts one on a free port of 127.0.0.1, with one account that has this key. */
export async function startForeignBinance(key: { apiKey: string; secret: string }): Promise<ForeignBinance> {
  const server: Server = createServer((request, response) => { void answer(request, response) })
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve) })
  const foreign: ForeignBinance = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, orders: [], requests: [], position: 0,
    balances: new Map([['USDT', 10_000], ['BTC', 0]]), manners: { missing: [], cutNextAnswer: false, tellsEnd: true },
    close: () => new Promise((resolve) => {
      server.close(() => { resolve() })
      server.closeAllConnections()
    }),
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const [pathname = '', query = ''] = (request.url ?? '').split('?')
    const called = `${request.method} ${pathname}`
    response.sendDate = false
    try {
      const body = handle(foreign, key, called, query, Buffer.concat(chunks).toString(), request.headers['x-mbx-apikey'])
      foreign.requests.push(called)
      if (request.method === 'POST' && foreign.manners.cutNextAnswer) {
        foreign.manners.cutNextAnswer = false
        request.socket.destroy()
        return
      }
      // In pieces of unknown number, and with blanks.
      response.writeHead(200, { 'Content-Type': 'application/json', 'X-Something': 'else' })
      // An unknown right of a key would have to be taken for a dangerous one.
      const text = write(body, body === RIGHTS ? '' : MORE)
      response.write(text.slice(0, 20))
      response.end(text.slice(20))
    } catch (error) {
      if (!(error instanceof Refused)) throw error
      foreign.requests.push(`${called} ${error.code}`)
      response.writeHead(error.status, { 'Content-Type': error.status === 404 ? 'text/html' : 'application/json' })
      response.end(error.status === 404 ? '<html><body><h2>404 Not found</h2></body></html>' : JSON.stringify({ msg: error.message, code: error.code }))
    }
  }
  return foreign
}

/** Fields that nobody has heard of. */
const MORE = '"ext" : "see [12345678901234567890], {\\"x\\": 98765432109876543210}", "extList" : [1 , {"a" : null}]'

/** JSON with blanks, fields from last to first, and whole numbers of any length. */
function write(value: unknown, more = ''): string {
  if (typeof value === 'bigint') return value.toString()
  if (Array.isArray(value)) return `[ ${value.map((one) => write(one, more)).join(' ,\n')} ]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const members = Object.entries(value).toReversed().map(([name, member]) => `${JSON.stringify(name)} : ${write(member, more)}`)
  return `{ ${[...members, ...more === '' ? [] : [more]].join(' ,\r\n  ')} }`
}

function handle(foreign: ForeignBinance, key: { apiKey: string; secret: string }, called: string, query: string, body: string, apiKey: unknown): unknown {
  const known = PARAMETERS[called]
  if (known === undefined || foreign.manners.missing.includes(called)) throw new Refused(0, 'Not found', 404)
  const params = new URLSearchParams(query === '' ? body : body === '' ? query : `${query}&${body}`)
  if (new Set(params.keys()).size !== [...params.keys()].length) throw new Refused(-1101, 'Duplicate values for a parameter detected.')
  const open = OPEN_TO_ALL.test(called)
  for (const name of params.keys()) {
    if (!known.includes(name) && (open || !['timestamp', 'recvWindow', 'signature'].includes(name))) throw new Refused(-1104, `Not all sent parameters were read; read '${known.length}' parameter(s) but was sent '${params.size}'.`)
  }
  if (!open) verify(key, query, body, params, apiKey)
  const found = params.get('symbol')
  if (found !== null && found !== 'BTCUSDT') throw new Refused(-1121, 'Invalid symbol.')
  const market = called.includes('/fapi/') ? 'futures' : 'spot'
  const route = called.replace(/^(\w+) .*\/(\w+)$/, '$1 $2')
  switch (route) {
    case 'GET time': return { serverTime: Date.now() }
    case 'GET exchangeInfo': return exchangeInfo(market)
    case 'GET price': return found === null ? [{ symbol: 'BTCUSDT', price: String(PRICE) }] : { symbol: 'BTCUSDT', price: String(PRICE) }
    case 'GET apiRestrictions': return RIGHTS
    case 'GET dual': return { dualSidePosition: false }
    case 'GET account': return market === 'spot' ? spotAccount(foreign) : futuresAccount(foreign)
    case 'POST order': return newOrder(foreign, market, params)
    case 'GET order': return orderOf(foreign, market, params)
    case 'GET openOrders': return []
    default: return tradesOf(foreign, market, params)
  }
}

/** "SIGNED endpoints": the signature over query string and body as they were sent, the time within the window. */
function verify(key: { apiKey: string; secret: string }, query: string, body: string, params: URLSearchParams, apiKey: unknown): void {
  if (apiKey === undefined) throw new Refused(-2014, 'API-key format invalid.', 401)
  if (apiKey !== key.apiKey) throw new Refused(-2015, 'Invalid API-key, IP, or permissions for action.', 401)
  const payload = `${query}${body}`.replace(/&?signature=[^&]*/, '')
  const expected = createHmac('sha256', key.secret).update(payload).digest('hex')
  if (params.get('signature') !== expected) throw new Refused(-1022, 'Signature for this request is not valid.')
  const [stamp, window] = [Number(params.get('timestamp') ?? Number.NaN), Number(params.get('recvWindow') ?? 5000)]
  if (!Number.isInteger(stamp)) throw new Refused(-1102, 'Mandatory parameter \'timestamp\' was not sent, was empty/null, or malformed.')
  if (!Number.isInteger(window) || window < 1 || window > 60_000) throw new Refused(-1131, 'recvWindow must be less than 60000.')
  const now = Date.now()
  if (stamp >= now + 1000 || now - stamp > window) throw new Refused(-1021, 'Timestamp for this request is outside of the recvWindow.')
}

const RIGHTS = {
  ipRestrict: false, createTime: 1_698_645_219_000, enableReading: true, enableSpotAndMarginTrading: true, enableFutures: true, enableWithdrawals: false,
  enableInternalTransfer: false, permitsUniversalTransfer: false, enableVanillaOptions: false, enableMargin: false,
}

function exchangeInfo(market: 'spot' | 'futures'): unknown {
  const step = market === 'spot' ? STEP.toFixed(8) : FUTURES_STEP.toFixed(3)
  const lots = { filterType: 'LOT_SIZE', minQty: step, maxQty: '9000.00000000', stepSize: step }
  const head = { symbol: 'BTCUSDT', status: 'TRADING', baseAsset: 'BTC', quoteAsset: 'USDT' }
  const spot = {
    ...head, quotePrecision: 8, quoteAssetPrecision: 8, quoteOrderQtyMarketAllowed: true, isSpotTradingAllowed: true, orderTypes: ['MARKET', 'LIMIT'],
    filters: [lots, { filterType: 'NOTIONAL', minNotional: '5.00000000', applyMinToMarket: true, avgPriceMins: 5 }, { filterType: 'NOT_THOUGHT_OF_YET', x: 1 }],
  }
  const futures = {
    ...head, contractType: 'PERPETUAL', marginAsset: 'USDT', pricePrecision: 2, quantityPrecision: 3,
    filters: [{ ...lots, filterType: 'MARKET_LOT_SIZE', maxQty: '120' }, lots, { filterType: 'MIN_NOTIONAL', notional: '5' }],
  }
  // Read from behind: lists of the same name come before the one that counts.
  return { symbols: [market === 'spot' ? spot : futures], sors: [{ baseAsset: 'BTC', symbols: ['BTCUSDT', 'BTCUSDC'] }], rateLimits: [], serverTime: Date.now() }
}

function spotAccount({ balances }: ForeignBinance): unknown {
  return {
    makerCommission: 10, canTrade: true, canWithdraw: true, accountType: 'SPOT', updateTime: 123_456_789,
    balances: [...balances].map(([asset, free]) => ({ asset, free: free.toFixed(8), locked: '0.00000000' })), permissions: ['SPOT'],
  }
}

function futuresAccount({ position, balances }: ForeignBinance): unknown {
  const money = String(balances.get('USDT'))
  return {
    assets: [{ asset: 'USDT', walletBalance: money, availableBalance: money }],
    positions: position === 0 ? [] : [{ symbol: 'BTCUSDT', positionSide: 'BOTH', positionAmt: position.toFixed(3), updateTime: Date.now() }],
  }
}

function newOrder(foreign: ForeignBinance, market: 'spot' | 'futures', params: URLSearchParams): unknown {
  const [side, id] = [params.get('side'), params.get('newClientOrderId') ?? '']
  if (params.get('type') !== 'MARKET' || (side !== 'BUY' && side !== 'SELL')) throw new Refused(-1116, 'Invalid orderType.')
  if (!/^[a-zA-Z0-9-_]{1,36}$/.test(id)) throw new Refused(-1100, 'Illegal characters found in parameter \'newClientOrderId\'; legal range is \'^[a-zA-Z0-9-_]{1,36}$\'.')
  const quoted = params.get('quoteOrderQty') === null ? null : plain(params.get('quoteOrderQty'), 0.000_000_01)
  const step = market === 'spot' ? STEP : FUTURES_STEP
  if ((quoted === null) === (params.get('quantity') === null)) throw new Refused(-1128, 'Combination of optional parameters invalid.')
  const quantity = quoted === null ? plain(params.get('quantity'), step) : Math.floor(quoted / PRICE / step) * step
  const reduceOnly = params.get('reduceOnly') === 'true'
  if (quantity * PRICE < MINIMUM && !reduceOnly) throw market === 'spot' ? new Refused(-1013, 'Filter failure: NOTIONAL') : new Refused(-4164, 'Order\'s notional must be no smaller than 5 (unless you choose reduce only).')
  if (market === 'spot') settleSpot(foreign, side, quantity)
  else settleFutures(foreign, side, quantity, reduceOnly)
  const order: ForeignOrder = {
    orderId: FIRST_ID + BigInt(foreign.orders.length), clientOrderId: id, market, symbol: 'BTCUSDT', side, quantity, quoteOrderQty: quoted, executed: quantity,
    quote: quantity * PRICE, reduceOnly, at: Date.now(),
  }
  foreign.orders.push(order)
  if (foreign.manners.tellsEnd) return told(order)
  const receipt = { symbol: 'BTCUSDT', orderId: order.orderId, orderListId: -1, clientOrderId: id, transactTime: order.at }
  return market === 'spot' ? receipt : { ...told(order), status: 'NEW', executedQty: '0', cumQuote: '0', avgPrice: '0.00000' }
}

function settleSpot({ balances }: ForeignBinance, side: string, quantity: number): void {
  const [base, quote] = [balances.get('BTC') ?? 0, balances.get('USDT') ?? 0]
  const short = side === 'BUY' ? quote < quantity * PRICE : base + 1e-12 < quantity
  if (short) throw new Refused(-2010, 'Account has insufficient balance for requested action.')
  balances.set('BTC', side === 'BUY' ? base + quantity * (1 - FEE) : base - quantity)
  balances.set('USDT', side === 'BUY' ? quote - quantity * PRICE : quote + quantity * PRICE * (1 - FEE))
}

function settleFutures(foreign: ForeignBinance, side: string, quantity: number, reduceOnly: boolean): void {
  const change = side === 'BUY' ? quantity : -quantity
  if (reduceOnly && (foreign.position * change >= 0 || Math.abs(change) > Math.abs(foreign.position) + 1e-9)) throw new Refused(-2022, 'ReduceOnly Order is rejected.')
  foreign.position = Math.round((foreign.position + change) * 1000) / 1000
}

/** A decimal as written by hand: digits, at most one point, no exponent, a multiple of the step. */
function plain(text: string | null, step: number): number {
  if (text === null || !/^([0-9]{1,20})(\.[0-9]{1,20})?$/.test(text)) throw new Refused(-1100, 'Illegal characters found in parameter; legal range is \'^([0-9]{1,20})(\\.[0-9]{1,20})?$\'.')
  const steps = Number(text) / step
  if (Math.abs(steps - Math.round(steps)) > 1e-6 || Math.round(steps) < 1) throw new Refused(step === FUTURES_STEP ? -1111 : -1013, step === FUTURES_STEP ? 'Precision is over the maximum defined for this asset.' : 'Filter failure: LOT_SIZE')
  return Number(text)
}

/** The order without its fills. */
function told({ orderId, clientOrderId, market, side, executed, quote, reduceOnly, at }: ForeignOrder): Record<string, unknown> {
  const common = { symbol: 'BTCUSDT', orderId, clientOrderId, origQty: executed.toFixed(8), executedQty: executed.toFixed(8), status: 'FILLED', type: 'MARKET', side }
  return market === 'spot'
    ? { ...common, orderListId: -1, price: '0.00000000', cummulativeQuoteQty: quote.toFixed(8), timeInForce: 'GTC', transactTime: at, time: at, updateTime: at }
    : { ...common, avgPrice: PRICE.toFixed(5), cumQuote: quote.toFixed(5), reduceOnly, positionSide: 'BOTH', closePosition: false, time: at, updateTime: at }
}

function orderOf({ orders }: ForeignBinance, market: string, params: URLSearchParams): unknown {
  const found = orders.find((order) => order.market === market
    && (String(order.orderId) === params.get('orderId') || order.clientOrderId === params.get('origClientOrderId')))
  if (found === undefined) throw new Refused(-2013, 'Order does not exist.')
  return told(found)
}

/** Two trades for each order; spot fees are in what was received. Numbers of trades begin anew with each symbol. */
function tradesOf({ orders }: ForeignBinance, market: 'spot' | 'futures', params: URLSearchParams): unknown {
  return orders.filter((order) => order.market === market && [null, String(order.orderId)].includes(params.get('orderId'))).flatMap((order, n) => {
    const step = market === 'spot' ? STEP : FUTURES_STEP
    const first = Math.max(1, Math.floor(order.executed / step / 2)) * step
    return [first, order.executed - first].filter((part) => part > step / 2).map((part, index) => {
      const inBase = market === 'spot' && order.side === 'BUY'
      return {
        id: 28_457 + n * 2 + index, orderId: order.orderId, symbol: 'BTCUSDT', price: PRICE.toFixed(8), qty: part.toFixed(8), quoteQty: (part * PRICE).toFixed(8),
        commission: (inBase ? part * FEE : part * PRICE * FEE).toFixed(8), commissionAsset: inBase ? 'BTC' : 'USDT', time: order.at,
      }
    })
  })
}
