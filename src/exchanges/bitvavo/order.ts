import type { ExchangeFill, ExchangeOrder } from '#contract'
import { amount, averageOf, list, member, positive, time, word } from '../answer.ts'
import { wholeFills } from '../looking.ts'
import { IDS } from './manner.ts'

/** [G status] */
const STATES: ReadonlyMap<string, ExchangeOrder['state']> = new Map([
  ['new', 'open'], ['awaitingTrigger', 'open'], ['partiallyFilled', 'open'], ['filled', 'filled'], ['canceled', 'canceled'], ['canceledAuction', 'canceled'], ['canceledSelfTradePrevention', 'canceled'],
  ['canceledPostOnly', 'canceled'], ['canceledIOC', 'expired'], ['canceledFOK', 'expired'], ['canceledMarketProtection', 'expired'], ['expired', 'expired'], ['rejected', 'rejected'],
])

/** An order as Bitvavo shows it, with its fills, or what is wrong with it. `ours`: the id that it has to have; null: whatever it has. */
export function readOrder(row: unknown, ours: string | null): ExchangeOrder | string {
  const [echoed, exchangeOrderId, status, filled] = [word(row, 'clientOrderId'), word(row, 'orderId'), word(row, 'status'), amount(row, 'filledAmount')]
  if (ours !== null && echoed !== IDS.write(ours)) return echoed === null ? 'the answer names no client order id' : 'the answer is about another order'
  if (exchangeOrderId === null) return 'the answer names no order id'
  const state = STATES.get(status ?? '')
  if (state === undefined) return `the order has a state that is not known (${status?.slice(0, 30) ?? 'none'})`
  if (filled === null) return 'the answer does not say what was filled'
  return {
    exchangeOrderId, clientOrderId: echoed === null ? '' : IDS.read(echoed) ?? echoed, state, filled, averagePrice: positive(filled) ? averageOf(amount(row, 'filledAmountQuote'), filled) : null,
    fills: positive(filled) ? wholeFills(fillsIn(row), filled) : [],
  }
}

/** [G fills] The fee is paid in the quote currency, unless said otherwise. */
function fillsIn(row: unknown): ExchangeFill[] | null {
  return list(member(row, 'fills'))?.flatMap((fill) => {
    const [tradeId, price, quantity, at, fee] = [word(fill, 'id'), amount(fill, 'price'), amount(fill, 'amount'), time(fill, 'timestamp'), amount(fill, 'fee')]
    return tradeId === null || price === null || quantity === null || at === null ? [] : [{ tradeId, price, quantity, fee, feeAsset: fee === null ? null : word(fill, 'feeCurrency'), at }]
  }) ?? null
}
