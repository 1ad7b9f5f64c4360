import { asPrice, decimal, smaller, text, ZERO } from './decimal.ts'
import type { Fill } from './order.ts'

/** What a bot holds, kept from its own fills and adjustments. Quantity in base, negative when short. */
export interface Position {
  readonly botId: string
  readonly symbol: string
  readonly quantity: string
  /** Quote per base of what is held; null when flat or unknown (an adjustment has no price). */
  readonly averagePrice: string | null
  /** What a close left below the exchange's minimum: kept and shown, counts as flat, sold with the next position. */
  readonly dust: boolean
  /** Quote, over the bot's life, after fees that were paid in quote or base. */
  readonly realizedProfit: string
  /** Fees by asset, over the bot's life. */
  readonly fees: Readonly<Record<string, string>>
}

export const flatPosition = (botId: string, symbol: string): Position => ({
  botId, symbol, quantity: '0', averagePrice: null, dust: false, realizedProfit: '0', fees: {},
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
  const average = position.averagePrice === null ? null : decimal(position.averagePrice)
  const opens = held.isZero() || held.isNegative() === traded.isNegative()
  const crosses = !opens && traded.abs().greaterThan(held.abs())

  let profit = decimal(position.realizedProfit)
  if (fill.feeAsset === assets.quote) profit = profit.minus(fee)
  else if (fill.feeAsset === assets.base) profit = profit.minus(fee.times(price))
  if (!opens && average !== null) {
    const closed = smaller(traded.abs(), held.abs())
    profit = profit.plus(closed.times(held.isNegative() ? average.minus(price) : price.minus(average)))
  }

  // What is held of unknown cost stays so, whatever is added to it.
  let averagePrice = average
  if (held.isZero() || crosses) averagePrice = price
  else if (opens && average !== null) averagePrice = held.abs().times(average).plus(traded.abs().times(price)).dividedBy(after.abs())
  const quantity = after.minus(feeInBase)
  return {
    ...position,
    quantity: text(quantity),
    averagePrice: quantity.isZero() || averagePrice === null ? null : text(asPrice(averagePrice)),
    dust: position.dust && !opens && !crosses && !quantity.isZero(),
    realizedProfit: text(profit),
    fees: fill.feeAsset === null || fee.isZero() ? position.fees : addFee(position.fees, fill.feeAsset, fill.fee),
  }
}

/** Books a difference in base that no order of the bot made. What is then held on the other side has no known cost. */
export function bookAdjustment(position: Position, quantity: string): Position {
  const before = decimal(position.quantity)
  const after = before.plus(decimal(quantity))
  const sameSide = !before.isZero() && !after.isZero() && before.isNegative() === after.isNegative()
  return { ...position, quantity: text(after), dust: false, averagePrice: sameSide ? position.averagePrice : null }
}

function addFee(fees: Readonly<Record<string, string>>, asset: string, fee: string): Record<string, string> {
  return { ...fees, [asset]: text(decimal(fees[asset] ?? '0').plus(decimal(fee))) }
}
