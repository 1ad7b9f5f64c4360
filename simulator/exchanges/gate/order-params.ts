import { cut, floorTo, magnitude, over, parseAmount, times } from '../../amount.ts'
import type { Held } from '../../engine/exchange.ts'
import type { Fields } from '../../engine/fields.ts'
import type { FuturesDraft } from '../../engine/futures.ts'
import type { Key } from '../../engine/keys.ts'
import type { Listed } from '../../engine/listed.ts'
import type { SpotDraft } from '../../engine/spot.ts'
import { contractOf, pairOf, scaleOf } from './market-data.ts'
import { badParameter, Refusal } from './refusal.ts'

const TIF = { gtc: 'GTC', ioc: 'IOC', fok: 'FOK', poc: 'GTC' } as const

/** "prefixed with t-; no longer than 28 bytes without t- prefix; can only include 0-9, A-Z, a-z, _ - or ." */
function textOf(fields: Fields): string {
  const text = fields.text('text') ?? 'apiv4'
  if (text !== 'apiv4' && !/^t-[0-9A-Za-z_.-]{1,28}$/.test(text)) throw badParameter('Invalid text')
  return text
}

/** Market orders: `amount` is quote for buys, base for sales, and only ioc and fok are taken. Source: API v4, "Create an order". */
export function readSpot(x: Held, fields: Fields): SpotDraft<Listed> {
  const symbol = pairOf(x, fields.required('currency_pair'))
  const [side, type] = [fields.one('side', ['buy', 'sell']), fields.one('type', ['limit', 'market'], 'limit')]
  const tif = fields.one('time_in_force', ['gtc', 'ioc', 'poc', 'fok'], 'gtc')
  fields.one('account', ['spot', 'unified'], 'spot')
  if (type === 'market' && tif !== 'ioc' && tif !== 'fok') throw badParameter('only ioc and fok are supported when type is market')
  const amount = fields.amount('amount')
  const price = type === 'market' ? 0n : fields.amount('price')
  if (amount === undefined || price === undefined || (type === 'limit' && price === 0n)) throw badParameter('amount and price are required')
  if (price % symbol.tickSize !== 0n) throw new Refusal('INVALID_PRECISION', 'Invalid price precision')
  const byQuote = type === 'market' && side === 'buy'
  if (byQuote && cut(amount, scaleOf(symbol)) !== amount) throw new Refusal('INVALID_PRECISION', 'Invalid amount precision')
  return {
    symbol, side: side === 'buy' ? 'BUY' : 'SELL', type: type === 'market' ? 'MARKET' : tif === 'poc' ? 'LIMIT_MAKER' : 'LIMIT', timeInForce: type === 'market' ? 'GTC' : TIF[tif], price,
    clientOrderId: textOf(fields), quantity: byQuote ? null : amount, quoteQuantity: byQuote ? amount : null,
    target: byQuote ? floorTo(over(amount, symbol.price), symbol.stepSize) : amount,
  }
}

/**
 * `size` counts contracts, below zero sells; a price of 0 with ioc is a market order. In hedge mode `reduce_only` says whether
 * a sale closes the long side or opens the short one. Source: API v4, "Place futures order".
 */
export function readFutures(x: Held, key: Key, fields: Fields): FuturesDraft<Listed> {
  const symbol = contractOf(x, fields.required('contract'))
  const asked = fields.required('size')
  const size = parseAmount(asked.replace(/^-/, ''))
  if (size === undefined || size === 0n || size % (10n ** 18n) !== 0n) throw badParameter('size must be a whole number of contracts')
  const side = asked.startsWith('-') ? 'SELL' as const : 'BUY' as const
  const [price, tif] = [fields.amount('price'), fields.one('tif', ['gtc', 'ioc', 'poc', 'fok'], 'gtc')]
  if (price === undefined || (price === 0n && tif !== 'ioc' && tif !== 'fok')) throw badParameter('a price of 0 needs ioc')
  if (price % symbol.tickSize !== 0n) throw badParameter('Invalid price precision')
  const reduceOnly = fields.text('reduce_only') === 'true'
  const positionSide = !key.account.futures.hedge ? 'BOTH' : (side === 'SELL') === reduceOnly ? 'LONG' : 'SHORT'
  return {
    symbol, side, positionSide, reduceOnly, price, type: price === 0n ? 'MARKET' : 'LIMIT', timeInForce: price === 0n ? 'GTC' : tif === 'poc' ? 'GTX' : TIF[tif],
    quantity: times(magnitude(size), symbol.contractSize), clientOrderId: textOf(fields),
  }
}
