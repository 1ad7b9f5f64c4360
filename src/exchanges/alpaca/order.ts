import type { ExchangeFill, ExchangeOrder } from '#contract'
import { decimal, text, ZERO, type Decimal } from '#model'
import { amount, positive, word } from '../answer.ts'

/** [D] "Order Lifecycle". `calculated`: completed, settlement pending; whether filled or done, its quantity tells. */
const STATES: ReadonlyMap<string, ExchangeOrder['state']> = new Map([
  ['new', 'open'], ['accepted', 'open'], ['pending_new', 'open'], ['accepted_for_bidding', 'open'], ['partially_filled', 'open'], ['held', 'open'],
  ['pending_cancel', 'open'], ['pending_replace', 'open'], ['stopped', 'open'], ['suspended', 'open'], ['calculated', 'open'], ['done_for_day', 'open'],
  ['filled', 'filled'], ['canceled', 'canceled'], ['replaced', 'canceled'], ['expired', 'expired'], ['rejected', 'rejected'],
])

/** A pair of crypto has a slash, a stock none. */
export const isCrypto = (symbol: string): boolean => symbol.includes('/')

/** An order as Alpaca shows it, or what is wrong with it. Fills are never part of it. */
export function readOrder(body: unknown, clientOrderId: string): ExchangeOrder | string {
  const echoed = word(body, 'client_order_id')
  const exchangeOrderId = word(body, 'id')
  if (echoed !== clientOrderId) return echoed === null ? 'the answer names no client order id' : 'the answer is about another order'
  if (exchangeOrderId === null) return 'the answer names no order id'
  const status = word(body, 'status')
  const state = status === null ? undefined : STATES.get(status)
  if (state === undefined) return `the order has a state that is not known (${status?.slice(0, 30) ?? 'none'})`
  const filled = amount(body, 'filled_qty') ?? '0'
  return { exchangeOrderId, clientOrderId: echoed, state, filled, averagePrice: amount(body, 'filled_avg_price'), fills: positive(filled) ? null : [] }
}

/**
 * The fills of one order among account activities, with their fees. Stocks are free of commission (what regulators take
 * is posted for the account, not the order). Crypto: taken from what is received; posted as CFEE, which names no order,
 * so it is found by symbol, price and moment. It is "posted end of day" [D crypto/activities.md]: until then the fee is
 * computed with `rate` from the documented table.
 */
export function readFills(activities: readonly unknown[], order: { exchangeOrderId: string; symbol: string; side: 'buy' | 'sell' | null }, rate: Decimal): ExchangeFill[] {
  const fees = activities.filter((row) => word(row, 'activity_type') === 'CFEE')
  return activities.flatMap((row) => {
    if (word(row, 'activity_type') !== 'FILL' || word(row, 'order_id') !== order.exchangeOrderId) return []
    const [tradeId, price, quantity, at] = [word(row, 'id'), amount(row, 'price'), amount(row, 'qty'), Date.parse(word(row, 'transaction_time') ?? '')]
    if (tradeId === null || price === null || quantity === null || Number.isNaN(at)) return []
    const fee = isCrypto(order.symbol) ? cryptoFee(fees, { symbol: order.symbol, price, quantity, at, side: order.side ?? sideOf(row) }, rate) : { fee: '0', feeAsset: 'USD' }
    return [{ tradeId, price, quantity, at, ...fee }]
  })
}

/** Postings that come with the trade stand within that of it. */
const SAME_MOMENT_MS = 5000
/** A posting of another fill at the same price would be of another size. */
const ALIKE = 2

interface Traded { readonly symbol: string; readonly price: string; readonly quantity: string; readonly at: number; readonly side: 'buy' | 'sell' }

function cryptoFee(postings: unknown[], fill: Traded, rate: Decimal): { fee: string; feeAsset: string | null } {
  const [base, quote] = fill.symbol.split('/')
  const inBase = fill.side === 'buy'
  const received = inBase ? decimal(fill.quantity) : decimal(fill.quantity).times(decimal(fill.price))
  const expected = received.times(rate)
  const feeAsset = (inBase ? base : quote) ?? null
  const at = postings.findIndex((row) => {
    const posted = postedFee(row, inBase)
    return word(row, 'symbol') === fill.symbol.replace('/', '') && amount(row, 'price') === fill.price
      && Math.abs(momentOf(word(row, 'id')) - fill.at) <= SAME_MOMENT_MS
      && posted.greaterThan(ZERO) && posted.lessThan(expected.times(ALIKE)) && posted.times(ALIKE).greaterThan(expected)
  })
  // Each posting belongs to one fill.
  const [posting] = at < 0 ? [undefined] : postings.splice(at, 1)
  return { fee: text(posting === undefined ? expected.toDecimalPlaces(9) : postedFee(posting, inBase)), feeAsset }
}

const postedFee = (row: unknown, inBase: boolean): Decimal => decimal(amount(row, inBase ? 'qty' : 'net_amount') ?? '0').negated()

/** `20190524113406977::<uuid>`: the moment in front, UTC. */
function momentOf(id: string | null): number {
  const parts = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d{3})::/.exec(id ?? '')
  return parts === null ? Number.NaN : Date.parse(`${parts[1]}-${parts[2]}-${parts[3]}T${parts[4]}:${parts[5]}:${parts[6]}.${parts[7]}Z`)
}

const sideOf = (row: unknown): 'buy' | 'sell' => (word(row, 'side') === 'buy' ? 'buy' : 'sell')

/** Taker fees by tier, "via Trading API". [D crypto/activities.md, "Crypto Fees"] The account tells its tier. */
const TAKER_RATES = ['0.0025', '0.0022', '0.002', '0.0018', '0.0015', '0.0013', '0.001', '0.0008'] as const

export const takerRate = (account: unknown): Decimal => {
  const tier = Number(word(account, 'crypto_tier') ?? 1)
  return decimal(TAKER_RATES[tier - 1] ?? TAKER_RATES[0])
}
