import type { Stale } from '#contract'
import type { ProblemCode } from '#model'

/** A code as the exchange writes it: `-2010`, `"51008"`, `"EOrder:Insufficient funds"`. */
export type Code = string | number

/** What an order's refusal is to us; `passing` as in the contract's outcomes. */
export interface Refusal { readonly code: string; readonly stale: Stale | null; readonly passing?: true }

/**
 * What an answer that is no acceptance means for an order: a refusal; an order with that id is there already; the
 * account has to wait; null: nothing that proves anything, so the order may have been accepted.
 */
export type Meaning = Refusal | 'exists' | 'paused' | null

export const refused = (code: string, stale: Stale | null = null): Refusal => ({ code, stale })

/** The same meaning for many codes: the rows of a table. */
export const all = <M>(codes: readonly Code[], meaning: M): [Code, M][] => codes.map((code) => [code, meaning])

/** A refusal whose cause goes away by itself. */
const passing = (refusal: Refusal): Refusal => ({ ...refusal, passing: true })

/** Meanings that most exchanges have a code for. */
export const REFUSED = {
  rules: refused('rules_violated', 'rules'),
  minimum: refused('amount_below_minimum', 'rules'),
  invalid: refused('invalid_order'),
  balance: refused('insufficient_balance', 'position'),
  margin: refused('insufficient_margin', 'position'),
  nothingToReduce: refused('reduce_only_rejected', 'position'),
  mode: refused('position_mode_differs', 'mode'),
  closed: passing(refused('market_closed', 'rules')),
  /** Settlement, delivery, maintenance, a suspension, a mode that takes no market orders. */
  halted: passing(refused('symbol_halted')),
  symbol: refused('unknown_symbol', 'rules'),
  restricted: refused('account_restricted'),
  noLiquidity: refused('no_liquidity'),
  tooManyOpen: refused('too_many_open_orders'),
  positionLimit: refused('position_limit'),
  leverage: refused('leverage_limit'),
  other: refused('order_rejected'),
} as const

/**
 * Statuses that prove by themselves that nothing was carried out, whatever the body says: who asks is not known, may not,
 * or is turned away for where they are, and that is decided in front of everything else [RFC 9110, 15.5.2, 15.5.4; RFC
 * 7725]. No other does: 400, 404, 408 and 409 may also come from behind the matching engine (Binance says -1007,
 * "Send status unknown; execution status unknown", with one of them [errors.md]).
 */
const TURNED_AWAY: ReadonlyMap<number, 'credentials_rejected' | 'account_restricted'> =
  new Map([[401, 'credentials_rejected'], [403, 'account_restricted'], [451, 'account_restricted']])

/** What an answer to an order means that has no code known here. */
export function refusalOfStatus(status: number): Refusal | null {
  const code = TURNED_AWAY.get(status)
  return code === undefined ? null : refused(code)
}

/** The same for every other request. */
export const problemOfStatus = (status: number): ProblemCode => TURNED_AWAY.get(status) ?? 'exchange_unreachable'

/** The exchange does not take the key, or not from here, whatever is asked with it. */
const OF_THE_KEY: ReadonlySet<string> = new Set<ProblemCode>([
  'credentials_rejected', 'signature_rejected', 'passphrase_rejected', 'key_expired', 'ip_not_allowed',
])

/** Whether a refusal is one of the key, by our code for it. */
export const isAboutKey = (code: string): code is ProblemCode => OF_THE_KEY.has(code)
