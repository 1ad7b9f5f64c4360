import type { ProblemCode } from '#model'
import { member, word } from '../answer.ts'
import { all, problemOfStatus, refused, REFUSED, type Code, type Meaning, type Refusal } from '../refusal.ts'

// What HTX's codes mean: words on spot, numbers on futures. [S] the spot documentation's lists of errors; [F] the futures
// documentation's list ("Details of Each Error Code"). Only what is written there as a refusal counts as one; a code that is missing
// here leaves the outcome of an order unknown: above all base-system-error, gateway-internal-error, timeout, order-update-error,
// system-maintenance, 1000 to 1004, 1046, 1108, and "request timeout" under whatever code.

/** One code stands for all that can be wrong with a key; its text tells which, and becomes the code here. */
const OF_THE_KEY: ReadonlySet<string> = new Set(['api-signature-not-valid', '403'])
export const CLOCK = 'key: time'
const KEY_TEXTS: readonly (readonly [RegExp, Code])[] = [
  // "Invalid submission time or incorrect time format", "Incorrect Access key", "Incorrect IP address", "API key has no permission",
  // "APIkey has expired", "Verification failure", as users report them (github issues of ccxt, of huobi_Python; JKorf/HTX.Net).
  [/submission time|time format/i, CLOCK], [/access ?key/i, 'key: unknown'], [/ip address|ip地址/i, 'key: address'],
  [/no permission/i, 'key: permission'], [/expired/i, 'key: expired'], [/verification fail/i, 'key: signature'],
]

export const textOf = (body: unknown): string | null => word(body, 'err-msg') ?? word(body, 'err_msg') ?? word(body, 'message') ?? word(body, 'msg')

/** The code of an answer that refuses, a number as a number; null: it has none. */
export function codeOf(body: unknown): Code | null {
  const code = word(body, 'err-code') ?? word(body, 'err_code') ?? word(body, 'code')
  if (code === null || (code === '200' && member(body, 'status') === undefined)) return null
  if (OF_THE_KEY.has(code)) {
    const text = textOf(body) ?? ''
    return KEY_TEXTS.find(([pattern]) => pattern.test(text))?.[1] ?? code
  }
  return /^\d{1,9}$/.test(code) ? Number(code) : code
}

const PAUSES: ReadonlySet<Code> = new Set<Code>(['rate-too-many-requests', 'base-request-exceed-frequency-limit', 'frequent-invoke', 510, 1006, 1032])
export const isPause = (code: Code): boolean => PAUSES.has(code)

/** [S] of the question by client order id: "If the client order ID is not found": base-record-invalid. [F] 1017, 1061. */
const NOT_THERE: ReadonlySet<Code> = new Set<Code>(['base-record-invalid', 'not-found', 'base-not-found', 'order-queryorder-invalid', 1017, 1061])
export const isNotThere = (code: Code | null): boolean => code !== null && NOT_THERE.has(code)

/** "no orders could be withdrawed", "cannot withdraw filled orders". One that is being canceled (1062, 1071) is still open. */
const NOT_OPEN: ReadonlySet<Code> = new Set<Code>(['order-orderstate-error', 1051, 1063])
export const isNotOpen = (code: Code | null): boolean => isNotThere(code) || (code !== null && NOT_OPEN.has(code))

const BY_CODE: ReadonlyMap<Code, Meaning> = new Map<Code, Meaning>([
  // The key: nothing is carried out before it is accepted.
  ...all<Meaning>([CLOCK], refused('clock_skew')), ...all<Meaning>(['key: unknown', 'login-required', 12_007], refused('credentials_rejected')),
  ...all<Meaning>(['key: address', 12_005], refused('ip_not_allowed')), ...all<Meaning>(['key: permission'], refused('permission_missing')), ...all<Meaning>(['key: expired', 12_004], refused('key_expired')),
  ...all<Meaning>(['key: signature', 'api-signature-check-failed', 1253, 12_008], refused('signature_rejected')),
  // The request itself.
  ...all<Meaning>([
    'validation-format-error', 'validation-constraints-error', 'validation-constraints-required', 'require-symbol', 'invalid-amount', 'order-type-invalid', 'order-source-invalid', 'base-argument-unsupported',
    'parameter-required', 'account-get-accounts-inexistent-error', 'account-account-id-inexistent', 1030, 1031, 1034, 1035, 1036, 1065, 1066, 1067, 1491,
  ], REFUSED.invalid),
  ...all<Meaning>(['base-symbol-error', 'invalid-symbol', 1013, 1014, 1332], REFUSED.symbol),
  ...all<Meaning>([
    'order-amount-over-limit', 'order-orderamount-precision-error', 'order-limitorder-amount-max-error', 'order-marketorder-amount-max-error', 'order-marketorder-amount-buy-max-error',
    'order-marketorder-amount-sell-max-error', 1040, 1041, 1322,
  ], REFUSED.rules),
  ...all<Meaning>(['order-value-min-error', 'order-limitorder-amount-min-error', 'order-marketorder-amount-min-error'], REFUSED.minimum),
  ...all<Meaning>([
    'base-symbol-trade-disabled', 'order-disabled', 'forbidden-trade-for-open-protect', 'market-orders-not-support-during-limit-price-trading',
    'price-exceeds-the-protective-price-during-limit-price-trading',
  ], REFUSED.closed),
  ...all<Meaning>([1056, 1057, 1058, 1059, 1060], REFUSED.halted),
  // [S] once said to refuse a repeated id, and today not to: whichever, such an order is there.
  ...all<Meaning>(['invalid-client-order-id', 1050, 1064], 'exists'),
  // The account.
  ...all<Meaning>(['order-accountbalance-error', 'account-frozen-balance-insufficient-error'], REFUSED.balance), ...all<Meaning>([1047, 1055, 1075, 1090, 1091], REFUSED.margin),
  ...all<Meaning>([1048, 1492], REFUSED.nothingToReduce), ...all<Meaning>(['order-holding-limit-failed', 1042, 1043, 1044, 1461], REFUSED.positionLimit), ...all<Meaning>([1037, 1045, 1094], REFUSED.leverage),
  ...all<Meaning>([
    'base-operation-forbidden', 'operation-forbidden-for-fl-account-state', 'operation-forbidden-for-lock-account-state', 'account-state-invalid', 'sub-user-auth-required', 1010, 1012, 1083, 1084, 1086, 1087,
    1100, 1101, 1104, 1105, 1109, 1110, 1113, 1220, 1221, 1222, 1223, 1224, 1231, 6001, 6002,
  ], REFUSED.restricted),
])

/** These two stand for many things, a time-out among them. */
const BY_TEXT: readonly (readonly [RegExp, Refusal])[] = [[/^invalid symbol/i, REFUSED.symbol], [/symbol trade not open/i, REFUSED.closed]]
const VAGUE: ReadonlySet<Code> = new Set<Code>(['bad-request', 'invalid-parameter'])

/** What an answer to an order means. */
export function meaningOf(code: Code | null, text: string): Meaning {
  if (code === null) return null
  return VAGUE.has(code) ? BY_TEXT.find(([pattern]) => pattern.test(text))?.[1] ?? null : BY_CODE.get(code) ?? null
}

/** What a test request, an account or a price meets. */
const PROBLEMS: ReadonlyMap<Code, ProblemCode> = new Map<Code, ProblemCode>([
  ...all<ProblemCode>([CLOCK], 'clock_skew'), ...all<ProblemCode>(['key: unknown', 'login-required', 12_007, 1002], 'credentials_rejected'),
  ...all<ProblemCode>(['key: signature', 'api-signature-check-failed', 1003, 1253, 12_008], 'signature_rejected'),
  ...all<ProblemCode>(['key: address', 12_005], 'ip_not_allowed'), ...all<ProblemCode>(['key: permission'], 'permission_missing'), ...all<ProblemCode>(['key: expired', 12_004], 'key_expired'),
  ...all<ProblemCode>([1010, 1012, 1084, 1220, 1221, 1222, 1223, 1224, 1231, 6001, 6002, 'base-operation-forbidden'], 'account_restricted'),
  // A price of a symbol that is not there: nothing else is asked of `invalid-parameter`.
  ...all<ProblemCode>(['invalid-parameter', 'base-symbol-error', 'invalid-symbol', 1013, 1014, 1332], 'unknown_symbol'), ...all<ProblemCode>([1037, 1045, 1094], 'rules_violated'),
])

export function problemOf(code: Code | null, status: number): ProblemCode {
  const known = code === null ? undefined : PROBLEMS.get(code)
  return known ?? problemOfStatus(status)
}
