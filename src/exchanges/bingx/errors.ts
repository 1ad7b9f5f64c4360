import type { ProblemCode } from '#model'
import { member, word } from '../answer.ts'
import { all, problemOfStatus, refused, REFUSED, type Code, type Meaning, type Refusal } from '../refusal.ts'

// What BingX's codes mean. [D error-codes; the older ones, 80xxx, as ccxt and BingX.Net know them] Only what is written there as a refusal counts
// as one; a code that is missing here leaves the outcome of an order unknown: above all 100500, 109500, 109701, 110500, 504.

/** "Null timestamp or timestamp mismatch with server time"; spot says 100421 of other things as well. */
export const CLOCK_SKEW = 100_421
const CLOSED_TO_KEYS = '100421 closed to keys'
/** "Request rate limit exceeded"; with "busy" in its text nobody says that nothing was done. */
const PAUSES: ReadonlySet<Code> = new Set([100_410, 109_429])
const BUSY = '100410 busy'
export const isPause = (code: Code): boolean => PAUSES.has(code)

/** An answer's code; where one code says two things, its text tells which. Null: there is none. */
export function codeOf(body: unknown): Code | null {
  const found = member(body, 'code')
  const code = typeof found === 'string' && /^\d{1,9}$/.test(found) ? Number(found) : found
  if (typeof code !== 'number' || !Number.isSafeInteger(code)) return null
  const text = word(body, 'msg') ?? ''
  if (code === CLOCK_SKEW && text !== '' && !/time/i.test(text)) return CLOSED_TO_KEYS
  return code === 100_410 && /busy/i.test(text) ? BUSY : code
}

const ABSENT: ReadonlySet<Code> = new Set([80_016, 109_421])
/** "Order does not exist": 100404 and 100400 say it of addresses and parameters as well. */
export const isNotThere = (code: Code | null, text: string): boolean =>
  code !== null && (ABSENT.has(code) || ((code === 100_404 || code === 100_400) && /order.*(not exist|not found)/i.test(text)))
const ENDED: ReadonlySet<Code> = new Set([80_018, 109_422])
export const isNotOpen = (code: Code | null, text: string): boolean => isNotThere(code, text) || (code !== null && ENDED.has(code))

const BY_CODE: ReadonlyMap<Code, Refusal | 'exists'> = new Map<Code, Refusal | 'exists'>([
  // An order with our id is there: a look-up finds it.
  ...all([101_481, 109_201], 'exists' as const),
  // The key: nothing is carried out before it is accepted.
  ...all([100_413], refused('credentials_rejected')), ...all([100_001, 100_412], refused('signature_rejected')), ...all([100_004], refused('permission_missing')),
  ...all([100_419], refused('ip_not_allowed')), ...all([CLOCK_SKEW], refused('clock_skew')),
  // The request itself.
  ...all([80_014, 110_400, 110_426], REFUSED.invalid), ...all([100_204, 109_425], REFUSED.symbol), ...all([110_425], REFUSED.rules), ...all([101_202, 101_485, 110_422], REFUSED.minimum),
  ...all([100_490, 101_413, 104_424, 109_417, 110_280], REFUSED.closed), ...all([101_415], REFUSED.halted),
  // The account.
  ...all([100_202, 110_424], REFUSED.balance), ...all([101_204, 101_206, 101_212, 101_253, 102_201], REFUSED.margin),
  ...all([80_017, 101_205, 101_290, 109_420, 110_203], REFUSED.nothingToReduce), ...all([80_013, 101_419], REFUSED.tooManyOpen),
  ...all([101_209, 101_429, 110_287, 112_414], REFUSED.positionLimit), ...all([101_201, 101_222, 101_414], REFUSED.leverage),
  ...all([CLOSED_TO_KEYS, 100_414, 100_441, 101_210, 101_402, 101_434, 101_483, 101_484, 104_414, 109_403, 109_430], REFUSED.restricted),
  // The book.
  ...all([100_440, 101_211, 101_460, 101_461], REFUSED.noLiquidity),
])

/** 100400, 101400 and 109400 "Invalid request parameters" say what they mean in their texts only. [D error-codes: "common reasons"] */
const BY_TEXT: readonly (readonly [RegExp, Refusal | 'exists'])[] = [
  [/duplicate|already (been )?used/i, 'exists'],
  [/position ?side|one-?way|hedge/i, REFUSED.mode],
  [/minimum|less than|at least/i, REFUSED.minimum],
  [/suspend/i, REFUSED.closed],
  [/precision|step size/i, REFUSED.rules],
  [/symbol/i, REFUSED.symbol],
]
const VAGUE: ReadonlySet<Code> = new Set([100_400, 101_400, 109_400])
/** 80012 carries another code in its text: `{"Code":101253,"Msg":"margin is not enough"}`. */
const INNER = /"?code"?:\s*(\d{4,9})/i

/** "The current system is busy, please try again later" is listed under 100202, 100400 and 100421 as well: nobody says that nothing was done. [docs, common error codes, November 2025] */
const UNSAID = /system is busy|try again later/i

/** What an answer to an order means. */
export function meaningOf(code: Code | null, text: string): Meaning {
  if (code === null || UNSAID.test(text)) return null
  if (code === 80_012) return BY_CODE.get(Number(INNER.exec(text)?.[1])) ?? null
  if (VAGUE.has(code)) return BY_TEXT.find(([pattern]) => pattern.test(text))?.[1] ?? (/timestamp/i.test(text) ? refused('clock_skew') : REFUSED.invalid)
  return BY_CODE.get(code) ?? null
}

/** What a test request, an account or a price meets. */
const PROBLEMS: ReadonlyMap<Code, ProblemCode> = new Map<Code, ProblemCode>([
  ...all<ProblemCode>([100_413], 'credentials_rejected'), ...all<ProblemCode>([100_001, 100_412], 'signature_rejected'), ...all<ProblemCode>([100_004], 'permission_missing'),
  ...all<ProblemCode>([100_419], 'ip_not_allowed'), ...all<ProblemCode>([CLOCK_SKEW], 'clock_skew'),
  ...all<ProblemCode>([100_414, 100_441, 101_210, 101_483, 101_484, 104_414], 'account_restricted'), ...all<ProblemCode>([100_204, 100_400, 109_400, 109_425], 'unknown_symbol'),
  ...all<ProblemCode>([101_201, 101_222, 101_414, 80_014, 101_400], 'rules_violated'),
])

export function problemOf(code: Code | null, status: number): ProblemCode {
  const known = code === null ? undefined : PROBLEMS.get(code)
  return known ?? problemOfStatus(status)
}
