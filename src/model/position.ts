import { decimal, text, ZERO } from './decimal.ts'
import type { Fill } from './order.ts'

/** What a bot holds, kept from its own fills and adjustments. Quantity in base, negative when short. */
export interface Position {
  readonly botId: string
  readonly symbol: string
  readonly quantity: string
  /** Quote per base of what is held; null when flat or unknown (an adjustment has no price). */
  readonly averagePrice: string | null
  /** Quote, over the bot's life, after fees that were paid in quote or base. */
  readonly realizedProfit: string
  /** Fees by asset, over the bot's life. */
  readonly fees: Readonly<Record<string, string>>
}

export const flatPosition = (botId: string, symbol: string): Position => ({
  botId, symbol, quantity: '0', averagePrice: null, realizedProfit: '0', fees: {},
})

/**
 * Books one fill. On spot a fee taken in base reduces what is held; everywhere a fee in quote reduces profit, and one
 * in base reduces it by its value at the fill's price. Fees in a third asset are only counted under their name.
 * Profit of the closed part: quantity × (price − average) for longs, the negative for shorts.
 */
export function bookFill(position: Position, fill: Fill, assets: { base: string; quote: string; spot: boolean }): Position {
  const held = decimal(position.quantity)
  const price = decimal(fill.price)
  const fee = decimal(fill.fee)
  const traded = fill.side === 'buy' ? decimal(fill.quantity) : decimal(fill.quantity).negated()
  const feeInBase = fill.feeAsset === assets.base && assets.spot ? fee : ZERO
  const after = held.plus(traded)
  const average = position.averagePrice === null ? price : decimal(position.averagePrice)

  let profit = decimal(position.realizedProfit)
  if (fill.feeAsset === assets.quote) profit = profit.minus(fee)
  else if (fill.feeAsset === assets.base) profit = profit.minus(fee.times(price))

  let averagePrice = average
  const opens = held.isZero() || held.isNegative() === traded.isNegative()
  if (opens) {
    averagePrice = held.isZero() ? price : held.abs().times(average).plus(traded.abs().times(price)).dividedBy(after.abs())
  } else {
    const closed = traded.abs().lessThan(held.abs()) ? traded.abs() : held.abs()
    profit = profit.plus(closed.times(held.isNegative() ? average.minus(price) : price.minus(average)))
    if (traded.abs().greaterThan(held.abs())) averagePrice = price
  }
  const quantity = after.minus(feeInBase)
  return {
    ...position,
    quantity: text(quantity),
    averagePrice: quantity.isZero() ? null : text(averagePrice),
    realizedProfit: text(profit),
    fees: fill.feeAsset === null || fee.isZero() ? position.fees : addFee(position.fees, fill.feeAsset, fill.fee),
  }
}

/** Books a difference in base that no order of the bot made. */
export function bookAdjustment(position: Position, quantity: string): Position {
  const after = decimal(position.quantity).plus(decimal(quantity))
  return { ...position, quantity: text(after), averagePrice: after.isZero() ? null : position.averagePrice }
}

function addFee(fees: Readonly<Record<string, string>>, asset: string, fee: string): Record<string, string> {
  return { ...fees, [asset]: text(decimal(fees[asset] ?? '0').plus(decimal(fee))) }
}
