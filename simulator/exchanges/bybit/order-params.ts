import { floorTo, over, type Amount } from '../../amount.ts'
import type { Held } from '../../engine/exchange.ts'
import type { FuturesDraft } from '../../engine/futures.ts'
import type { Listed } from '../../engine/listed.ts'
import type { SpotDraft } from '../../engine/spot.ts'
import { parameterError } from './refusal.ts'
import { amountOf, required, symbolOf, text, type Params } from './params.ts'

type Head = { readonly symbol: Listed; readonly side: 'BUY' | 'SELL'; readonly clientOrderId: string; readonly quantity: Amount; readonly price: Amount; readonly tif: string }

function readHead(x: Held, market: 'spot' | 'futures', params: Params): Head & { readonly type: 'MARKET' | 'LIMIT' } {
  const symbol = symbolOf(x, market, required(params, 'symbol'))
  const side = required(params, 'side')
  if (side !== 'Buy' && side !== 'Sell') throw parameterError('Side invalid')
  const type = required(params, 'orderType')
  if (type !== 'Market' && type !== 'Limit') throw parameterError('OrderType invalid')
  for (const name of ['triggerPrice', 'takeProfit', 'stopLoss', 'bboSideType']) if (text(params, name) !== undefined) throw parameterError(`${name} is not simulated`)
  const quantity = amountOf(params, 'qty')
  if (quantity === undefined) throw parameterError('Qty invalid')
  const clientOrderId = text(params, 'orderLinkId') ?? ''
  if (!/^[A-Za-z0-9_-]{0,36}$/.test(clientOrderId)) throw parameterError('orderLinkId invalid')
  const price = type === 'Market' ? 0n : amountOf(params, 'price')
  if (price === undefined || (type === 'Limit' && (price === 0n || price % symbol.tickSize !== 0n))) throw parameterError('Price invalid')
  const tif = type === 'Market' ? 'IOC' : text(params, 'timeInForce') ?? 'GTC'
  if (!['GTC', 'IOC', 'FOK', 'PostOnly'].includes(tif)) throw parameterError('TimeInForce invalid')
  return { symbol, side: side === 'Buy' ? 'BUY' : 'SELL', type: type === 'Market' ? 'MARKET' : 'LIMIT', clientOrderId, quantity, price, tif }
}

/** "Market Buy order by value by default, you can set marketUnit". Source: docs/v5/order/create-order.mdx. */
export function readSpot(x: Held, params: Params): SpotDraft<Listed> {
  const { symbol, side, type, clientOrderId, quantity, price, tif } = readHead(x, 'spot', params)
  const unit = text(params, 'marketUnit') ?? (side === 'BUY' ? 'quoteCoin' : 'baseCoin')
  if (unit !== 'quoteCoin' && unit !== 'baseCoin') throw parameterError('marketUnit invalid')
  const byValue = type === 'MARKET' && unit === 'quoteCoin'
  return {
    symbol, side, clientOrderId, price,
    type: tif === 'PostOnly' ? 'LIMIT_MAKER' : type,
    // A market order is immediate, which the engine knows by its type.
    timeInForce: type === 'MARKET' || tif === 'PostOnly' ? 'GTC' : (tif as 'GTC' | 'IOC' | 'FOK'),
    quantity: byValue ? null : quantity, quoteQuantity: byValue ? quantity : null,
    target: byValue ? floorTo(over(quantity, symbol.price), symbol.stepSize) : quantity,
  }
}

const SIDES = { 0: 'BOTH', 1: 'LONG', 2: 'SHORT' } as const

export function readLinear(x: Held, params: Params): FuturesDraft<Listed> {
  const { symbol, side, type, clientOrderId, quantity, price, tif } = readHead(x, 'futures', params)
  const index = Number(text(params, 'positionIdx') ?? '0')
  const positionSide = SIDES[index as 0 | 1 | 2] as (typeof SIDES)[0 | 1 | 2] | undefined
  if (positionSide === undefined) throw parameterError('positionIdx invalid')
  const reduceOnly = text(params, 'reduceOnly') === 'true'
  return {
    symbol, side, type, clientOrderId, quantity, price, positionSide, reduceOnly,
    timeInForce: type === 'MARKET' ? 'GTC' : tif === 'PostOnly' ? 'GTX' : (tif as 'GTC' | 'IOC' | 'FOK'),
  }
}
