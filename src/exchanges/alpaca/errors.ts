import type { Stale } from '#contract'
import type { ProblemCode } from '#model'

// Alpaca documents HTTP statuses ("403: Buying power or shares is not sufficient", "422: Input parameters are not
// recognized" [D orders.yaml]); its codes are those statuses with four digits behind, its texts say the rest.

/** What an order's refusal is to us. */
export interface Refusal { readonly code: string; readonly stale: Stale | null }

const refused = (code: string, stale: Stale | null = null): Refusal => ({ code, stale })

const BY_TEXT: readonly (readonly [RegExp, Refusal | 'exists'])[] = [
  // An order with our id is there: a look-up finds it.
  [/client_order_id must be unique/i, 'exists'],
  [/insufficient (qty|balance|buying power)|not enough/i, refused('insufficient_balance', 'position')],
  [/cost basis must be|minimum order size|minimal amount/i, refused('amount_below_minimum', 'rules')],
  [/not fractionable|decimal places|increment|fractional orders/i, refused('rules_violated', 'rules')],
  [/asset .*not found|could not find asset|invalid symbol/i, refused('unknown_symbol', 'rules')],
  [/not tradable|not active/i, refused('market_closed', 'rules')],
  [/not allowed to trade|rejected by user request|orders not allowed|restricted|pattern day/i, refused('account_restricted')],
  [/wash trade/i, refused('order_rejected')],
]

/** What a 4xx answer to an order means: a refusal, an order with that id exists, or nothing that proves anything (`null`). */
export function refusalOf(status: number, code: number | null, text: string): Refusal | 'exists' | null {
  if (status === 401) return refused('credentials_rejected')
  // Without a code it is not the trading API that answers, but something in front of it.
  if (code === null || ![400, 403, 422].includes(status)) return null
  const found = BY_TEXT.find(([pattern]) => pattern.test(text))?.[1]
  return found ?? refused(status === 403 ? 'order_rejected' : 'invalid_order')
}

export function problemOf(_code: number | null, status: number): ProblemCode {
  if (status === 401) return 'credentials_rejected'
  if (status === 403) return 'account_restricted'
  if (status === 451) return 'account_restricted'
  if (status === 400 || status === 422) return 'unknown_symbol'
  return 'exchange_unreachable'
}
