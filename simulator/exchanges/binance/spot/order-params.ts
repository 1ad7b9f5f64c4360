import { times } from '../../../amount.ts'
import type { SpotDraft } from '../../../engine/spot.ts'
import { madeUpClientId } from '../client-ids.ts'
import { optional, optionalDecimal, required, type Params } from '../params.ts'
import { badSymbol, illegal, mandatory, notRequired, Refusal } from '../refusal.ts'
import type { Binance } from '../state.ts'
import { checkNotional, checkPrice, checkQuantity, quantityFor } from './filters.ts'
import type { SpotSymbol } from './symbols.ts'

const CLIENT_ID_RANGE = '^[a-zA-Z0-9-_]{1,36}$'
const CLIENT_ID = /^[a-zA-Z0-9-_]{1,36}$/
const SYMBOL_RANGE = '^[A-Z0-9-_.]{1,20}$'
const SYMBOL = /^[A-Z0-9\-_.]{1,20}$/

/** The parameters that POST /api/v3/order knows; rest-api.md "New order". */
export const ORDER_PARAMETERS = [
  'symbol',
  'side',
  'type',
  'timeInForce',
  'quantity',
  'quoteOrderQty',
  'price',
  'newClientOrderId',
  'strategyId',
  'strategyType',
  'stopPrice',
  'trailingDelta',
  'icebergQty',
  'newOrderRespType',
  'selfTradePreventionMode',
  'pegPriceType',
  'pegOffsetValue',
  'pegOffsetType',
] as const

export function symbolOf(x: Binance, params: Params): SpotSymbol {
  const name = required(params, 'symbol')
  if (!SYMBOL.test(name)) throw illegal('symbol', SYMBOL_RANGE)
  const symbol = x.spot.symbols.get(name)
  if (symbol === undefined) throw badSymbol()
  return symbol
}

export function clientIdOf(params: Params, name: string): string | undefined {
  const id = optional(params, name)
  if (id !== undefined && !CLIENT_ID.test(id)) throw illegal(name, CLIENT_ID_RANGE)
  return id
}

/** Reads an order and holds it against the symbol's filters. */
export function readSpotOrder(x: Binance, params: Params): SpotDraft<SpotSymbol> {
  const symbol = symbolOf(x, params)
  const side = required(params, 'side')
  if (side !== 'BUY' && side !== 'SELL') throw new Refusal(-1117, 'Invalid side.')
  const type = required(params, 'type')
  if (type !== 'MARKET' && type !== 'LIMIT' && type !== 'LIMIT_MAKER') throw new Refusal(-1116, 'Invalid orderType.')
  for (const name of ['stopPrice', 'trailingDelta', 'icebergQty', 'pegPriceType', 'pegOffsetValue', 'pegOffsetType']) {
    if (optional(params, name) !== undefined) throw notRequired(name)
  }
  const clientOrderId = clientIdOf(params, 'newClientOrderId') ?? madeUpClientId()
  const head = { symbol, side, type, clientOrderId } as const
  return type === 'MARKET' ? readMarket(head, params) : readLimit({ ...head, type }, params)
}

type Head = Pick<SpotDraft<SpotSymbol>, 'symbol' | 'side' | 'type' | 'clientOrderId'>

function readMarket(head: Head, params: Params): SpotDraft<SpotSymbol> {
  for (const name of ['timeInForce', 'price']) if (optional(params, name) !== undefined) throw notRequired(name)
  const quantity = optionalDecimal(params, 'quantity')
  const quote = optionalDecimal(params, 'quoteOrderQty')
  if (quantity === undefined && quote === undefined) {
    throw new Refusal(-1102, "Param 'quantity' or 'quoteOrderQty' must be sent, but both were empty/null!")
  }
  const rest = { ...head, timeInForce: 'GTC', price: 0n } as const
  if (quantity === undefined) {
    const target = quantityFor(head.symbol, quote!)
    return { ...rest, quantity: null, quoteQuantity: quote!.value, target }
  }
  if (quote !== undefined) throw new Refusal(-1128, 'Combination of optional parameters invalid.')
  checkQuantity(head.symbol, quantity, true)
  checkNotional(head.symbol, times(quantity.value, head.symbol.price), true)
  return { ...rest, quantity: quantity.value, quoteQuantity: null, target: quantity.value }
}

function readLimit(head: Head, params: Params): SpotDraft<SpotSymbol> {
  const timeInForce = optional(params, 'timeInForce')
  if (head.type === 'LIMIT_MAKER') {
    if (timeInForce !== undefined) throw notRequired('timeInForce')
  } else {
    if (timeInForce === undefined) throw mandatory('timeInForce')
    if (timeInForce !== 'GTC' && timeInForce !== 'IOC' && timeInForce !== 'FOK') {
      throw new Refusal(-1115, 'Invalid timeInForce.')
    }
  }
  if (optional(params, 'quoteOrderQty') !== undefined) throw notRequired('quoteOrderQty')
  const quantity = optionalDecimal(params, 'quantity')
  const price = optionalDecimal(params, 'price')
  if (quantity === undefined) throw mandatory('quantity')
  if (price === undefined) throw mandatory('price')
  checkPrice(head.symbol, price)
  checkQuantity(head.symbol, quantity, false)
  checkNotional(head.symbol, times(quantity.value, price.value), false)
  return {
    ...head,
    timeInForce: (timeInForce ?? 'GTC') as SpotDraft['timeInForce'],
    quantity: quantity.value,
    quoteQuantity: null,
    target: quantity.value,
    price: price.value,
  }
}
