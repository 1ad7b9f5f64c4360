import type { ProblemCode } from '#model'
import { all, problemOfStatus, refused, REFUSED, type Code, type Meaning, type Refusal } from '../refusal.ts'

// What KuCoin's codes mean: those of the gateway and spot, 126xxx of spot's trading system, 1xxxxx to 3xxxxx of futures.
// [D error codes] Only what is written there as a refusal counts as one; a code that is missing here leaves the outcome of
// an order unknown: above all 126000, 126038, 126039, 230005, 408000, 500000, 501000, 503000, 504000, 505000.

const MISSING_KEY = 400_003
/** "V1 & V2 API keys are no longer supported by this API", "Invalid KC-API-KEY-VERSION". */
const VERSION: ReadonlySet<Code> = new Set([400_008, 400_009])
export const isOtherVersion = (code: Code | null): boolean => code !== null && VERSION.has(code)

/** The signed time, or an order's own, is too far away: nothing was carried out. */
const SKEWED: ReadonlySet<Code> = new Set([400_002, 126_041])
export const isClockSkew = (code: Code): boolean => SKEWED.has(code)

const PAUSES: ReadonlySet<Code> = new Set([1015, 429_000, 429_001, 429_002])
export const isPause = (code: Code): boolean => PAUSES.has(code)

/** "order_not_exist", "error.getOrder.orderNotExist", "Order does not exist": general codes say it in their text only. [C, issues] */
const ABSENT_TEXT = /not[ _]?exist/i
export const isAbsent = (code: Code | null, text: string): boolean => code === 126_043 || ((code === 400_100 || code === 100_001) && ABSENT_TEXT.test(text))
/** Nothing (more) to cancel: "order_not_exist_or_not_allow_to_cancel", "Order is in not cancelable state". */
export const isNotOpen = (code: Code | null, text: string): boolean => code === 100_004 || isAbsent(code, text)

const BY_CODE: ReadonlyMap<Code, Refusal | 'exists'> = new Map<Code, Refusal | 'exists'>([
  // An order with our id is there already: a look-up finds it.
  ...all([126_033, 126_044, 300_018], 'exists' as const),
  // The key: nothing is carried out before it is accepted.
  ...all([MISSING_KEY, ...VERSION, 400_401], refused('credentials_rejected')), ...all([400_004], refused('passphrase_rejected')), ...all([400_005], refused('signature_rejected')),
  ...all([400_006, 400_202], refused('ip_not_allowed')), ...all([400_007, 400_010], refused('permission_missing')), ...all([...SKEWED], refused('clock_skew')),
  // The request itself.
  ...all([100_003, 300_000, 400_001, 400_101, 400_102, 415_000], REFUSED.invalid),
  ...all([126_004, 200_003, 400_600, 900_001], REFUSED.symbol),
  ...all([126_003], REFUSED.minimum),
  ...all([126_006, 126_007, 126_009, 126_027, 126_028, 300_015], REFUSED.closed), ...all([200_001, 300_002], REFUSED.halted),
  // The account.
  ...all([126_013, 200_004, 210_021, 230_003], REFUSED.balance), ...all([200_005, 300_003, 330_008], REFUSED.margin),
  ...all([300_009, 300_010], REFUSED.nothingToReduce), ...all([330_011, 330_012], REFUSED.mode), ...all([126_011, 300_001], REFUSED.tooManyOpen),
  ...all([126_042, 300_005, 400_350], REFUSED.positionLimit), ...all([300_016], REFUSED.leverage),
  // 330005: the contract is set to isolated margin.
  ...all([40_010, 126_001, 126_002, 126_005, 126_015, 126_021, 126_037, 126_045, 126_046, 126_047, 126_048, 200_009, 300_014, 300_017, 330_005, 400_200, 400_301, 400_302, 400_303, 400_304, 400_444,
    400_500, 411_100, 411_200], REFUSED.restricted),
  // The book.
  ...all([126_022, 126_029, 126_030, 300_006, 300_007, 300_008, 300_011, 300_012, 300_013, 400_330, 400_370, 400_760], REFUSED.noLiquidity),
])

/** General codes say what they mean in their text only; texts as ccxt's table has them, and as users report them. */
const BY_TEXT: readonly (readonly [RegExp, Refusal | 'exists'])[] = [
  [/clientOid.*(duplicat|exist|repeat)/i, 'exists'],
  [/below the minimum|should more then|minimum requirement/i, REFUSED.minimum],
  [/insufficient|available\.amount|not enough/i, REFUSED.balance],
  [/increment|multiple|precision|maximum|exceed/i, REFUSED.rules],
  [/symbol|trading pair|contract/i, REFUSED.symbol],
]
const GENERAL: ReadonlySet<Code> = new Set([100_001, 400_100, 600_100, 600_101])

/** What an answer to an order means. */
export function meaningOf(code: Code | null, text: string): Meaning {
  if (code === null) return null
  return GENERAL.has(code) ? BY_TEXT.find(([pattern]) => pattern.test(text))?.[1] ?? REFUSED.invalid : BY_CODE.get(code) ?? null
}

/** What a test request, an account, a price or a leverage meets. */
const PROBLEMS: ReadonlyMap<Code, ProblemCode> = new Map<Code, ProblemCode>([
  ...all<ProblemCode>([MISSING_KEY, ...VERSION, 400_401], 'credentials_rejected'), ...all<ProblemCode>([400_004], 'passphrase_rejected'), ...all<ProblemCode>([400_005], 'signature_rejected'),
  ...all<ProblemCode>([400_006, 400_202], 'ip_not_allowed'), ...all<ProblemCode>([400_007, 400_010], 'permission_missing'), ...all<ProblemCode>([400_002], 'clock_skew'),
  ...all<ProblemCode>([40_010, 400_200, 400_301, 400_302, 400_303, 400_304, 400_444, 400_500, 411_100, 411_200], 'account_restricted'),
  ...all<ProblemCode>([200_003, 400_600, 900_001], 'unknown_symbol'), ...all<ProblemCode>([100_001, 100_003, 300_016, 330_005, 400_100], 'rules_violated'),
])

export function problemOf(code: Code | null, status: number): ProblemCode {
  const known = code === null ? undefined : PROBLEMS.get(code)
  if (known !== undefined) return known
  return problemOfStatus(status)
}
