import type { ProblemCode } from '#model'
import { all, problemOfStatus, refused, REFUSED, type Code, type Meaning, type Refusal } from '../refusal.ts'

// What MEXC's codes mean. [S error code: negative, 10xxx to 730xxx; F error code: below 10,000] Only what is written there as a refusal counts
// as one; a code that is missing here leaves the outcome of an order unknown: above all 500, 501, 503, 504, 603, 9999, 20002, 22222, 730000.

/** "Timestamp … is outside of the recvWindow", "invalid Request-Time", "Invalid request (… time less or more than 10s)". */
const CLOCK_SKEWS: ReadonlySet<Code> = new Set([700_003, 10_073, 513])
export const isClockSkew = (code: Code): boolean => CLOCK_SKEWS.has(code)

const PAUSES: ReadonlySet<Code> = new Set([429, 510, 2037])
export const isPause = (code: Code): boolean => PAUSES.has(code)

const NOT_THERE: ReadonlySet<Code> = new Set([-2011, -2013, 2040])
export const isNotThere = (code: Code | null): boolean => code !== null && NOT_THERE.has(code)

/** "order state cannot be cancelled". */
export const isNotOpen = (code: Code | null): boolean => isNotThere(code) || code === 2041

const BY_CODE: ReadonlyMap<Code, Refusal> = new Map<Code, Refusal>([
  // The key: nothing is carried out before it is accepted.
  ...all([10_072, 700_001, 401, 10_001], refused('credentials_rejected')), ...all([700_002, 602], refused('signature_rejected')),
  ...all([700_007, 701, 702, 703, 704], refused('permission_missing')), ...all([700_006, 406], refused('ip_not_allowed')), ...all([402], refused('key_expired')),
  ...all([...CLOCK_SKEWS], refused('clock_skew')),
  // The request itself.
  ...all([-1128, 10_095, 10_097, 10_102, 33_333, 44_444, 700_004, 700_005, 700_008, 730_002, 601, 2001, 2002, 2019, 2022, 2029, 2030], REFUSED.invalid),
  ...all([-1121, 10_007, 30_014, 30_021, 730_001, 1001, 4001], REFUSED.symbol),
  ...all([10_096, 30_003, 30_029, 1004, 2011, 2015, 2028], REFUSED.rules), ...all([30_002], REFUSED.minimum),
  ...all([30_000, 30_001, 30_016, 30_018, 30_019, 30_041, 1002, 6005], REFUSED.closed),
  // The account.
  ...all([10_101, 30_004, 30_005], REFUSED.balance), ...all([2005, 2018], REFUSED.margin), ...all([2008, 2009], REFUSED.nothingToReduce), ...all([7002], REFUSED.mode),
  ...all([2036], REFUSED.tooManyOpen), ...all([30_032, 1003, 2025, 2031, 2038], REFUSED.positionLimit), ...all([2006, 2021, 2023, 2024, 2026], REFUSED.leverage),
  ...all([403, 511, 10_098, 10_099, 30_020, 30_027, 30_028, 60_005, 70_011, 140_002, 1000, 6001, 6002], REFUSED.restricted),
  // One position of a contract has isolated margin: orders with crossed margin do not go with it.
  ...all([2027], REFUSED.other),
  // The book.
  ...all([30_010, 30_025, 2003, 2004, 2007, 2032, 2033, 2035], REFUSED.noLiquidity),
])

/** 400 ("api key required") and 600 ("Parameter error") say more in their texts, as users report them (github issues of ccxt). */
const BY_TEXT: readonly (readonly [RegExp, Refusal])[] = [
  [/scale is invalid|precision/i, REFUSED.rules],
  [/position ?mode/i, REFUSED.mode],
]

/** What an answer to an order means. */
export function meaningOf(code: Code | null, text: string): Meaning {
  if (code === 400 || code === 600) return BY_TEXT.find(([pattern]) => pattern.test(text))?.[1] ?? (code === 600 ? REFUSED.invalid : null)
  return code === null ? null : BY_CODE.get(code) ?? null
}

/** What a test request, an account or a price meets. */
const PROBLEMS: ReadonlyMap<Code, ProblemCode> = new Map<Code, ProblemCode>([
  ...all<ProblemCode>([10_072, 700_001, 400, 401, 10_001], 'credentials_rejected'), ...all<ProblemCode>([700_002, 602], 'signature_rejected'),
  ...all<ProblemCode>([700_007, 701, 702, 703, 704], 'permission_missing'), ...all<ProblemCode>([700_006, 406], 'ip_not_allowed'), ...all<ProblemCode>([402], 'key_expired'),
  ...all<ProblemCode>([...CLOCK_SKEWS], 'clock_skew'), ...all<ProblemCode>([403, 10_098, 60_005, 70_011, 140_002, 1000, 6001], 'account_restricted'),
  ...all<ProblemCode>([-1121, 10_007, 30_014, 30_021, 730_001, 1001], 'unknown_symbol'), ...all<ProblemCode>([600, 2006, 2021, 2023, 2024, 2026], 'rules_violated'),
])

export function problemOf(code: Code | null, status: number): ProblemCode {
  const known = code === null ? undefined : PROBLEMS.get(code)
  return known ?? problemOfStatus(status)
}
