import type { Stale } from '#contract'
import { decimal, type Decimal, type Market, type MarketRules } from '#model'
import { venueOf } from './venues.ts'

/** One symbol of one exchange's market. */
interface Traded { readonly exchange: string; readonly market: Market; readonly symbol: string }

/** Why an exchange refuses whatever comes. `passing`: the cause passes by itself. */
export interface Standing { readonly code: string; readonly stale: Stale | null; readonly passing?: true }

const nameOf = ({ exchange, market, symbol }: Traded): string => `${exchange} ${market} ${symbol}`

/**
 * What exchanges are like at this moment, beyond what `venues.ts` says of them for good: rules that change, markets that
 * are halted or closed, keys that are refused, questions that are not answered. The networks' faults are another matter.
 */
export class Conditions {
  /** Symbols that are halted; whether the lists of rules say so differs. */
  readonly #halted = new Map<string, { readonly listed: boolean }>()
  readonly #changed = new Map<string, Partial<MarketRules>>()
  readonly #least = new Map<string, { quantity: Decimal; notional: Decimal }>()
  /** Exchanges with trading hours, and whether they are open. */
  readonly hours = new Map<string, boolean>()
  /** Connections whose key is refused. */
  readonly refusedKeys = new Set<string>()
  /** Accounts on which a side that the position mode does not know is ignored, not refused. */
  readonly ignoresSides = new Set<string>()
  /** Which questions are answered with HTTP 503. Orders and cancels go through. */
  unanswered: 'none' | 'look-ups' | 'look-ups and accounts' = 'none'
  /** Answers to orders say no more than that they were taken. */
  bareAnswers = false

  rules(of: Traded): MarketRules | undefined {
    const rules = venueOf(of.exchange).rules.find((one) => one.market === of.market && one.symbol === of.symbol)
    return rules === undefined ? undefined : this.#asOfNow(rules)
  }

  list(exchange: string, market: Market): readonly MarketRules[] {
    return venueOf(exchange).rules.filter((rules) => rules.market === market).map((rules) => this.#asOfNow(rules))
  }

  change(of: Traded, more: Partial<MarketRules>): void {
    this.#note(of)
    this.#changed.set(nameOf(of), { ...this.#changed.get(nameOf(of)), ...more })
    this.#note(of)
  }

  halt(of: Traded, listed: boolean): void { this.#halted.set(nameOf(of), { listed }) }
  resume(of: Traded): void { this.#halted.delete(nameOf(of)) }

  /** Why an order that arrives now is refused whatever it says; null: it is looked at. */
  refusal(of: Traded, connectionId: string): Standing | null {
    if (this.refusedKeys.has(connectionId)) return { code: 'credentials_rejected', stale: null }
    if (this.hours.get(of.exchange) === false) return { code: 'market_closed', stale: 'rules' }
    return this.#halted.has(nameOf(of)) ? { code: 'symbol_halted', stale: null, passing: true } : null
  }

  /** Base: the largest smallest close that there ever was, at that price. What is not below it was never dust. */
  leastEver(of: Traded, price: string): Decimal {
    this.#note(of)
    const { quantity, notional } = this.#least.get(nameOf(of)) ?? { quantity: decimal('0'), notional: decimal('0') }
    const rules = this.rules(of)
    const byValue = rules?.market === 'futures' && !rules.minNotionalOnClose ? decimal('0') : notional.dividedBy(price)
    return byValue.greaterThan(quantity) ? byValue : quantity
  }

  /** Base: the smallest close that is taken now, at that price. */
  least(of: Traded, price: string): Decimal {
    const rules = this.rules(of)
    if (rules === undefined) return decimal('0')
    const byValue = of.market === 'futures' && !rules.minNotionalOnClose ? decimal('0') : decimal(rules.minNotional ?? '0').dividedBy(price)
    const quantity = decimal(rules.minQuantity)
    return byValue.greaterThan(quantity) ? byValue : quantity
  }

  #note(of: Traded): void {
    const rules = this.rules(of)
    if (rules === undefined) return
    const before = this.#least.get(nameOf(of))
    const [quantity, notional] = [decimal(rules.minQuantity), decimal(rules.minNotional ?? '0')]
    this.#least.set(nameOf(of), {
      quantity: before?.quantity.greaterThan(quantity) === true ? before.quantity : quantity,
      notional: before?.notional.greaterThan(notional) === true ? before.notional : notional,
    })
  }

  #asOfNow(rules: MarketRules): MarketRules {
    const halted = this.#halted.get(nameOf(rules))
    const hours = this.hours.has(rules.exchange) ? { hours: 'calendar' as const } : {}
    return { ...rules, ...hours, ...this.#changed.get(nameOf(rules)), ...halted?.listed === true ? { trading: false } : {} }
  }
}
