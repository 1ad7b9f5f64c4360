import { cut, floorTo, over, times } from '../../amount.ts'
import type { Held } from '../../engine/exchange.ts'
import type { Fields } from '../../engine/fields.ts'
import type { FuturesDraft } from '../../engine/futures.ts'
import type { Key } from '../../engine/keys.ts'
import type { Listed } from '../../engine/listed.ts'
import type { SpotDraft } from '../../engine/spot.ts'
import { numberOf } from './account.ts'
import { contractOf, pairOf, scaleOf } from './market-data.ts'
import { Refusal, refusalOf, spotParameter } from './refusal.ts'

const TYPES = ['buy-market', 'sell-market', 'buy-limit', 'sell-limit', 'buy-ioc', 'sell-ioc', 'buy-limit-maker', 'sell-limit-maker', 'buy-limit-fok', 'sell-limit-fok'] as const

/** Source: spot v1, "Place a New Order": the amount of a market buy is what is paid. */
export function readSpot(x: Held, key: Key, fields: Fields): SpotDraft<Listed> {
  if (fields.required('account-id') !== numberOf(key)) throw new Refusal('account-get-accounts-inexistent-error', 'account does not exist')
  const symbol = pairOf(x, fields.required('symbol'))
  const [side = '', ...kinds] = fields.one('type', TYPES).split('-')
  const kind = kinds.join('-')
  const amount = fields.amount('amount')
  const isMarket = kind === 'market'
  const price = isMarket ? 0n : fields.amount('price')
  if (amount === undefined || price === undefined) throw new Refusal('validation-constraints-required', 'Field is missing: amount.')
  if (price % symbol.tickSize !== 0n) throw new Refusal('order-orderprice-precision-error', 'order price precision error, scale: `2`')
  const byQuote = isMarket && side === 'buy'
  if (byQuote && cut(amount, scaleOf(symbol)) !== amount) throw refusalOf('step', 'spot')
  const clientOrderId = fields.text('client-order-id') ?? ''
  if (!/^[A-Za-z0-9_-]{0,64}$/.test(clientOrderId)) throw spotParameter('client-order-id')
  return {
    symbol, side: side === 'buy' ? 'BUY' : 'SELL', type: isMarket ? 'MARKET' : kind === 'limit-maker' ? 'LIMIT_MAKER' : 'LIMIT', timeInForce: kind === 'ioc' ? 'IOC' : kind === 'limit-fok' ? 'FOK' : 'GTC', price, clientOrderId,
    quantity: byQuote ? null : amount, quoteQuantity: byQuote ? amount : null, target: byQuote ? floorTo(over(amount, symbol.price), symbol.stepSize) : amount,
  }
}

const TIF = { gtc: 'GTC', ioc: 'IOC', fok: 'FOK' } as const

/**
 * `volume` counts contracts. Source: as ccxt, htx-api and HTX.Net send `/v5/trade/order`. What is said to an order of the other position
 * mode is not documented. Here it is read as the account's own mode has it, which is the worst that could be: `position_side` counts in
 * hedge mode alone, where `both` opens, and `reduce_only` in one-way mode alone.
 */
export function readFutures(x: Held, fields: Fields, hedge: boolean): FuturesDraft<Listed> {
  const symbol = contractOf(x, fields.required('contract_code'))
  fields.one('margin_mode', ['cross', 'isolated'])
  const [side, position, type] = [fields.one('side', ['buy', 'sell']), fields.one('position_side', ['both', 'long', 'short'], 'both'), fields.one('type', ['market', 'limit', 'post_only'])]
  const [volume, clientOrderId] = [fields.amount('volume'), fields.text('client_order_id') ?? '']
  if (volume === undefined) throw new Refusal(1066, 'The volume field cannot be empty. Please re-enter.')
  if (clientOrderId !== '' && !(/^[1-9]\d{0,18}$/.test(clientOrderId) && BigInt(clientOrderId) < 2n ** 63n)) throw new Refusal(1067, 'The client_order_id field is invalid. Please re-enter.')
  const price = type === 'market' ? 0n : fields.amount('price')
  if (price === undefined || price % symbol.tickSize !== 0n) throw refusalOf('would take', 'futures')
  const quantity = times(volume, symbol.contractSize)
  if (quantity % symbol.contractSize !== 0n) throw refusalOf('step', 'futures')
  const tif = fields.one('time_in_force', ['gtc', 'ioc', 'fok'], 'gtc')
  const held = position === 'both' ? (side === 'buy' ? 'LONG' : 'SHORT') : position === 'long' ? 'LONG' : 'SHORT'
  const reduceOnly = fields.one('reduce_only', ['0', '1'], '0') === '1'
  return {
    symbol, side: side === 'buy' ? 'BUY' : 'SELL', positionSide: hedge ? held : 'BOTH', reduceOnly: reduceOnly && !hedge, price,
    type: type === 'market' ? 'MARKET' : 'LIMIT', timeInForce: type === 'post_only' ? 'GTX' : TIF[tif], quantity, clientOrderId,
  }
}
