import type { ProblemCode } from '#model'
import { all, problemOfStatus, refused, REFUSED, type Code, type Meaning, type Refusal } from '../refusal.ts'

// What Bitget's codes mean: 4xxxx and 2xxxx of classic accounts, 25xxx of unified ones. [D spot, contract, uta error-code/restapi]
// Only what is written there as a refusal counts as one; a code that is missing here leaves the outcome of an order unknown:
// above all 40010, 40725 and 45001, after which "please use clientOid to query the order details" [D uta place order], and
// 40015, 40200, 40908, 40910, 43002, 43003, 43059, 45023, 25000, 25001, 25003.

/** "exchange environment is incorrect": a key of demo trading. [I] */
export const OTHER_ENVIRONMENT = 40_099
/** "You are in Classic Account mode", "You are in Unified Account mode": the other API is the right one. [I] */
export const [IS_CLASSIC, IS_UNIFIED] = [40_084, 40_085] as const
const UNKNOWN_KEY = [40_006, 40_037, 40_041, 40_049] as const
const PASSPHRASE = [40_011, 40_012, 40_036] as const
/** Whether a refusal may come from asking a unified account's key under the classic address: 40012 was seen in place of 40085. [I] */
export const mayBeUnified = (code: Code | null): boolean => code !== null && ([IS_UNIFIED, ...UNKNOWN_KEY, ...PASSPHRASE, 40_009, 40_014, 25_245] as readonly Code[]).includes(code)

/** The signed time, or the receive window of an order, has passed: nothing was carried out. */
const SKEWED: ReadonlySet<Code> = new Set([40_005, 40_008, 40_078])
export const isClockSkew = (code: Code): boolean => SKEWED.has(code)

export const isPause = (code: Code): boolean => code === 429 || code === 25_004

/** "No change in leverage." */
export const isSameLeverage = (code: Code | null): boolean => code === 40_814 || code === 45_054

const ABSENT: ReadonlySet<Code> = new Set([31_007, 40_109, 40_768, 43_001, 45_057, 25_204])
/** "The order does not exist". */
export const isAbsent = (code: Code | null): boolean => code !== null && ABSENT.has(code)
/** Nothing (more) to cancel: not there, filled, canceled. */
const ENDED: ReadonlySet<Code> = new Set([22_001, 31_054, 43_004, 45_031, 45_055])
export const isNotOpen = (code: Code | null): boolean => isAbsent(code) || (code !== null && ENDED.has(code))

const BY_CODE: ReadonlyMap<Code, Refusal | 'exists'> = new Map<Code, Refusal | 'exists'>([
  // An order with our id is there already: a look-up finds it.
  ...all([40_708, 40_786, 43_118, 45_034, 50_060, 25_212], 'exists' as const),
  // The key: nothing is carried out before it is accepted.
  ...all([...UNKNOWN_KEY, OTHER_ENVIRONMENT], refused('credentials_rejected')), ...all([...PASSPHRASE], refused('passphrase_rejected')), ...all([40_009], refused('signature_rejected')),
  ...all([40_018, 40_038, 22_010], refused('ip_not_allowed')), ...all([40_014, 40_025, 40_040, 25_620], refused('permission_missing')), ...all([...SKEWED], refused('clock_skew')),
  // The request itself.
  ...all([171, 172, 40_001, 40_002, 40_003, 40_007, 40_017, 40_019, 40_020, 40_053, 40_057, 40_064, 40_079, 40_304, 40_305, 40_402, 40_409, 40_724, 40_811, 40_813, 40_924, 41_002, 41_100,
    41_101, 41_103, 43_011, 43_058, 43_111, 43_123, 45_026, 48_001, 48_002, 50_011, 25_200, 25_238], REFUSED.invalid),
  ...all([40_034, 40_072, 40_102, 40_309, 31_019, 43_048, 45_017, 50_024, 25_100, 25_104], REFUSED.symbol),
  ...all([1002, 12_007, 22_038, 40_808, 43_007, 43_038, 43_041, 43_051, 43_113, 43_122, 43_125, 45_035, 45_112, 50_017, 25_208, 25_241, 25_610], REFUSED.rules),
  ...all([12_006, 22_034, 31_022, 43_006, 43_010, 43_027, 43_037, 43_042, 45_110, 45_111, 45_114, 50_016, 25_207, 25_611], REFUSED.minimum),
  ...all([22_039, 22_040, 22_041, 22_043, 22_067, 31_021, 40_721, 40_824, 40_844, 40_845, 41_113, 43_115, 43_119, 43_120, 45_119, 50_025, 50_026, 50_027, 50_028, 50_030, 25_101,
    25_102, 25_103, 25_105, 25_108], REFUSED.closed), ...all([40_308, 41_114, 45_043, 25_106], REFUSED.halted),
  // The account.
  ...all([40_754, 40_756, 40_798, 43_012, 43_132, 45_002, 45_004, 45_008, 50_020, 50_045, 25_202], REFUSED.balance),
  ...all([40_722, 40_762, 40_800, 40_826, 45_120, 25_203, 25_219, 25_220, 25_230], REFUSED.margin),
  ...all([22_002, 40_717, 40_746, 40_755, 40_757, 40_758, 40_804, 40_867, 40_939, 43_029, 43_043, 45_003, 45_005, 45_006, 45_007, 25_225, 25_226, 25_227, 25_231, 25_232, 25_242, 25_574],
    REFUSED.nothingToReduce),
  ...all([40_774, 40_775, 43_075, 45_018, 45_020, 45_021, 45_109, 25_236, 25_237], REFUSED.mode),
  ...all([40_715, 40_723, 40_761, 43_005, 43_128, 45_118, 25_211, 25_567], REFUSED.tooManyOpen),
  ...all([22_029, 40_921, 40_928, 45_116, 25_229, 25_233, 25_243], REFUSED.positionLimit), ...all([43_050, 45_044, 45_045, 25_223], REFUSED.leverage),
  ...all([12_018, 22_004, 22_005, 22_030, 31_020, 40_000, 40_013, 40_016, 40_022, 40_023, 40_024, 40_026, 40_031, 40_035, IS_CLASSIC, IS_UNIFIED, 40_100, 40_101, 40_103, 40_104, 40_111, 40_301,
    40_710, 40_716, 40_752, 40_753, 40_760, 40_828, 40_916, 45_009, 45_107, 45_108, 45_117, 50_012, 50_013, 50_019, 50_022, 50_023, 25_005, 25_006, 25_007, 25_008, 25_012, 25_013, 25_213, 25_214,
    25_215, 25_216, 25_240, 25_245], REFUSED.restricted),
  // The book.
  ...all([22_006, 22_007, 22_008, 22_009, 22_045, 40_720, 40_748, 40_815, 40_816, 40_825, 43_008, 43_009, 43_039, 43_040, 25_205, 25_206, 25_209, 25_210], REFUSED.noLiquidity),
])

/** What an answer to an order means. */
export const meaningOf = (code: Code | null): Meaning => (code === null ? null : BY_CODE.get(code) ?? null)

/** What a test request, an account, a price or a leverage meets. */
const PROBLEMS: ReadonlyMap<Code, ProblemCode> = new Map<Code, ProblemCode>([
  ...all<ProblemCode>([...UNKNOWN_KEY], 'credentials_rejected'), ...all<ProblemCode>([...PASSPHRASE], 'passphrase_rejected'), ...all<ProblemCode>([40_009], 'signature_rejected'),
  ...all<ProblemCode>([40_018, 40_038, 22_010], 'ip_not_allowed'), ...all<ProblemCode>([40_014, 40_025, 40_040, 25_620], 'permission_missing'),
  ...all<ProblemCode>([40_005, 40_008], 'clock_skew'), [OTHER_ENVIRONMENT, 'demo_account'],
  ...all<ProblemCode>([40_000, 40_013, 40_016, 40_022, 40_023, 40_024, 40_026, 40_031, 40_035, IS_CLASSIC, IS_UNIFIED, 40_100, 40_101, 40_103, 40_104, 40_111, 40_710, 40_752, 40_753, 40_760, 40_916],
    'account_restricted'),
  ...all<ProblemCode>([40_034, 40_072, 40_102, 40_309, 25_100], 'unknown_symbol'),
  ...all<ProblemCode>([40_017, 40_730, 40_797, 43_050, 45_044, 45_045, 45_047, 45_097, 25_107, 25_223, 25_228], 'rules_violated'),
])

export function problemOf(code: Code | null, status: number): ProblemCode {
  const known = code === null ? undefined : PROBLEMS.get(code)
  if (known !== undefined) return known
  return problemOfStatus(status)
}
