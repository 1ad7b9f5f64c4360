import { closes, type FuturesDraft } from '../../../engine/futures.ts'
import { decimalsOf, plain, times, type Amount } from '../../../amount.ts'
import type { Account } from '../accounts.ts'
import { madeUpClientId } from '../client-ids.ts'
import { optional, optionalDecimal, optionalFlag, required, type Decimal, type Params } from '../params.ts'
import { badSymbol, illegal, mandatory, notRequired, Refusal } from '../refusal.ts'
import type { Binance } from '../state.ts'
import type { FuturesSymbol } from './symbols.ts'

const CLIENT_ID_RANGE = '^[\\.A-Z\\:/a-z0-9_-]{1,36}$'
const CLIENT_ID = /^[.A-Z:/a-z0-9_-]{1,36}$/
const TIMES_IN_FORCE = ['GTC', 'IOC', 'FOK', 'GTX'] as const

export function contractOf(x: Binance, params: Params): FuturesSymbol {
  const symbol = x.futures.symbols.get(required(params, 'symbol'))
  if (symbol === undefined) throw badSymbol()
  return symbol
}

export function futuresClientId(params: Params, name: string): string | undefined {
  const id = optional(params, name)
  if (id === undefined || CLIENT_ID.test(id)) return id
  if (id.length > 36) throw new Refusal(-4015, 'Client order id length should not be more than 36 chars')
  throw illegal(name, CLIENT_ID_RANGE)
}

/** Reads an order of POST /fapi/v1/order and holds it against the contract's rules. */
export function readFuturesOrder(x: Binance, account: Account, params: Params): FuturesDraft<FuturesSymbol> {
  const symbol = contractOf(x, params)
  const side = required(params, 'side')
  if (side !== 'BUY' && side !== 'SELL') throw new Refusal(-1117, 'Invalid side.')
  const type = required(params, 'type')
  if (type !== 'MARKET' && type !== 'LIMIT') throw new Refusal(-1116, 'Invalid orderType.')
  const positionSide = readPositionSide(account, params)
  const reduceOnly = readReduceOnly(account, params)
  const quantity = optionalDecimal(params, 'quantity')
  if (quantity === undefined) throw mandatory('quantity')
  const timeInForce = readTimeInForce(params, type)
  const price = readPrice(params, type)
  const clientOrderId = futuresClientId(params, 'newClientOrderId') ?? madeUpClientId()
  checkQuantity(symbol, quantity, type === 'MARKET')
  if (price !== undefined) checkPrice(symbol, price, side)
  const draft: FuturesDraft<FuturesSymbol> = {
    symbol,
    side,
    type,
    timeInForce,
    positionSide,
    reduceOnly,
    quantity: quantity.value,
    price: price?.value ?? 0n,
    clientOrderId,
  }
  if (!closes(draft)) checkNotional(symbol, times(quantity.value, price?.value ?? symbol.price))
  return draft
}

/** Default BOTH in one-way mode; LONG or SHORT must be sent in hedge mode. */
function readPositionSide(account: Account, params: Params): FuturesDraft['positionSide'] {
  const sent = optional(params, 'positionSide') ?? 'BOTH'
  if (sent !== 'BOTH' && sent !== 'LONG' && sent !== 'SHORT') throw new Refusal(-1130, 'Invalid positionSide.')
  if (account.futures.hedge !== (sent !== 'BOTH')) {
    throw new Refusal(-4061, "Order's position side does not match user's setting.")
  }
  return sent
}

/** "Cannot be sent in Hedge Mode": not even as false. Source: USD-M "New Order", -1106. */
function readReduceOnly(account: Account, params: Params): boolean {
  const sent = optionalFlag(params, 'reduceOnly')
  if (sent !== undefined && account.futures.hedge) throw notRequired('reduceonly')
  return sent === true
}

function readTimeInForce(params: Params, type: string): FuturesDraft['timeInForce'] {
  const sent = optional(params, 'timeInForce')
  if (type === 'MARKET') {
    if (sent !== undefined) throw notRequired('timeinforce')
    return 'GTC'
  }
  if (sent === undefined) throw mandatory('timeinforce')
  const known = TIMES_IN_FORCE.find((each) => each === sent)
  if (known === undefined) throw new Refusal(-1115, 'Invalid timeInForce.')
  return known
}

function readPrice(params: Params, type: string): Decimal | undefined {
  const price = optionalDecimal(params, 'price')
  if (type === 'MARKET') {
    if (price !== undefined && price.value !== 0n) throw notRequired('price')
    return undefined
  }
  if (price === undefined) throw mandatory('price')
  return price
}

function checkQuantity(s: FuturesSymbol, quantity: Decimal, market: boolean): void {
  if (quantity.value === 0n) throw new Refusal(-4003, 'Quantity less than or equal to zero.')
  if (decimalsOf(quantity.text) > s.quantityPrecision) throw tooPrecise()
  if (quantity.value < s.minQty) throw new Refusal(-4004, 'Quantity less than min quantity.')
  if (quantity.value > (market ? s.marketMaxQty : s.maxQty)) {
    throw new Refusal(-4005, 'Quantity greater than max quantity.')
  }
  if (quantity.value % s.stepSize !== 0n) throw new Refusal(-4023, 'Qty not increased by step size.')
}

function tooPrecise(): Refusal {
  return new Refusal(-1111, 'Precision is over the maximum defined for this asset.')
}

function checkPrice(s: FuturesSymbol, price: Decimal, side: 'BUY' | 'SELL'): void {
  if (price.value === 0n) throw new Refusal(-4001, 'Price less than 0.')
  if (decimalsOf(price.text) > s.pricePrecision) throw tooPrecise()
  if (price.value > s.maxPrice) throw new Refusal(-4002, 'Price greater than max price.')
  if (price.value < s.minPrice) throw new Refusal(-4013, 'Price less than min price.')
  if (price.value % s.tickSize !== 0n) throw new Refusal(-4014, 'Price not increased by tick size.')
  const [most, least] = [times(s.price, s.priceUp), times(s.price, s.priceDown)]
  if (side === 'BUY' && price.value > most) {
    throw new Refusal(-4016, `Limit price can't be higher than ${plain(most)}.`)
  }
  if (side === 'SELL' && price.value < least) {
    throw new Refusal(-4024, `Limit price can't be lower than ${plain(least)}.`)
  }
}

/** Not applied to what only closes. Source: -4164 MIN_NOTIONAL. */
function checkNotional(s: FuturesSymbol, notional: Amount): void {
  if (notional >= s.minNotional) return
  throw new Refusal(
    -4164,
    `Order's notional must be no smaller than ${plain(s.minNotional)} (unless you choose reduce only).`,
  )
}
