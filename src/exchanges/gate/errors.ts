import type { ProblemCode } from '#model'
import { all, problemOfStatus, refused, REFUSED, type Code, type Meaning, type Refusal } from '../refusal.ts'

// What Gate's labels mean. [D label list] Only what is written there as a refusal counts as one; a label that is missing here
// leaves the outcome of an order unknown: above all INTERNAL, SERVER_ERROR, TOO_BUSY, FAILED_RETRIEVE_ASSETS.

/** "Request `Timestamp` is far from the server time"; also what comes after its `x-gate-exptime`. Nothing was carried out. */
export const CLOCK_SKEW = 'REQUEST_EXPIRED'
export const UNKNOWN_KEY = 'INVALID_KEY'

export const isPause = (code: Code): boolean => code === 'TOO_MANY_REQUESTS'

const NOT_THERE: ReadonlySet<Code> = new Set(['ORDER_NOT_FOUND', 'CLIENT_ID_NOT_FOUND'])
/** No order of that id, as far as Gate remembers ids. */
export const isNotThere = (code: Code | null): boolean => code !== null && NOT_THERE.has(code)

const ENDED: ReadonlySet<Code> = new Set(['ORDER_CLOSED', 'ORDER_CANCELLED', 'ORDER_FINISHED'])
/** Nothing (more) to cancel. */
export const isNotOpen = (code: Code | null): boolean => isNotThere(code) || (code !== null && ENDED.has(code))

const BY_LABEL: ReadonlyMap<Code, Refusal | 'exists'> = new Map<Code, Refusal | 'exists'>([
  // Both say that it is there already: a look-up finds it.
  ...all(['REPEATED_CREATION', 'ORDER_EXISTS'], 'exists' as const),
  // The key: nothing is carried out before it is accepted.
  ...all([UNKNOWN_KEY, 'INVALID_CREDENTIALS'], refused('credentials_rejected')), ...all(['INVALID_SIGNATURE'], refused('signature_rejected')),
  ...all(['READ_ONLY', 'FORBIDDEN'], refused('permission_missing')), ...all(['IP_FORBIDDEN'], refused('ip_not_allowed')), ...all([CLOCK_SKEW], refused('clock_skew')),
  // The request itself.
  ...all(['INVALID_PROTOCOL', 'INVALID_ARGUMENT', 'INVALID_REQUEST_BODY', 'MISSING_REQUIRED_PARAM', 'BAD_REQUEST', 'INVALID_CONTENT_TYPE', 'NOT_ACCEPTABLE',
    'METHOD_NOT_ALLOWED', 'MISSING_REQUIRED_HEADER', 'INVALID_CLIENT_ORDER_ID'], REFUSED.invalid),
  ...all(['INVALID_CURRENCY', 'INVALID_CURRENCY_PAIR', 'CONTRACT_NOT_FOUND'], REFUSED.symbol),
  ...all(['INVALID_PRECISION', 'AMOUNT_TOO_MUCH', 'SIZE_TOO_LARGE'], REFUSED.rules), ...all(['AMOUNT_TOO_LITTLE', 'SIZE_TOO_SMALL'], REFUSED.minimum),
  ...all(['CONTRACT_IN_DELISTING'], REFUSED.closed),
  // The account.
  ...all(['BALANCE_NOT_ENOUGH', 'QUANTITY_NOT_ENOUGH'], REFUSED.balance),
  ...all(['MARGIN_BALANCE_NOT_ENOUGH', 'INSUFFICIENT_AVAILABLE', 'LIQUIDATE_IMMEDIATELY', 'INITIAL_MARGIN_TOO_LOW', 'AUTO_BORROW_TOO_MUCH'], REFUSED.margin),
  ...all(['POSITION_EMPTY', 'POSITION_NOT_FOUND', 'REDUCE_EXCEEDED', 'INCREASE_POSITION', 'POSITION_IN_CLOSE'], REFUSED.nothingToReduce),
  ...all(['POSITION_DUAL_MODE'], REFUSED.mode), ...all(['TOO_MANY_ORDERS'], REFUSED.tooManyOpen),
  ...all(['RISK_LIMIT_EXCEEDED', 'RISK_LIMIT_TOO_HIGH'], REFUSED.positionLimit), ...all(['LEVERAGE_TOO_HIGH', 'LEVERAGE_TOO_LOW'], REFUSED.leverage),
  ...all(['ACCOUNT_LOCKED', 'SUB_ACCOUNT_LOCKED', 'ACCOUNT_EXCEPTION', 'USER_NOT_FOUND', 'TRADE_RESTRICTED', 'MARGIN_NOT_SUPPORTED', 'POSITION_IN_LIQUIDATION',
    'MIXED_ACCOUNT_TYPE'], REFUSED.restricted),
  // The book.
  ...all(['CONTRACT_NO_COUNTER', 'ORDER_BOOK_NOT_FOUND', 'PRICE_TOO_DEVIATED', 'PRICE_OVER_LIQUIDATION', 'PRICE_OVER_BANKRUPT', 'FOK_NOT_FILL', 'ORDER_FOK'],
    REFUSED.noLiquidity),
])

/** INVALID_PARAM_VALUE says what it means in its text only: "Your order size 0.5 is too small. The minimum is 1 USDT" (ccxt's table has the words). */
const BY_TEXT: readonly (readonly [RegExp, Refusal])[] = [
  [/too small|minimum/i, REFUSED.minimum],
  [/too large|maximum|precision|decimal/i, REFUSED.rules],
  [/currency.?pair|contract/i, REFUSED.symbol],
]

/** What an answer to an order means. */
export function meaningOf(code: Code | null, text: string): Meaning {
  if (code === 'INVALID_PARAM_VALUE') return BY_TEXT.find(([pattern]) => pattern.test(text))?.[1] ?? REFUSED.invalid
  return code === null ? null : BY_LABEL.get(code) ?? null
}

/** What a test request, an account or a price meets. */
const PROBLEMS: ReadonlyMap<Code, ProblemCode> = new Map<Code, ProblemCode>([
  ...all<ProblemCode>([UNKNOWN_KEY, 'INVALID_CREDENTIALS'], 'credentials_rejected'), ...all<ProblemCode>(['INVALID_SIGNATURE'], 'signature_rejected'),
  ...all<ProblemCode>(['READ_ONLY', 'FORBIDDEN'], 'permission_missing'), ...all<ProblemCode>(['IP_FORBIDDEN'], 'ip_not_allowed'),
  ...all<ProblemCode>([CLOCK_SKEW], 'clock_skew'), ...all<ProblemCode>(['ACCOUNT_LOCKED', 'SUB_ACCOUNT_LOCKED', 'USER_NOT_FOUND'], 'account_restricted'),
  ...all<ProblemCode>(['INVALID_CURRENCY', 'INVALID_CURRENCY_PAIR', 'CONTRACT_NOT_FOUND'], 'unknown_symbol'),
  ...all<ProblemCode>(['LEVERAGE_TOO_HIGH', 'LEVERAGE_TOO_LOW', 'INVALID_PARAM_VALUE', 'RISK_LIMIT_EXCEEDED'], 'rules_violated'),
])

export function problemOf(code: Code | null, status: number): ProblemCode {
  const known = code === null ? undefined : PROBLEMS.get(code)
  return known ?? problemOfStatus(status)
}
