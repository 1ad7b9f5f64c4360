import type { ExchangeOrder, OrderInstruction, Stale } from '#contract'
import { cutToStep, decimal, text, ZERO, type Decimal, type Market, type MarketRules, type PositionMode } from '#model'
import type { Chance } from '../world/chance.ts'
import type { VirtualTime } from '../world/virtual-time.ts'
import type { Conditions } from './conditions.ts'
import { planFills, type FillFaults, type FillPlan } from './fill-plan.ts'
import type { Prices } from './prices.ts'
import { venueOf, type Venue } from './venues.ts'

/** One account at an exchange: what its owner has there. Several keys may be one account. */
export interface Account {
  readonly id: string
  readonly exchange: string
  readonly market: Market
  positionMode: PositionMode | null
  /** Whether the server behind it serves trades at all. */
  readonly trades: boolean
  readonly balances: Map<string, Decimal>
  /** What of the balances stands in resting orders, by asset. */
  readonly locked: Map<string, Decimal>
  /** `symbol side` → base, signed. */
  readonly positions: Map<string, Decimal>
}

export interface Trade {
  readonly tradeId: string
  readonly price: string
  readonly quantity: Decimal
  readonly fee: string
  readonly feeAsset: string
  readonly at: number
  /** From when look-ups list it, and from when with its fee. */
  readonly listedAt: number
  readonly feeAt: number
}

/** An order that the exchange took. */
export interface Placed {
  readonly number: string
  readonly account: Account
  readonly clientOrderId: string
  readonly instruction: Omit<OrderInstruction, 'notAfter'>
  /** Base. */
  readonly target: Decimal
  readonly acceptedAt: number
  /** From when look-ups find it. */
  readonly seenFrom: number
  /** True where a person made it, at the exchange itself. */
  readonly byHand: boolean
  state: ExchangeOrder['state']
  endedAt: number | null
  filled: Decimal
  readonly trades: Trade[]
  /** Whether it filled something after it had ended. */
  livedOn: boolean
}

export type Taken =
  | { readonly kind: 'accepted'; readonly placed: Placed }
  | { readonly kind: 'exists'; readonly placed: Placed }
  | { readonly kind: 'rejected'; readonly code: string; readonly text: string; readonly stale: Stale | null }

/** Who is told of what happens in the ledger. */
export interface LedgerWitness {
  accepted(placed: Placed): void
  traded(placed: Placed, trade: Trade): void
}

/** How a close ends that the exchange does not fill whole; null: as chance will have it. */
export type EndsPartly = (placed: Placed, step: Decimal) => FillPlan | null

const FEE_RATE = decimal('0.001')
const PRICE_SLIP = 0.0005

/** The exchanges' own books, and the judge of the simulation: whatever the network did, what stands here happened. */
export class Ledger {
  readonly accounts = new Map<string, Account>()
  readonly orders: Placed[] = []
  /** What is still to happen to orders. */
  coming = 0
  readonly #time: VirtualTime
  readonly #chance: Chance
  readonly #prices: Prices
  readonly #faults: FillFaults
  readonly #conditions: Conditions
  readonly #witness: LedgerWitness
  readonly #byId = new Map<string, Placed[]>()

  endsPartly: EndsPartly = () => null

  constructor(time: VirtualTime, chance: Chance, prices: Prices, faults: FillFaults, conditions: Conditions, witness: LedgerWitness) {
    this.#time = time
    this.#chance = chance
    this.#prices = prices
    this.#faults = faults
    this.#conditions = conditions
    this.#witness = witness
  }

  /** Orders of an account with that client order id, oldest first. */
  withId(account: Account, clientOrderId: string): readonly Placed[] { return this.#byId.get(`${account.id} ${clientOrderId}`) ?? [] }

  /** A request that has arrived in time is judged and, if taken, filled as chance will have it. */
  take(account: Account, asked: Omit<OrderInstruction, 'notAfter'>, byHand = false): Taken {
    const venue = venueOf(account.exchange)
    const order = this.#understood(account, asked)
    const rules = this.#conditions.rules({ ...account, symbol: order.symbol })
    if (rules === undefined) return rejected('unknown_symbol', 'rules')
    const before = this.withId(account, order.clientOrderId)
    const same = venue.facts.repeatedId === 'P' ? before.at(-1) : before.find((one) => one.state === 'open')
    if (same !== undefined && !byHand) return { kind: 'exists', placed: same }
    const price = decimal(this.#prices.of(account.exchange, account.market, order.symbol))
    const wanted = order.quantity !== null ? decimal(order.quantity) : cutToStep(decimal(order.quoteQuantity ?? '0').dividedBy(price), decimal(rules.quantityStep))
    const refusal = this.#refusal(account, venue, rules, order, wanted, price)
    if (refusal !== null) return refusal
    const placed: Placed = {
      number: String(1000 + this.orders.length), account, clientOrderId: order.clientOrderId, instruction: order, target: wanted, acceptedAt: this.#time.now,
      seenFrom: this.#time.now + this.#faults.seenLagMs(), byHand, state: 'open', endedAt: null, filled: ZERO, trades: [], livedOn: false,
    }
    this.orders.push(placed)
    this.#byId.set(`${account.id} ${order.clientOrderId}`, [...before, placed])
    this.#witness.accepted(placed)
    this.#fill(placed, rules)
    return { kind: 'accepted', placed }
  }

  /** A sell by hand that rests: its coins are locked until it is filled or canceled. Null: there are not as many free. */
  rest(account: Account, clientOrderId: string, symbol: string, quantity: Decimal): Placed | null {
    const base = this.#conditions.rules({ ...account, symbol })?.base ?? ''
    if (quantity.isZero() || quantity.greaterThan(free(account, base))) return null
    const placed: Placed = {
      number: String(1000 + this.orders.length), account, clientOrderId, acceptedAt: this.#time.now, seenFrom: this.#time.now, byHand: true, target: quantity,
      instruction: { clientOrderId, symbol, side: 'sell', quantity: text(quantity), quoteQuantity: null, reduceOnly: false, positionSide: 'both' },
      state: 'open', endedAt: null, filled: ZERO, trades: [], livedOn: false,
    }
    this.orders.push(placed)
    this.#byId.set(`${account.id} ${clientOrderId}`, [placed])
    move(account.locked, base, quantity)
    this.#witness.accepted(placed)
    return placed
  }

  /** Of an asset, what a new order could sell: neither locked nor still to be sold by an open order. */
  available(account: Account, asset: string): Decimal {
    const open = this.orders.filter(({ account: its, state, instruction }) => (
      its === account && state === 'open' && instruction.side === 'sell' && this.#conditions.rules({ ...account, symbol: instruction.symbol })?.base === asset
    ))
    const coming = open.reduce((sum, { target, filled }) => sum.plus(target).minus(filled), ZERO) // resting ones, which are locked, with them
    return (account.balances.get(asset) ?? ZERO).minus(coming)
  }

  /** Ends a resting sell: filled, or canceled. */
  release(placed: Placed, filled: boolean): void {
    const rules = this.#conditions.rules({ ...placed.account, symbol: placed.instruction.symbol })
    if (rules === undefined || placed.state !== 'open') return
    move(placed.account.locked, rules.base, placed.target.negated())
    if (filled) this.#trade(placed, rules, { quantity: placed.target, listLagMs: 0, feeLagMs: 0 })
    else this.#end(placed, 'canceled')
  }

  /** Where a side that does not fit the position mode is ignored, what is left of the order. */
  #understood(account: Account, order: Omit<OrderInstruction, 'notAfter'>): Omit<OrderInstruction, 'notAfter'> {
    const ignored = account.positionMode === 'one-way' && this.#conditions.ignoresSides.has(account.id)
    return ignored ? { ...order, positionSide: 'both' } : order
  }

  cancel(placed: Placed): boolean {
    if (placed.state !== 'open') return false
    this.#end(placed, 'canceled')
    return true
  }

  /** What can be closed of a position, base, not negative. */
  held(account: Account, symbol: string, order: Pick<OrderInstruction, 'side' | 'positionSide'>): Decimal {
    const position = account.positions.get(`${symbol} ${order.positionSide}`) ?? ZERO
    return position.isZero() || position.isNegative() === (order.side === 'sell') ? ZERO : position.abs()
  }

  #refusal(account: Account, venue: Venue, rules: MarketRules, order: Omit<OrderInstruction, 'notAfter'>, wanted: Decimal, price: Decimal): Taken | null {
    const hedge = account.positionMode === 'hedge'
    if (account.market === 'futures' && (order.positionSide === 'both') === hedge) return rejected('position_mode_differs', 'mode')
    const closes = closesFuture(account, order)
    const step = decimal(rules.quantityStep)
    if (wanted.isZero() || wanted.lessThan(decimal(rules.minQuantity)) || !cutToStep(wanted, step).equals(wanted)) return rejected('amount_below_minimum', 'rules')
    if (rules.maxQuantity !== null && wanted.greaterThan(decimal(rules.maxQuantity))) return rejected('rules_violated', 'rules')
    const small = rules.minNotional !== null && wanted.times(price).lessThan(decimal(rules.minNotional).times('0.98'))
    if (small && (account.market === 'spot' || !closes || rules.minNotionalOnClose)) return rejected('amount_below_minimum', 'rules')
    if (account.market === 'spot') {
      const asset = order.side === 'buy' ? rules.quote : rules.base
      const needed = order.side === 'buy' ? wanted.times(price) : wanted
      return needed.greaterThan(this.available(account, asset)) ? rejected('insufficient_balance', 'position') : null
    }
    if (!closes) return null
    const held = this.held(account, order.symbol, order)
    return held.isZero() || (wanted.greaterThan(held) && (hedge || venue.overReduce === 'refused')) ? rejected('reduce_only_rejected', 'position') : null
  }

  #fill(placed: Placed, rules: MarketRules): void {
    const step = decimal(rules.quantityStep)
    const plan = this.endsPartly(placed, step) ?? planFills(this.#chance, this.#faults, placed.target, step)
    for (const part of plan.parts) {
      const run = (): void => { if (placed.state === 'open') this.#trade(placed, rules, part) }
      if (part.afterMs === 0) run()
      else this.#later(part.afterMs, run)
    }
    if (plan.ends === null) return
    const { state, afterMs } = plan.ends
    this.#later(afterMs, () => {
      if (placed.state === 'open') this.#end(placed, state)
      if (plan.afterlife !== null) this.#later(plan.afterlife.afterMs, () => { this.#liveOn(placed, rules, plan.afterlife?.quantity ?? ZERO) })
    })
  }

  /** Fills something after its end, as far as the account has it: an exchange does not let that turn a position around. */
  #liveOn(placed: Placed, rules: MarketRules, quantity: Decimal): void {
    const { account, instruction } = placed
    const closes = account.market === 'spot' ? instruction.side === 'sell' : closesFuture(account, instruction)
    const there = account.market === 'spot' ? free(account, rules.base) : this.held(account, instruction.symbol, instruction)
    if (placed.state === 'filled' || (closes && quantity.greaterThan(there))) return
    placed.livedOn = true
    this.#trade(placed, rules, { quantity, listLagMs: 0, feeLagMs: 0 })
  }

  #later(ms: number, run: () => void): void {
    this.coming += 1
    this.#time.after(ms, () => { this.coming -= 1; run() })
  }

  #trade(placed: Placed, rules: MarketRules, part: { quantity: Decimal; listLagMs: number; feeLagMs: number }): void {
    const { account, instruction } = placed
    let quantity = part.quantity
    if (account.market === 'futures' && closesFuture(account, instruction)) {
      const held = this.held(account, instruction.symbol, instruction)
      if (quantity.greaterThan(held)) quantity = held
      if (quantity.isZero()) { this.#end(placed, 'expired'); return }
    }
    const slip = decimal((1 + this.#chance.between(-PRICE_SLIP, PRICE_SLIP)).toFixed(8))
    const price = cutToStep(decimal(this.#prices.of(account.exchange, account.market, instruction.symbol)).times(slip), decimal(rules.priceTick))
    const buys = instruction.side === 'buy'
    const inBase = account.market === 'spot' && buys && account.exchange !== 'kraken'
    const fee = inBase ? quantity.times(FEE_RATE) : quantity.times(price).times(FEE_RATE)
    const trade: Trade = {
      tradeId: `${placed.number}-${placed.trades.length + 1}`, price: text(price), quantity, fee: text(fee), feeAsset: inBase ? rules.base : rules.quote,
      at: this.#time.now, listedAt: this.#time.now + part.listLagMs, feeAt: this.#time.now + part.listLagMs + part.feeLagMs,
    }
    placed.trades.push(trade)
    placed.filled = placed.filled.plus(quantity)
    if (account.market === 'spot') {
      move(account.balances, rules.base, (buys ? quantity : quantity.negated()).minus(inBase ? fee : ZERO))
      move(account.balances, rules.quote, (buys ? quantity.times(price).negated() : quantity.times(price)).minus(inBase ? ZERO : fee))
    } else move(account.positions, `${instruction.symbol} ${instruction.positionSide}`, buys ? quantity : quantity.negated())
    this.#witness.traded(placed, trade)
    if (placed.filled.equals(placed.target)) this.#end(placed, 'filled')
    else if (!quantity.equals(part.quantity)) this.#end(placed, 'expired')
  }

  #end(placed: Placed, state: 'filled' | 'canceled' | 'expired' | 'rejected'): void {
    placed.state = state
    placed.endedAt = this.#time.now
  }
}

/** Of an asset, what does not stand in resting orders. */
export const free = (account: Account, asset: string): Decimal => (account.balances.get(asset) ?? ZERO).minus(account.locked.get(asset) ?? ZERO)

/** Whether an order can only close: in hedge mode the side of the position says so. */
export function closesFuture(account: Account, { reduceOnly, side, positionSide }: Pick<OrderInstruction, 'reduceOnly' | 'side' | 'positionSide'>): boolean {
  return reduceOnly || (account.positionMode === 'hedge' && (side === 'sell') === (positionSide === 'long'))
}

const rejected = (code: string, stale: Stale | null): Taken => ({ kind: 'rejected', code, text: `refused: ${code}`, stale })

function move(amounts: Map<string, Decimal>, key: string, by: Decimal): void {
  amounts.set(key, (amounts.get(key) ?? ZERO).plus(by))
}
