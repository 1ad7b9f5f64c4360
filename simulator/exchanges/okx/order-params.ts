import { floorTo, over, times, type Amount } from '../../amount.ts'
import { spotBalance, type TradingAccount } from '../../engine/accounts.ts'
import type { FuturesDraft } from '../../engine/futures.ts'
import type { Listed } from '../../engine/listed.ts'
import type { SpotDraft } from '../../engine/spot.ts'
import { amountOf, isTrue, required, text, type Params } from './params.ts'
import { orderError } from './refusal.ts'

type Head = { readonly side: 'BUY' | 'SELL'; readonly type: 'MARKET' | 'LIMIT'; readonly postOnly: boolean; readonly tif: 'GTC' | 'IOC' | 'FOK'; readonly clientOrderId: string; readonly size: Amount; readonly price: Amount }

const TIF = { limit: 'GTC', post_only: 'GTC', ioc: 'IOC', fok: 'FOK' } as const

/** Source: docs-v5 "POST / Place order". */
function readHead(symbol: Listed, params: Params): Head {
  const [side, ordType] = [required(params, 'side'), required(params, 'ordType')]
  if (side !== 'buy' && side !== 'sell') throw orderError('side')
  const limit = Object.hasOwn(TIF, ordType)
  if (!limit && ordType !== 'market') throw orderError('ordType')
  const clientOrderId = text(params, 'clOrdId') ?? ''
  if (!/^[A-Za-z0-9]{0,32}$/.test(clientOrderId)) throw orderError('clOrdId')
  const price = limit ? amountOf(required(params, 'px'), 'px') : 0n
  if (limit && (price === 0n || price % symbol.tickSize !== 0n)) throw orderError('px')
  return {
    side: side === 'buy' ? 'BUY' : 'SELL', type: limit ? 'LIMIT' : 'MARKET', postOnly: ordType === 'post_only', tif: limit ? TIF[ordType as keyof typeof TIF] : 'GTC', clientOrderId,
    size: amountOf(required(params, 'sz'), 'sz'), price,
  }
}

/** "Default is quote_ccy for buy, base_ccy for sell"; `tgtCcy` is of market orders alone. */
export function readSpot(symbol: Listed, account: TradingAccount, params: Params): SpotDraft<Listed> {
  if (required(params, 'tdMode') !== 'cash') throw orderError('tdMode')
  const { side, type, postOnly, tif, clientOrderId, size, price } = readHead(symbol, params)
  const unit = text(params, 'tgtCcy') ?? (side === 'BUY' ? 'quote_ccy' : 'base_ccy')
  if (unit !== 'quote_ccy' && unit !== 'base_ccy') throw orderError('tgtCcy')
  const byQuote = type === 'MARKET' && unit === 'quote_ccy'
  const most = type === 'MARKET' && !isTrue(params, 'banAmend') ? affordable(symbol, account, side, byQuote) : size
  const taken = size < most || most === 0n ? size : most
  return {
    symbol, side, clientOrderId, price, type: postOnly ? 'LIMIT_MAKER' : type, timeInForce: tif,
    quantity: byQuote ? null : taken, quoteQuantity: byQuote ? taken : null, target: byQuote ? floorTo(over(taken, symbol.price), symbol.stepSize) : taken,
  }
}

/** "If `false` (default): the system reduces sz to fit the available balance and executes the smaller order". */
function affordable(symbol: Listed, account: TradingAccount, side: 'BUY' | 'SELL', byQuote: boolean): Amount {
  const { free } = spotBalance(account, side === 'BUY' ? symbol.quote : symbol.base)
  if (byQuote) return side === 'BUY' ? free : times(free, symbol.price)
  return floorTo(side === 'BUY' ? over(free, symbol.price) : free, symbol.stepSize)
}

/** Sizes are contracts. In long/short mode `posSide` is "mandatory", and every closing order reduces only. */
export function readSwap(symbol: Listed, params: Params): FuturesDraft<Listed> {
  if (required(params, 'tdMode') !== 'cross') throw orderError('tdMode')
  const { side, type, postOnly, tif, clientOrderId, size, price } = readHead(symbol, params)
  const posSide = text(params, 'posSide') ?? 'net'
  if (posSide !== 'net' && posSide !== 'long' && posSide !== 'short') throw orderError('posSide')
  return {
    symbol, side, type, clientOrderId, price, quantity: times(size, symbol.contractSize), positionSide: posSide === 'net' ? 'BOTH' : posSide === 'long' ? 'LONG' : 'SHORT',
    reduceOnly: isTrue(params, 'reduceOnly'), timeInForce: postOnly ? 'GTX' : tif,
  }
}
