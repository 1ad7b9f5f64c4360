import type { Stale } from '#contract'

/** A code as the exchange writes it: `-2010`, `"51008"`, `"EOrder:Insufficient funds"`. */
export type Code = string | number

/** What an order's refusal is to us. */
export interface Refusal { readonly code: string; readonly stale: Stale | null }

/**
 * What an answer that is no acceptance means for an order: a refusal; an order with that id is there already; the
 * account has to wait; null: nothing that proves anything, so the order may have been accepted.
 */
export type Meaning = Refusal | 'exists' | 'paused' | null

export const refused = (code: string, stale: Stale | null = null): Refusal => ({ code, stale })

/** The same meaning for many codes: the rows of a table. */
export const all = <M>(codes: readonly Code[], meaning: M): [Code, M][] => codes.map((code) => [code, meaning])

/** Meanings that most exchanges have a code for. The codes of outcomes stand in docs/errors.md. */
export const REFUSED = {
  rules: refused('rules_violated', 'rules'),
  minimum: refused('amount_below_minimum', 'rules'),
  invalid: refused('invalid_order'),
  balance: refused('insufficient_balance', 'position'),
  margin: refused('insufficient_margin', 'position'),
  nothingToReduce: refused('reduce_only_rejected', 'position'),
  mode: refused('position_mode_differs', 'mode'),
  closed: refused('market_closed', 'rules'),
  symbol: refused('unknown_symbol', 'rules'),
  restricted: refused('account_restricted'),
  noLiquidity: refused('no_liquidity'),
  tooManyOpen: refused('too_many_open_orders'),
  positionLimit: refused('position_limit'),
  leverage: refused('leverage_limit'),
  other: refused('order_rejected'),
} as const
