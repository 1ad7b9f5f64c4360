import { floorTo, over, type Amount } from '../../amount.ts'
import type { Held } from '../../engine/exchange.ts'
import type { FuturesDraft } from '../../engine/futures.ts'
import type { Listed } from '../../engine/listed.ts'
import type { SpotDraft } from '../../engine/spot.ts'
import { amountOf, required, symbolOf, text, type Params } from './params.ts'
import { parameterError, refusalOf, type Kind } from './refusal.ts'

type Tif = 'GTC' | 'IOC' | 'FOK'
type Head = { readonly symbol: Listed; readonly side: 'BUY' | 'SELL'; readonly type: 'MARKET' | 'LIMIT'; readonly postOnly: boolean; readonly tif: Tif; readonly clientOrderId: string; readonly size: Amount; readonly price: Amount }

/** Quote amounts may have so many decimals here. */
export const QUOTE_STEP: Amount = 10n ** 14n
const TIFS: Readonly<Record<string, Tif>> = { gtc: 'GTC', post_only: 'GTC', ioc: 'IOC', fok: 'FOK' }
/** Source: uta/trade/Place-Order "ClientOid Constraints"; 40304 "cannot greater than 50" on classic accounts. */
const ID_FORM = { spot: /^.{0,50}$/, contract: /^.{0,50}$/, unified: /^[.A-Z:/a-z0-9_-]{0,32}$/ } as const

function readHead(x: Held, kind: Kind, params: Params): Head {
  const symbol = symbolOf(x, kind, params)
  const [side, orderType] = [required(params, 'side'), required(params, 'orderType')]
  if (side !== 'buy' && side !== 'sell') throw parameterError('side')
  if (orderType !== 'limit' && orderType !== 'market') throw parameterError('orderType')
  const clientOrderId = text(params, 'clientOid') ?? ''
  if (!ID_FORM[kind].test(clientOrderId)) throw parameterError('clientOid')
  const limit = orderType === 'limit'
  const force = (kind === 'unified' ? text(params, 'timeInForce') : kind === 'spot' ? required(params, 'force') : text(params, 'force')) ?? 'gtc'
  const tif = TIFS[force]
  if (tif === undefined) throw parameterError('force')
  const price = limit ? amountOf(params, 'price') : 0n
  if (limit && (price === 0n || price % symbol.tickSize !== 0n)) throw parameterError('price')
  const size = amountOf(params, kind === 'unified' ? 'qty' : 'size')
  return { symbol, side: side === 'buy' ? 'BUY' : 'SELL', type: limit ? 'LIMIT' : 'MARKET', postOnly: limit && force === 'post_only', tif: limit ? tif : 'GTC', clientOrderId, size, price }
}

/** "For Market-Buy orders, it represents the number of quote coins." */
export function readSpot(x: Held, kind: Kind, params: Params): SpotDraft<Listed> {
  const { symbol, side, type, postOnly, tif, clientOrderId, size, price } = readHead(x, kind, params)
  const byQuote = type === 'MARKET' && side === 'BUY'
  if (byQuote && size % QUOTE_STEP !== 0n) throw refusalOf('step', kind)
  return {
    symbol, side, clientOrderId, price, type: postOnly ? 'LIMIT_MAKER' : type, timeInForce: tif, quantity: byQuote ? null : size, quoteQuantity: byQuote ? size : null,
    target: byQuote ? floorTo(over(size, symbol.price), symbol.stepSize) : size,
  }
}

/** Classic contracts: in hedge mode `side` names the position, `tradeSide` what is done to it. `tradeSide` is ignored in one-way mode. */
export function readContract(x: Held, params: Params, hedge: boolean): FuturesDraft<Listed> {
  const { symbol, side, type, postOnly, tif, clientOrderId, size, price } = readHead(x, 'contract', params)
  if (required(params, 'marginMode') !== 'crossed') throw parameterError('marginMode')
  if (required(params, 'marginCoin').toUpperCase() !== symbol.quote) throw parameterError('marginCoin')
  const draft = { symbol, type, clientOrderId, quantity: size, price, timeInForce: postOnly ? 'GTX' as const : tif }
  if (!hedge) return { ...draft, side, positionSide: 'BOTH', reduceOnly: yes(params, 'reduceOnly') }
  const tradeSide = text(params, 'tradeSide')
  if (tradeSide === undefined) throw refusalOf('position mode', 'contract')
  if (tradeSide !== 'open' && tradeSide !== 'close') throw parameterError('tradeSide')
  return { ...draft, positionSide: side === 'BUY' ? 'LONG' : 'SHORT', side: tradeSide === 'open' ? side : side === 'BUY' ? 'SELL' : 'BUY', reduceOnly: false }
}

/**
 * Unified accounts: the side is the trade's own, `posSide` "is required in hedge-mode". What one-way mode makes of it is not
 * documented: here it is ignored, which is the worse of the two.
 */
export function readUnified(x: Held, params: Params, hedge: boolean): FuturesDraft<Listed> {
  const { symbol, side, type, postOnly, tif, clientOrderId, size, price } = readHead(x, 'unified', params)
  const posSide = text(params, 'posSide')
  if (posSide !== undefined && posSide !== 'long' && posSide !== 'short') throw parameterError('posSide')
  return {
    symbol, side, type, clientOrderId, quantity: size, price, positionSide: posSide === undefined || !hedge ? 'BOTH' : posSide === 'long' ? 'LONG' : 'SHORT', reduceOnly: yes(params, 'reduceOnly'),
    timeInForce: postOnly ? 'GTX' : tif,
  }
}

const yes = (params: Params, name: string): boolean => text(params, name)?.toLowerCase() === 'yes'
