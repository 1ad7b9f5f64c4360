import type { ProblemCode } from '#model'
import { problemOfStatus, refused, REFUSED, type Code, type Meaning, type Refusal } from '../refusal.ts'

// Alpaca documents HTTP statuses ("403: Buying power or shares is not sufficient", "422: Input parameters are not
// recognized" [D orders.yaml]); its codes are those statuses with four digits behind, its texts say the rest.

const BY_TEXT: readonly (readonly [RegExp, Refusal | 'exists'])[] = [
  // An order with our id is there: a look-up finds it.
  [/client_order_id must be unique/i, 'exists'],
  [/insufficient (qty|balance|buying power)|not enough|position intent mismatch/i, REFUSED.balance],
  [/cost basis must be|minimum order size|minimal amount/i, REFUSED.minimum],
  [/not fractionable|decimal places|increment|fractional orders/i, REFUSED.rules],
  [/asset .*not found|could not find asset|invalid symbol/i, REFUSED.symbol],
  [/not tradable|not active/i, REFUSED.closed],
  [/not allowed to trade|rejected by user request|orders not allowed|restricted|pattern day/i, REFUSED.restricted],
  [/wash trade/i, REFUSED.other],
]

/** What a 4xx answer to an order means. */
export function meaningOf(code: Code | null, text: string, status: number): Meaning {
  if (status === 401) return refused('credentials_rejected')
  // Without a code it is not the trading API that answers, but something in front of it.
  if (code === null || ![400, 403, 422].includes(status)) return null
  return BY_TEXT.find(([pattern]) => pattern.test(text))?.[1] ?? (status === 403 ? REFUSED.other : REFUSED.invalid)
}

export function problemOf(_code: Code | null, status: number): ProblemCode {
  return status === 400 || status === 422 ? 'unknown_symbol' : problemOfStatus(status)
}
