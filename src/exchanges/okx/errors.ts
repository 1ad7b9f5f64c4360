import type { ProblemCode } from '#model'
import { all, problemOfStatus, refused, REFUSED, type Code, type Meaning, type Refusal } from '../refusal.ts'

// What OKX's codes mean. [D error codes] Only what is written there as a refusal counts as one; a code that is missing here
// leaves the outcome of an order unknown: above all 1, 2, 50001, 50004, 50005, 50013, 50026, 50042, 51054 and 51149, whose
// texts say "does not mean that the request was successful or failed", or could.

/** "API key doesn't exist", "Invalid OK-ACCESS-KEY": also what a key of another site hears. */
const UNKNOWN_KEY: ReadonlySet<Code> = new Set([50_111, 50_119])
export const isUnknownKey = (code: Code | null): boolean => code !== null && UNKNOWN_KEY.has(code)
/** "APIKey does not match current environment": a key of demo trading. */
export const OTHER_ENVIRONMENT = 50_101

/** The signed time is too far away; `expTime` has passed on arrival, or before the order was processed: nothing was carried out. */
const SKEWED: ReadonlySet<Code> = new Set([50_102, 50_112, 50_036, 50_037])
export const isClockSkew = (code: Code): boolean => SKEWED.has(code)

const PAUSES: ReadonlySet<Code> = new Set([50_011, 50_040, 50_061])
export const isPause = (code: Code): boolean => PAUSES.has(code)

/** Nothing (more) to cancel: not there, canceled, completed. */
const NOT_OPEN: ReadonlySet<Code> = new Set([51_400, 51_401, 51_402, 51_405, 51_603])
export const isNotOpen = (code: Code | null): boolean => code !== null && NOT_OPEN.has(code)

/** "Order does not exist." */
export const NO_SUCH_ORDER = 51_603

const BY_CODE: ReadonlyMap<Code, Refusal | 'exists'> = new Map<Code, Refusal | 'exists'>([
  // An open order with our id is there: a look-up finds it.
  ...all([51_016, 50_071], 'exists' as const),
  // The key: nothing is carried out before it is accepted.
  ...all([...UNKNOWN_KEY, OTHER_ENVIRONMENT, 50_103, 50_114], refused('credentials_rejected')), ...all([50_104, 50_105], refused('passphrase_rejected')),
  ...all([50_106, 50_107, 50_113], refused('signature_rejected')), ...all([50_110, 50_035, 50_118], refused('ip_not_allowed')),
  ...all([50_030, 50_120], refused('permission_missing')), ...all([...SKEWED], refused('clock_skew')),
  // The request itself.
  ...all([50_000, 50_002, 50_006, 50_014, 50_015, 50_016, 50_024, 50_025, 50_115, 51_003, 51_011], REFUSED.invalid),
  ...all([51_001, 51_002, 51_012, 51_015, 51_087], REFUSED.symbol),
  ...all([51_005, 51_033, 51_101, 51_121, 51_150, 51_185, 51_201, 51_202, 51_203, 51_207], REFUSED.rules),
  ...all([50_122, 51_007, 51_020, 51_120], REFUSED.minimum),
  ...all([51_021, 51_027, 51_196, 51_197, 54_072], REFUSED.closed), ...all([51_022, 51_028, 51_029, 51_030, 51_110, 51_124], REFUSED.halted),
  // The account.
  ...all([51_008, 51_119, 51_127, 51_131, 59_200, 59_201], REFUSED.balance), ...all([50_069, 59_303], REFUSED.margin),
  ...all([51_023, 51_112, 51_134, 51_169, 51_170], REFUSED.nothingToReduce), ...all([51_041], REFUSED.mode),
  ...all([51_025, 51_102, 51_103, 51_117, 51_174], REFUSED.tooManyOpen),
  ...all([51_004, 51_104, 51_105, 51_106, 51_107, 51_129, 51_187], REFUSED.positionLimit), ...all([51_186], REFUSED.leverage),
  ...all([4088, 50_007, 50_008, 50_009, 50_012, 50_017, 50_018, 50_019, 50_020, 50_021, 50_022, 50_023, 50_027, 50_028, 50_029, 50_032, 50_033, 50_041, 50_046, 50_051,
    50_052, 50_059, 50_060, 50_062, 50_067, 50_072, 50_075, 50_100, 50_121, 51_009, 51_010, 51_024, 51_035, 51_037, 51_038, 51_056, 51_070, 51_155, 51_156, 51_159, 51_205,
    51_209, 51_210, 51_211, 51_212, 51_213, 59_113, 59_114], REFUSED.restricted),
  // The book: market orders of contracts are limit orders at the edge of what OKX allows.
  ...all([51_006, 51_108, 51_109, 51_116, 51_135, 51_136, 51_137, 51_138, 51_140, 51_142], REFUSED.noLiquidity),
  ...all([51_100, 51_133, 51_139, 51_148, 51_206, 54_008, 54_011, 54_094], REFUSED.other),
])

/** What an answer to an order means. */
export function meaningOf(code: Code | null, text: string): Meaning {
  // "Parameter posSide error": the account has the other position mode. [D place order, posSide]
  if (code === 51_000) return /posSide/i.test(text) ? REFUSED.mode : REFUSED.invalid
  if (code === 51_008 && /margin/i.test(text)) return REFUSED.margin
  return code === null ? null : BY_CODE.get(code) ?? null
}

/** What a test request, an account, a price or a leverage meets. */
const PROBLEMS: ReadonlyMap<Code, ProblemCode> = new Map<Code, ProblemCode>([
  ...all<ProblemCode>([...UNKNOWN_KEY, 50_103, 50_114], 'credentials_rejected'), ...all<ProblemCode>([50_104, 50_105], 'passphrase_rejected'),
  ...all<ProblemCode>([50_106, 50_107, 50_113], 'signature_rejected'), ...all<ProblemCode>([50_110, 50_035, 50_118], 'ip_not_allowed'),
  ...all<ProblemCode>([50_030, 50_120], 'permission_missing'), ...all<ProblemCode>([50_102, 50_112], 'clock_skew'), [OTHER_ENVIRONMENT, 'demo_account'],
  ...all<ProblemCode>([4088, 50_007, 50_008, 50_012, 50_027, 50_029, 50_051, 50_059, 50_060, 50_100, 50_121, 51_024], 'account_restricted'),
  ...all<ProblemCode>([51_001, 51_015], 'unknown_symbol'),
  ...all<ProblemCode>([51_000, 59_000, 59_101, 59_102, 59_103, 59_104, 59_105, 59_106, 59_107, 59_108, 59_109, 59_112], 'rules_violated'),
])

export function problemOf(code: Code | null, status: number): ProblemCode {
  const known = code === null ? undefined : PROBLEMS.get(code)
  if (known !== undefined) return known
  return problemOfStatus(status)
}
