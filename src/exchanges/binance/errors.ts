import type { Stale, SubmitOutcome } from '#contract'
import type { ProblemCode } from '#model'

// What Binance's codes mean. Sources: errors.md of binance-spot-api-docs, and "Error Codes" of USDⓈ-M Futures. Only what
// is written there as a refusal counts as one; a code that is missing here leaves the outcome of an order unknown.

/** What an order's refusal is to us. */
export interface Refusal { readonly code: string; readonly stale: Stale | null }

const refused = (code: string, stale: Stale | null = null): Refusal => ({ code, stale })

const RULES = refused('rules_violated', 'rules')
const MINIMUM = refused('amount_below_minimum', 'rules')
const INVALID = refused('invalid_order')
const BALANCE = refused('insufficient_balance', 'position')
const NOTHING_TO_REDUCE = refused('reduce_only_rejected', 'position')
const MODE = refused('position_mode_differs', 'mode')
const CLOSED = refused('market_closed', 'rules')
const RESTRICTED = refused('account_restricted')
const NO_LIQUIDITY = refused('no_liquidity')
const TOO_MANY = refused('too_many_open_orders')
const LEVERAGE = refused('leverage_limit')

/** Refusals that mean the same whatever their text. */
const BY_CODE: ReadonlyMap<number, Refusal> = new Map([
  // The key or its signature: nothing is executed before they are accepted.
  [-1002, refused('credentials_rejected')], [-2008, refused('credentials_rejected')], [-2014, refused('credentials_rejected')],
  [-2015, refused('credentials_rejected')], [-2017, RESTRICTED], [-1022, refused('signature_rejected')],
  [-1005, refused('ip_not_allowed')], [-1011, refused('ip_not_allowed')], [-1021, refused('clock_skew')], [-5028, refused('too_late')],
  // The request itself.
  ...[-1014, -1020, -1100, -1101, -1102, -1103, -1104, -1105, -1108, -1114, -1115, -1116, -1117, -1118, -1128, -1130, -1131, -1136, -1182,
    -4015, -2026, -2039].map((code): [number, Refusal] => [code, INVALID]),
  [-1111, RULES], [-4001, RULES], [-4002, RULES], [-4003, RULES], [-4004, MINIMUM], [-4005, RULES], [-4014, RULES], [-4023, RULES],
  [-4164, MINIMUM], [-1121, refused('unknown_symbol', 'rules')], [-1220, CLOSED], [-1122, CLOSED], [-4140, CLOSED], [-4141, CLOSED],
  // The account.
  [-2018, BALANCE], [-2019, refused('insufficient_margin', 'position')], [-2022, NOTHING_TO_REDUCE], [-2024, NOTHING_TO_REDUCE],
  [-4118, NOTHING_TO_REDUCE], [-4061, MODE], [-2023, RESTRICTED], [-2025, TOO_MANY], [-2027, LEVERAGE], [-2028, LEVERAGE],
  [-4087, RESTRICTED], [-4088, RESTRICTED], [-4192, RESTRICTED], [-4400, RESTRICTED], [-4401, RESTRICTED], [-4402, RESTRICTED],
  // The book.
  [-1112, NO_LIQUIDITY], [-2020, NO_LIQUIDITY], [-4131, NO_LIQUIDITY],
])

/** -1010, -1013 and -2010 say what they mean in their text only; errors.md lists the texts. */
const TEXT_CODES: ReadonlySet<number> = new Set([-1010, -1013, -2010])
const BY_TEXT: readonly (readonly [RegExp, Refusal | 'exists'])[] = [
  // Not a refusal of ours: an order with our id is there. A look-up finds it.
  [/duplicate order/i, 'exists'],
  [/insufficient balance/i, BALANCE],
  [/NOTIONAL/, MINIMUM],
  [/LOT_SIZE|PRICE_FILTER|quantity|qty|quote order qty|not support|zero or less/i, RULES],
  [/PERCENT_PRICE|liquidity/i, NO_LIQUIDITY],
  [/MAX_POSITION/, refused('position_limit')],
  [/MAX_NUM|MAX_ORDERS/, TOO_MANY],
  [/market is closed/i, CLOSED],
  [/disabled on this account|may not place/i, RESTRICTED],
]

/** The request of a mode that does not fit: reduceOnly in hedge mode is answered as a parameter too many. */
const REDUCE_ONLY_PARAMETER = /reduceonly/i

/**
 * What a 4xx answer to an order means: a refusal, an order with that id is there already, or nothing that proves
 * anything (`null`). `mayBeMode`: futures.
 */
export function refusalOf(code: number | null, text: string): Refusal | 'exists' | null {
  if (code === null) return null
  if (code === -4116) return 'exists'
  if (code === -1106) return REDUCE_ONLY_PARAMETER.test(text) ? MODE : INVALID
  if (TEXT_CODES.has(code)) {
    const found = BY_TEXT.find(([pattern]) => pattern.test(text))?.[1]
    return found ?? refused('order_rejected')
  }
  return BY_CODE.get(code) ?? null
}

/** The clock differs: proven not executed. */
export const CLOCK_SKEW = -1021
/** "Order does not exist." */
export const NO_SUCH_ORDER = -2013
/** "Unknown order sent.": nothing to cancel. */
export const CANCEL_REJECTED = -2011
/** "Too many new orders": the account's own limit, not that of this address. */
export const TOO_MANY_ORDERS = -1015
export const TOO_MANY_REQUESTS = -1003

/** Codes of a request that failed because of the key, as the caller of a test request or an account sees them. */
const PROBLEMS: ReadonlyMap<number, ProblemCode> = new Map([
  [-1002, 'credentials_rejected'], [-2008, 'credentials_rejected'], [-2014, 'credentials_rejected'], [-2015, 'credentials_rejected'],
  [-1022, 'signature_rejected'], [-1021, 'clock_skew'], [-1005, 'ip_not_allowed'], [-1011, 'ip_not_allowed'], [-2017, 'account_restricted'],
  [-1109, 'account_restricted'], [-1121, 'unknown_symbol'], [-1003, 'rate_limited'],
  [-4028, 'rules_violated'], [-4161, 'rules_violated'], [-2027, 'rules_violated'], [-2028, 'rules_violated'], [-4188, 'rules_violated'], [-4189, 'rules_violated'],
  [-4202, 'account_restricted'], [-4203, 'account_restricted'], [-4205, 'account_restricted'], [-4206, 'account_restricted'], [-4402, 'account_restricted'],
  [-4403, 'account_restricted'],
])

export const problemOf = (code: number | null): ProblemCode => (code === null ? undefined : PROBLEMS.get(code)) ?? 'exchange_unreachable'

/** Neither accepted nor refused as far as can be told. */
export const unknown = (reason: string, sentAt: number): SubmitOutcome => ({ kind: 'unknown', reason, sentAt })
