import type { ProblemCode } from '#model'
import { all, problemOfStatus, refused, REFUSED, type Code, type Meaning, type Refusal } from '../refusal.ts'

// What Binance's codes mean. Sources: errors.md of binance-spot-api-docs, and "Error Codes" of USDⓈ-M Futures. Only what
// is written there as a refusal counts as one; a code that is missing here leaves the outcome of an order unknown.

/** Refusals that mean the same whatever their text. */
const BY_CODE: ReadonlyMap<Code, Refusal> = new Map([
  // The key or its signature: nothing is executed before they are accepted.
  ...all([-1002, -2008, -2014, -2015], refused('credentials_rejected')), ...all([-1022], refused('signature_rejected')),
  ...all([-1005, -1011], refused('ip_not_allowed')), ...all([-1021], refused('clock_skew')), ...all([-5028], refused('too_late')),
  // The request itself.
  ...all([-1014, -1020, -1100, -1101, -1102, -1103, -1104, -1105, -1108, -1114, -1115, -1116, -1117, -1118, -1128, -1130, -1131,
    -1136, -1182, -4015, -2026, -2039], REFUSED.invalid),
  ...all([-1111, -4001, -4002, -4003, -4005, -4014, -4023], REFUSED.rules), ...all([-4004, -4164], REFUSED.minimum),
  ...all([-1121], REFUSED.symbol), ...all([-1220, -1122, -4140, -4141], REFUSED.closed), ...all([-4108], REFUSED.halted),
  // The account.
  ...all([-2018], REFUSED.balance), ...all([-2019], REFUSED.margin), ...all([-2022, -2024, -4118], REFUSED.nothingToReduce),
  ...all([-4061], REFUSED.mode), ...all([-2025], REFUSED.tooManyOpen), ...all([-2027, -2028], REFUSED.leverage),
  ...all([-2017, -2023, -4087, -4088, -4192, -4400, -4401, -4402], REFUSED.restricted),
  // The book.
  ...all([-1112, -2020, -4131], REFUSED.noLiquidity),
])

/** -1010, -1013 and -2010 say what they mean in their text only; errors.md lists the texts. */
const TEXT_CODES: ReadonlySet<Code> = new Set([-1010, -1013, -2010])
const BY_TEXT: readonly (readonly [RegExp, Refusal | 'exists'])[] = [
  // Not a refusal of ours: an order with our id is there. A look-up finds it.
  [/duplicate order/i, 'exists'],
  [/insufficient balance/i, REFUSED.balance],
  [/NOTIONAL/, REFUSED.minimum],
  [/LOT_SIZE|PRICE_FILTER|quantity|qty|quote order qty|not support|zero or less/i, REFUSED.rules],
  [/PERCENT_PRICE|liquidity/i, REFUSED.noLiquidity],
  [/MAX_POSITION/, REFUSED.positionLimit],
  [/MAX_NUM|MAX_ORDERS/, REFUSED.tooManyOpen],
  [/market is closed/i, REFUSED.closed],
  [/disabled on this account|may not place/i, REFUSED.restricted],
]

/** The request of a mode that does not fit: reduceOnly in hedge mode is answered as a parameter too many. */
const REDUCE_ONLY_PARAMETER = /reduceonly/i

/** What a 4xx answer to an order means. */
export function meaningOf(code: Code | null, text: string): Meaning {
  if (code === null) return null
  if (code === -4116) return 'exists'
  if (code === -1106) return REDUCE_ONLY_PARAMETER.test(text) ? REFUSED.mode : REFUSED.invalid
  if (TEXT_CODES.has(code)) return BY_TEXT.find(([pattern]) => pattern.test(text))?.[1] ?? REFUSED.other
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
const PROBLEMS: ReadonlyMap<Code, ProblemCode> = new Map<Code, ProblemCode>([
  ...all<ProblemCode>([-1002, -2008, -2014, -2015], 'credentials_rejected'), ...all<ProblemCode>([-1022], 'signature_rejected'),
  ...all<ProblemCode>([-1021], 'clock_skew'), ...all<ProblemCode>([-1005, -1011], 'ip_not_allowed'), ...all<ProblemCode>([-1121], 'unknown_symbol'),
  ...all<ProblemCode>([-1003], 'rate_limited'), ...all<ProblemCode>([-4028, -4161, -2027, -2028, -4188, -4189], 'rules_violated'),
  ...all<ProblemCode>([-2017, -1109, -4202, -4203, -4205, -4206, -4402, -4403], 'account_restricted'),
])

/** 403 is the firewall's, which had too much of an address: it says nothing of the key. [rest-api.md, "HTTP Return Codes"] */
export const problemOf = (code: Code | null, status: number): ProblemCode =>
  (code === null ? undefined : PROBLEMS.get(code)) ?? (status === 403 ? 'exchange_unreachable' : problemOfStatus(status))
