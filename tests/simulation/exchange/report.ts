import type { ExchangeFill, ExchangeOrder } from '#contract'
import { text, ZERO } from '#model'
import type { Chance } from '../world/chance.ts'
import type { Placed } from './ledger.ts'

/** An order as an answer shows it at this moment. `untidy`: lists may be short, out of order, with rows twice. */
export function reportOf(placed: Placed, now: number, chance: Chance, untidy: boolean): ExchangeOrder {
  const { number, clientOrderId, state, filled, trades, account } = placed
  const value = trades.reduce((sum, trade) => sum.plus(trade.quantity.times(trade.price)), ZERO)
  const order = { exchangeOrderId: number, clientOrderId, state, filled: text(filled), averagePrice: filled.isZero() ? null : text(value.dividedBy(filled)) }
  if (!account.trades) return { ...order, fills: null, noTrades: true }
  const listed = trades.filter((trade) => trade.listedAt <= now)
  if (listed.length < trades.length && (!untidy || chance.hits(0.5))) return { ...order, fills: null }
  const fills: ExchangeFill[] = listed.map(({ tradeId, price, quantity, fee, feeAsset, at, feeAt }) => (
    feeAt <= now ? { tradeId, price, quantity: text(quantity), fee, feeAsset, at } : { tradeId, price, quantity: text(quantity), fee: null, feeAsset: null, at }
  ))
  if (untidy && chance.hits(0.3)) fills.reverse()
  if (untidy && chance.hits(0.3)) fills.push(...fills)
  return { ...order, fills }
}
