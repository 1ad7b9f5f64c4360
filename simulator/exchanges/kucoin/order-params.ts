import { floorTo, over, times, type Amount } from '../../amount.ts'
import type { Held } from '../../engine/exchange.ts'
import type { FuturesDraft } from '../../engine/futures.ts'
import type { Listed } from '../../engine/listed.ts'
import type { SpotDraft } from '../../engine/spot.ts'
import { amountOf, required, symbolOf, text, type Params } from './params.ts'
import { parameterError, Refusal, refusalOf, type Market } from './refusal.ts'

type Head = { readonly symbol: Listed; readonly side: 'BUY' | 'SELL'; readonly type: 'MARKET' | 'LIMIT'; readonly postOnly: boolean; readonly tif: 'GTC' | 'IOC' | 'FOK'; readonly clientOrderId: string; readonly price: Amount }

/** Quote amounts may have so many decimals here. */
export const QUOTE_STEP: Amount = 10n ** 12n

function readHead(x: Held, market: Market, params: Params): Head {
  const symbol = symbolOf(x, market, required(params, 'symbol', market))
  const [side, type, clientOrderId] = [required(params, 'side', market), text(params, 'type') ?? 'limit', market === 'spot' ? text(params, 'clientOid') ?? '' : required(params, 'clientOid', market)]
  if (side !== 'buy' && side !== 'sell') throw parameterError(market, 'side')
  if (type !== 'limit' && type !== 'market') throw parameterError(market, 'type')
  if (!/^[A-Za-z0-9_-]{0,40}$/.test(clientOrderId)) throw parameterError(market, 'clientOid')
  const price = type === 'limit' ? amountOf(required(params, 'price', market), 'price', market) : 0n
  if (type === 'limit' && (price === 0n || price % symbol.tickSize !== 0n)) throw parameterError(market, 'price')
  const tif = text(params, 'timeInForce') ?? 'GTC'
  if (tif !== 'GTC' && tif !== 'IOC' && tif !== 'FOK') throw parameterError(market, 'timeInForce')
  return { symbol, side: side === 'buy' ? 'BUY' : 'SELL', type: type === 'limit' ? 'LIMIT' : 'MARKET', postOnly: text(params, 'postOnly') === 'true', tif: type === 'limit' ? tif : 'GTC', clientOrderId, price }
}

/** "When type is market, select one out of two: size or funds." Source: spec spot order. */
export function readSpot(x: Held, params: Params): SpotDraft<Listed> {
  const { symbol, side, type, postOnly, tif, clientOrderId, price } = readHead(x, 'spot', params)
  const [size, funds] = [text(params, 'size'), text(params, 'funds')]
  if ((size === undefined) === (funds === undefined) || (funds !== undefined && type === 'LIMIT')) throw parameterError('spot', 'size')
  const quoteQuantity = funds === undefined ? null : amountOf(funds, 'funds', 'spot')
  if (quoteQuantity !== null && quoteQuantity % QUOTE_STEP !== 0n) throw refusalOf('step', 'spot')
  const quantity = size === undefined ? null : amountOf(size, 'size', 'spot')
  return {
    symbol, side, clientOrderId, price, type: postOnly ? 'LIMIT_MAKER' : type, timeInForce: tif, quantity, quoteQuantity,
    target: quantity ?? floorTo(over(quoteQuantity ?? 0n, symbol.price), symbol.stepSize),
  }
}

/** "Choose one of size, qty, valueQty"; `size` counts lots and "must be a positive integer". Every contract is set to cross margin here. */
export function readFutures(x: Held, params: Params): FuturesDraft<Listed> {
  const { symbol, side, type, postOnly, tif, clientOrderId, price } = readHead(x, 'futures', params)
  if ((text(params, 'marginMode') ?? 'ISOLATED') !== 'CROSS') throw new Refusal('330005', "The order's margin mode does not match the selected one. Please switch and try again.")
  const [size, qty] = [text(params, 'size'), text(params, 'qty')]
  if ((size === undefined) === (qty === undefined) || (size !== undefined && !/^[1-9]\d{0,12}$/.test(size))) throw parameterError('futures', 'size')
  const quantity = size === undefined ? amountOf(qty ?? '', 'qty', 'futures') : times(amountOf(size, 'size', 'futures'), symbol.contractSize)
  const held = text(params, 'positionSide') ?? 'BOTH'
  if (held !== 'BOTH' && held !== 'LONG' && held !== 'SHORT') throw parameterError('futures', 'positionSide')
  return { symbol, side, type, clientOrderId, price, quantity, positionSide: held, reduceOnly: text(params, 'reduceOnly') === 'true', timeInForce: postOnly ? 'GTX' : tif }
}
