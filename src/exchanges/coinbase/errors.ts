import type { ProblemCode } from '#model'
import { all, problemOfStatus, REFUSED, refused, type Code, type Meaning, type Refusal } from '../refusal.ts'

// What Coinbase's codes mean. [D create-order: error_response.error and preview_failure_reason] What is missing here leaves
// the outcome of an order unknown: above all UNKNOWN_FAILURE_REASON, INTERNAL, UNKNOWN.

/** An answer that is no JSON: "Unauthorized", or a page of whatever stands in front. */
export const NOT_JSON = 'not JSON'
/** All that is wrong with a token is called the same: the key, its signature, its time. So a clock that differs is looked for first. */
const UNAUTHORIZED: ReadonlySet<Code> = new Set([NOT_JSON, 'unauthorized', 'UNAUTHENTICATED', 'authentication_error'])
export const isClockSkew = (code: Code): boolean => UNAUTHORIZED.has(code)

/** Reasons that come with an order (`X`) come with its preview as `PREVIEW_X`. */
const BY_CODE: ReadonlyMap<Code, Refusal> = new Map<Code, Refusal>([
  ...all(['INSUFFICIENT_FUND', 'INSUFFICIENT_FUNDS', 'INVALID_LEDGER_BALANCE', 'INSUFFICIENT_LEDGER_BALANCE'], REFUSED.balance),
  ...all(['INVALID_SIZE_PRECISION', 'INVALID_QUOTE_SIZE_PRECISION', 'INVALID_BASE_SIZE_TOO_LARGE', 'INVALID_QUOTE_SIZE_TOO_LARGE', 'INVALID_PRICE_PRECISION', 'INVALID_PRICE_TOO_LARGE'], REFUSED.rules),
  ...all(['INVALID_BASE_SIZE_TOO_SMALL', 'INVALID_QUOTE_SIZE_TOO_SMALL'], REFUSED.minimum),
  ...all(['INVALID_PRODUCT_ID', 'INELIGIBLE_PAIR'], REFUSED.symbol), ...all(['ORDER_ENTRY_DISABLED'], REFUSED.halted), ...all(['UNTRADABLE_PRODUCT'], REFUSED.closed),
  ...all(['INVALID_NO_LIQUIDITY', 'MISSING_PRODUCT_PRICE_BOOK', 'BREACHED_PRICE_LIMIT'], REFUSED.noLiquidity), ...all(['GEOFENCING_RESTRICTION'], REFUSED.restricted),
  ...all(['UNSUPPORTED_ORDER_CONFIGURATION', 'INVALID_ORDER_CONFIG', 'INVALID_SIDE', 'INVALID_REQUEST', 'INVALID_ARGUMENT'], REFUSED.invalid),
  ...all(['PERMISSION_DENIED'], refused('permission_missing')), ...all(['COMMANDER_REJECTED_NEW_ORDER'], REFUSED.other),
])

/** What an answer to an order means. A token that is not accepted is a refusal, whatever the answer says beside. */
export function meaningOf(code: Code | null, _text: string, status: number): Meaning {
  if (status === 401) return refused('credentials_rejected')
  return typeof code === 'string' ? BY_CODE.get(code.replace(/^PREVIEW_/, '')) ?? null : null
}

/** Too many requests, in the words of an answer. */
export const isPause = (code: Code): boolean => /^(?:rate_limit_exceeded|resource_exhausted)$/i.test(String(code))

export function problemOf(code: Code | null, status: number): ProblemCode {
  if (code === 'PERMISSION_DENIED') return 'permission_missing'
  if (status === 404 || code === 'NOT_FOUND' || code === 'INVALID_PRODUCT_ID') return 'unknown_symbol'
  return problemOfStatus(status)
}
