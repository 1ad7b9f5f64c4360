import { cut, floorTo, over, times } from '../../amount.ts'
import type { Held } from '../../engine/exchange.ts'
import type { Fields } from '../../engine/fields.ts'
import type { FuturesDraft } from '../../engine/futures.ts'
import type { Key } from '../../engine/keys.ts'
import type { Listed } from '../../engine/listed.ts'
import type { SpotDraft } from '../../engine/spot.ts'
import { contractOf, pairOf, scaleOf } from './market-data.ts'
import { futuresParameter, Refusal, spotParameter } from './refusal.ts'

/** Source: apidocs spot_v3_en, "New Order": a market order buys for `quoteOrderQty` and sells `quantity`. */
export function readSpot(x: Held, fields: Fields): SpotDraft<Listed> {
  const symbol = pairOf(x, fields.required('symbol'))
  const [side, type] = [fields.one('side', ['BUY', 'SELL']), fields.one('type', ['LIMIT', 'MARKET', 'LIMIT_MAKER', 'IMMEDIATE_OR_CANCEL', 'FILL_OR_KILL'])]
  const [quantity, quote] = [fields.amount('quantity'), fields.amount('quoteOrderQty')]
  const byQuote = type === 'MARKET' && side === 'BUY'
  const price = type === 'MARKET' ? 0n : fields.amount('price')
  const amount = byQuote ? quote : quantity
  if (amount === undefined || price === undefined) throw new Refusal(-1128, 'Combination of optional parameters invalid.')
  if (price % symbol.tickSize !== 0n) throw new Refusal(400, 'price scale is invalid')
  if (byQuote && cut(amount, scaleOf(symbol)) !== amount) throw new Refusal(400, 'amount scale is invalid')
  const clientOrderId = fields.text('newClientOrderId') ?? ''
  if (!/^[A-Za-z0-9_-]{0,32}$/.test(clientOrderId)) throw spotParameter('newClientOrderId')
  return {
    symbol, side, type: type === 'MARKET' || type === 'LIMIT_MAKER' ? type : 'LIMIT', timeInForce: type === 'IMMEDIATE_OR_CANCEL' ? 'IOC' : type === 'FILL_OR_KILL' ? 'FOK' : 'GTC', price, clientOrderId,
    quantity: byQuote ? null : amount, quoteQuantity: byQuote ? amount : null, target: byQuote ? floorTo(over(amount, symbol.price), symbol.stepSize) : amount,
  }
}

/** 1 open long, 2 close short, 3 open short, 4 close long. */
const SIDES = { 1: ['BUY', 'LONG', false], 2: ['BUY', 'SHORT', true], 3: ['SELL', 'SHORT', false], 4: ['SELL', 'LONG', true] } as const
/** 1 limit, 2 post only, 3 IOC, 4 FOK, 5 and 6 market. */
const TIF = { 1: 'GTC', 2: 'GTX', 3: 'IOC', 4: 'FOK', 5: 'GTC', 6: 'GTC' } as const

/** `vol` counts contracts. Source: www.mexc.com/api-docs/futures, "Place order". */
export function readFutures(x: Held, key: Key, fields: Fields): FuturesDraft<Listed> {
  const symbol = contractOf(x, fields.required('symbol'))
  const [side, position, closes] = SIDES[Number(fields.one('side', ['1', '2', '3', '4'])) as 1]
  const type = Number(fields.one('type', ['1', '2', '3', '4', '5', '6'])) as 1
  const mode = fields.one('positionMode', ['1', '2'], key.account.futures.hedge ? '1' : '2')
  const openType = fields.one('openType', ['1', '2'])
  if (openType === '1' && fields.text('leverage') === undefined) throw futuresParameter('leverage is necessary on isolated margin')
  const reduceOnly = fields.text('reduceOnly')
  if (mode === '1' && reduceOnly !== undefined) throw futuresParameter('reduceOnly is of one-way mode only')
  const volume = fields.amount('vol')
  if (volume === undefined) throw futuresParameter('vol')
  const isMarket = type >= 5
  const price = isMarket ? 0n : fields.amount('price')
  if (price === undefined || price % symbol.tickSize !== 0n) throw new Refusal(2007, 'Order price error')
  const clientOrderId = fields.text('externalOid') ?? ''
  if (clientOrderId.length > 32) throw new Refusal(2030, 'External order ID is too long (Max. 32 bits )')
  return {
    symbol, side, positionSide: mode === '1' ? position : 'BOTH', reduceOnly: closes || reduceOnly === 'true', price, type: isMarket ? 'MARKET' : 'LIMIT', timeInForce: TIF[type],
    quantity: times(volume, symbol.contractSize), clientOrderId,
  }
}
