import type { ProblemCode } from '#model'
import { all, problemOfStatus, refused, REFUSED, type Code, type Meaning, type Refusal } from '../refusal.ts'

// What Bybit's codes mean. [D error] Only what is written there as a refusal counts as one; a code that is missing here
// leaves the outcome of an order unknown: above all 10000, 10016, 170001, 170007, 170032, 170035, 170146, 170149.

/** The request's time is outside the window: nothing was carried out. */
export const CLOCK_SKEW = 10_002
/** "API key is invalid. Check whether the key and domain are matched". */
export const UNKNOWN_KEY = 10_003
/** "Set leverage has not been modified." */
export const SAME_LEVERAGE = 110_043

const PAUSES: ReadonlySet<Code> = new Set([10_006, 10_018, 170_005, 170_222])
/** "Too many visits", "Too many new orders", "Too many requests in this time frame". */
export const isPause = (code: Code): boolean => PAUSES.has(code)

/** Nothing (more) to cancel: not there, filled, canceled. */
const NOT_OPEN: ReadonlySet<Code> = new Set([110_001, 110_008, 110_010, 170_213, 170_139, 170_142, 170_143, 170_190])
export const isNotOpen = (code: Code | null): boolean => code !== null && NOT_OPEN.has(code)

const BY_CODE: ReadonlyMap<Code, Refusal | 'exists'> = new Map<Code, Refusal | 'exists'>([
  // An order with our id is there: a look-up finds it.
  ...all([110_072, 170_141], 'exists' as const),
  // The key: nothing is carried out before it is accepted.
  ...all([UNKNOWN_KEY, 10_007], refused('credentials_rejected')), ...all([10_004], refused('signature_rejected')), ...all([10_005], refused('permission_missing')),
  ...all([10_010], refused('ip_not_allowed')), ...all([CLOCK_SKEW], refused('clock_skew')), ...all([33_004, -2015], refused('key_expired')),
  // The request itself.
  ...all([110_018, 110_019, 110_032, 110_057, 170_105, 170_115, 170_116, 170_117, 170_130, 170_201, 170_227], REFUSED.invalid),
  ...all([10_029, 170_121, 170_221], REFUSED.symbol),
  ...all([170_124, 170_137, 170_148, 170_228, 170_229, 170_341, 170_381, 170_382], REFUSED.rules), ...all([110_094, 170_136, 170_140], REFUSED.minimum),
  ...all([110_023, 110_042, 110_074, 110_095, 110_098, 110_103, 110_137, 30_228, 170_031, 170_151, 170_157, 170_159], REFUSED.closed), ...all([110_063, 110_066, 170_217], REFUSED.halted),
  // The account.
  ...all([170_033, 170_131], REFUSED.balance),
  ...all([110_004, 110_006, 110_007, 110_012, 110_014, 110_039, 110_040, 110_044, 110_045, 110_051, 110_052, 110_053, 110_131, 30_256], REFUSED.margin),
  ...all([110_017, 110_034], REFUSED.nothingToReduce), ...all([110_029], REFUSED.mode), ...all([110_020, 170_810], REFUSED.tooManyOpen),
  ...all([110_021, 110_022, 110_089, 110_090, 170_010, 170_011, 170_019], REFUSED.positionLimit), ...all([110_013, 110_085, 110_086, 110_087], REFUSED.leverage),
  ...all([10_008, 10_009, 10_024, 10_027, 10_028, 100_028, 3_100_197, 30_133, 30_134, 110_067, 110_068, 110_069, 110_070, 110_080, 110_088, 110_096,
    110_097, 110_100, 110_123, 110_124, 110_125, 110_132, 110_135, 110_136, 170_034, 170_036, 170_037, 170_209, 170_215, 170_219, 170_220, 170_223,
    170_224, 170_226, 170_230, 170_241, 170_344, 170_346, 170_348, 170_358, 170_359, 170_709], REFUSED.restricted),
  // The book: market orders are limit orders inside, at a limit of the exchange's.
  ...all([110_003, 110_118, 110_120, 110_121, 30_208, 30_209, 170_132, 170_133, 170_134, 170_192, 170_193, 170_194, 170_195, 170_196, 170_197,
    170_198, 170_199, 170_200, 170_371, 170_372], REFUSED.noLiquidity),
  ...all([170_210], REFUSED.other),
])

/** 10001 "Request parameter error" says what it means in its text only; texts as users report them (github issues of ccxt, pybit, bybit-api). */
const BY_TEXT: readonly (readonly [RegExp, Refusal])[] = [
  [/position idx/i, REFUSED.mode],
  [/minimum limit/i, REFUSED.minimum],
  [/maximum limit|qty invalid|precision|decimal/i, REFUSED.rules],
  [/symbol/i, REFUSED.symbol],
]

/** What an answer to an order means. */
export function meaningOf(code: Code | null, text: string): Meaning {
  if (code === 10_001) return BY_TEXT.find(([pattern]) => pattern.test(text))?.[1] ?? REFUSED.invalid
  return code === null ? null : BY_CODE.get(code) ?? null
}

/** What a test request, an account or a price meets. */
const PROBLEMS: ReadonlyMap<Code, ProblemCode> = new Map<Code, ProblemCode>([
  ...all<ProblemCode>([UNKNOWN_KEY, 10_007], 'credentials_rejected'), ...all<ProblemCode>([10_004], 'signature_rejected'),
  ...all<ProblemCode>([10_005], 'permission_missing'), ...all<ProblemCode>([10_010], 'ip_not_allowed'), ...all<ProblemCode>([CLOCK_SKEW], 'clock_skew'),
  ...all<ProblemCode>([33_004, -2015], 'key_expired'), ...all<ProblemCode>([10_008, 10_009, 10_024, 10_027, 10_028, 100_028, 3_100_197], 'account_restricted'),
  ...all<ProblemCode>([10_001, 10_029, 170_121], 'unknown_symbol'), ...all<ProblemCode>([110_013, 110_036, 110_038], 'rules_violated'),
])

export function problemOf(code: Code | null, status: number): ProblemCode {
  const known = code === null ? undefined : PROBLEMS.get(code)
  if (known !== undefined) return known
  // [D error] 403: "You're using U.S IP"; [D guide] the US and Mainland China are restricted.
  return problemOfStatus(status)
}
