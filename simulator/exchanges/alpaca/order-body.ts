import { decimalsOf, floorTo, over, parseAmount, times, type Amount } from '../../amount.ts'
import { newUuid } from '../../clock.ts'
import { findAsset, type Asset } from './assets.ts'
import type { Draft } from './engine.ts'
import { badField, forbidden, Refusal, unprocessable } from './refusal.ts'
import { QUANTITY_DECIMALS, type Alpaca } from './state.ts'

const MAXIMUM_CLIENT_ID = 128
const LEAST_STOCK_COST = parseAmount('1')!
const LEAST_CRYPTO_COST = parseAmount('10')!
const ONE_DOLLAR = parseAmount('1')!

type Body = Readonly<Record<string, unknown>>

/** Reads the body of POST /v2/orders and holds it against the asset's rules. */
export function readOrder(x: Alpaca, raw: string): Draft {
  const body = parse(raw)
  const symbol = field(body, 'symbol')
  if (symbol === undefined) throw badField('symbol is required')
  const asset = findAsset(x.assets, symbol)
  if (asset === undefined) throw unprocessable(`asset "${symbol}" not found`)
  if (!asset.tradable || asset.status !== 'active') throw unprocessable(`asset ${asset.symbol} is not tradable`)
  const side = field(body, 'side')
  if (side !== 'buy' && side !== 'sell') throw badField('side must be buy or sell')
  const type = field(body, 'type') ?? field(body, 'order_type')
  if (type !== 'market' && type !== 'limit') {
    throw badField(asset.class === 'crypto' ? 'invalid order type for crypto order' : 'invalid order type')
  }
  const limitPrice = readLimitPrice(asset, body, type)
  const size = readSize(asset, body, limitPrice ?? asset.price)
  const clientOrderId = field(body, 'client_order_id') ?? newUuid()
  if (clientOrderId.length > MAXIMUM_CLIENT_ID) {
    throw badField(`client_order_id must be no more than ${MAXIMUM_CLIENT_ID} characters`)
  }
  return {
    asset,
    intent: readIntent(asset, body),
    side: side === 'buy' ? 'BUY' : 'SELL',
    type,
    timeInForce: readTimeInForce(asset, body, size),
    ...size,
    limitPrice: limitPrice ?? 0n,
    clientOrderId,
  }
}

/** What the order is to do to the position; crypto has no such field. Source: Trading API, "position_intent". */
function readIntent(asset: Asset, body: Body): string | undefined {
  const intent = field(body, 'position_intent')
  if (intent === undefined) return undefined
  if (asset.class === 'crypto') throw unprocessable('position_intent is not a field of crypto orders')
  if (!['buy_to_open', 'buy_to_close', 'sell_to_open', 'sell_to_close'].includes(intent)) throw badField('position_intent is invalid')
  return intent
}

function parse(raw: string): Body {
  try {
    const value: unknown = JSON.parse(raw)
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Body
  } catch {
    // Answered below: whatever is not an object of JSON is malformed.
  }
  throw new Refusal(400, 40010000, 'request body format is invalid')
}

/** A field as text; numbers are taken as they would be written. */
function field(body: Body, name: string): string | undefined {
  const value = body[name]
  if (value === undefined || value === null || value === '') return undefined
  if (typeof value === 'number') return String(value)
  if (typeof value !== 'string') throw new Refusal(400, 40010000, 'request body format is invalid')
  return value
}

function readDecimal(body: Body, name: string): { readonly text: string; readonly value: Amount } | undefined {
  const text = field(body, name)
  if (text === undefined) return undefined
  const value = parseAmount(text)
  if (value === undefined) throw badField(`${name} is invalid`)
  if (value === 0n) throw badField(`${name} must be > 0`)
  return { text, value }
}

type Size = Pick<Draft, 'quantity' | 'notional' | 'target'>

/** Quantity or money, not both: "If both qty and notional are entered the request will be rejected". */
function readSize(asset: Asset, body: Body, price: Amount): Size {
  const qty = readDecimal(body, 'qty')
  const notional = readDecimal(body, 'notional')
  if (qty !== undefined && notional !== undefined) {
    throw new Refusal(400, 40010001, 'only one of qty or notional is accepted')
  }
  if (qty === undefined && notional === undefined) throw badField('qty or notional is required')
  const crypto = asset.class === 'crypto'
  const whole = qty !== undefined && decimalsOf(qty.text) === 0
  if (!whole && !asset.fractionable) throw forbidden(`asset "${asset.symbol}" is not fractionable`)
  if (qty !== undefined && decimalsOf(qty.text) > QUANTITY_DECIMALS) {
    throw unprocessable(`qty must be limited to ${QUANTITY_DECIMALS} decimal places`)
  }
  if (notional !== undefined && decimalsOf(notional.text) > 2 && !crypto) {
    throw unprocessable('notional amount must be limited to 2 decimal places')
  }
  const cost = notional?.value ?? times(qty!.value, price)
  if (cost < (crypto ? LEAST_CRYPTO_COST : LEAST_STOCK_COST)) {
    throw forbidden(`cost basis must be >= minimal amount of order ${crypto ? 10 : 1}`)
  }
  const step = crypto ? asset.minTradeIncrement : parseAmount('0.000000001')!
  const target = qty?.value ?? floorTo(over(notional!.value, price), step)
  if (crypto && target < asset.minOrderSize) throw forbidden('qty is below the minimum order size')
  if (crypto && target % step !== 0n) throw unprocessable('qty does not fit the minimum trade increment')
  return { quantity: qty?.value ?? null, notional: notional?.value ?? null, target }
}

/** A market order has no price; a stock's limit above a dollar is in cents, below in hundredths of a cent. */
function readLimitPrice(asset: Asset, body: Body, type: string): Amount | undefined {
  const limit = readDecimal(body, 'limit_price')
  if (type === 'market') {
    if (limit !== undefined || field(body, 'stop_price') !== undefined) {
      throw badField('market orders require no stop or limit price')
    }
    return undefined
  }
  if (limit === undefined) throw badField('limit orders require a limit price')
  const decimals = limit.value >= ONE_DOLLAR ? 2 : 4
  const fits = asset.class === 'crypto' ? limit.value % asset.priceIncrement === 0n : decimalsOf(limit.text) <= decimals
  if (!fits) {
    throw unprocessable(
      `invalid limit_price ${limit.text}. sub-penny increment does not fulfill minimum pricing criteria`,
    )
  }
  return limit.value
}

/** Crypto: gtc or ioc. Stocks: fractions and money only day. Source: "Crypto Trading", "Fractional Trading". */
function readTimeInForce(asset: Asset, body: Body, size: Size): string {
  const sent = field(body, 'time_in_force')
  if (sent === undefined) throw badField('time_in_force is required')
  if (asset.class === 'crypto') {
    if (sent !== 'gtc' && sent !== 'ioc') throw unprocessable('invalid crypto time_in_force')
    return sent
  }
  if (!['day', 'gtc', 'ioc', 'fok', 'opg', 'cls'].includes(sent)) throw badField('invalid time_in_force')
  const fraction = size.quantity === null || size.quantity % ONE_DOLLAR !== 0n
  if (fraction && sent !== 'day') throw unprocessable('fractional orders must be DAY orders')
  return sent
}
