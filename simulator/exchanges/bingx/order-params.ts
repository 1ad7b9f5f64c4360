import { floorTo, over } from '../../amount.ts'
import type { Held } from '../../engine/exchange.ts'
import type { Fields } from '../../engine/fields.ts'
import type { FuturesDraft } from '../../engine/futures.ts'
import type { Listed } from '../../engine/listed.ts'
import type { SpotDraft } from '../../engine/spot.ts'
import { listedOf } from './market-data.ts'
import { parameterError } from './refusal.ts'

const TIFS = ['GTC', 'IOC', 'FOK', 'PostOnly'] as const

function readHead(x: Held, market: 'spot' | 'futures', fields: Fields): {
  symbol: Listed; side: 'BUY' | 'SELL'; type: 'MARKET' | 'LIMIT'; price: bigint; tif: (typeof TIFS)[number]
} {
  const symbol = listedOf(x, market, fields.required('symbol'))
  const [side, type] = [fields.one('side', ['BUY', 'SELL']), fields.one('type', ['MARKET', 'LIMIT'])]
  for (const name of ['stopPrice', 'takeProfit', 'stopLoss', 'closePosition', 'priceRate']) if (fields.text(name) !== undefined) throw parameterError(`${name} is not simulated`)
  const price = type === 'MARKET' ? 0n : fields.amount('price')
  if (price === undefined || price % symbol.tickSize !== 0n || (type === 'LIMIT' && price === 0n)) throw parameterError('price')
  return { symbol, side, type, price, tif: type === 'MARKET' ? 'GTC' : fields.one('timeInForce', TIFS, 'GTC') }
}

/**
 * "For buy-side market orders, quoteOrderQty is required. For sell-side market orders, quantity is required", and "if quantity and quoteOrderQty
 * are input at the same time, quantity will be used first". Source: bingx-api.github.io/docs, spot, "Place order". The api-ai-skills have a
 * quantity for market buys, too; the stricter of the two is simulated. What is too fine in an amount "will be truncated".
 */
export function readSpot(x: Held, fields: Fields): SpotDraft<Listed> {
  const { symbol, side, type, price, tif } = readHead(x, 'spot', fields)
  const [quantity, quote] = [fields.amount('quantity'), type === 'MARKET' ? fields.amount('quoteOrderQty') : undefined]
  const clientOrderId = fields.text('newClientOrderId') ?? ''
  if (!/^\w{0,40}$/.test(clientOrderId)) throw parameterError('newClientOrderId')
  const common = { symbol, side, price, clientOrderId, type: tif === 'PostOnly' ? 'LIMIT_MAKER' as const : type, timeInForce: tif === 'PostOnly' ? 'GTC' as const : tif }
  if (type === 'MARKET' && side === 'BUY' && quote === undefined) throw parameterError('quoteOrderQty')
  if (type === 'MARKET' && side === 'SELL' && quantity === undefined) throw parameterError('quantity')
  if (quantity !== undefined) return { ...common, quantity, quoteQuantity: null, target: quantity }
  if (quote === undefined) throw parameterError('quantity')
  return { ...common, quantity: null, quoteQuantity: quote, target: floorTo(over(quote, symbol.price), symbol.stepSize) }
}

/** Either spelling of the client's id, in small letters. Source: api-ai-skills swap-trade, "Place order"; ccxt. */
export const clientIdIn = (fields: Fields): string => (fields.text('clientOrderId') ?? fields.text('clientOrderID') ?? '').toLowerCase()

export function readFutures(x: Held, fields: Fields): FuturesDraft<Listed> {
  const { symbol, side, type, price, tif } = readHead(x, 'futures', fields)
  const quantity = fields.amount('quantity')
  if (quantity === undefined) throw parameterError('quantity')
  const positionSide = fields.one('positionSide', ['BOTH', 'LONG', 'SHORT'], 'BOTH')
  const reduceOnly = fields.one('reduceOnly', ['true', 'false'], 'false') === 'true'
  if (reduceOnly && positionSide !== 'BOTH') throw parameterError('reduceOnly is of one-way mode only')
  const clientOrderId = clientIdIn(fields)
  if (clientOrderId.length > 40) throw parameterError('clientOrderId')
  return { symbol, side, type, price, quantity, positionSide, reduceOnly, clientOrderId, timeInForce: tif === 'PostOnly' ? 'GTX' : tif }
}
