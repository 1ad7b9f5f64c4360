import type { ProblemCode } from '#model'
import { all, problemOfStatus, refused, REFUSED, type Code, type Meaning } from '../refusal.ts'

// What Bitvavo's codes mean. [E] docs.bitvavo.com, "Errors". Only what is written there as a refusal counts as one; a code that is missing
// here leaves the outcome of an order unknown: above all 101 and 109 ("Operation may or may not have succeeded"), 107, 108, 400, 404.

/** "Timestamp is invalid", "Request was not received within acceptable window". */
const CLOCK_SKEWS: ReadonlySet<Code> = new Set([302, 304])
export const isClockSkew = (code: Code): boolean => CLOCK_SKEWS.has(code)

const PAUSES: ReadonlySet<Code> = new Set([103, 104, 105])
export const isPause = (code: Code): boolean => PAUSES.has(code)

/** "No order found"; "Order must be active (status new or partiallyFilled) to allow updating/cancelling". */
export const isNotThere = (code: Code | null): boolean => code === 240
export const isNotOpen = (code: Code | null): boolean => isNotThere(code) || code === 233

const BY_CODE: ReadonlyMap<Code, Meaning> = new Map<Code, Meaning>([
  // The key: nothing is carried out before it is accepted.
  ...all<Meaning>([300, 301, 305, 306], refused('credentials_rejected')), ...all<Meaning>([308, 309], refused('signature_rejected')), ...all<Meaning>([307], refused('ip_not_allowed')),
  ...all<Meaning>([310, 311], refused('permission_missing')), ...all<Meaning>([...CLOCK_SKEWS], refused('clock_skew')),
  // The request itself.
  ...all<Meaning>([102, 110, 200, 201, 202, 203, 204, 205, 206, 303], REFUSED.invalid), ...all<Meaning>([210], REFUSED.rules), ...all<Meaning>([212, 217], REFUSED.minimum),
  // The account and the book.
  ...all<Meaning>([216], REFUSED.balance), ...all<Meaning>([235], REFUSED.tooManyOpen), ...all<Meaning>([317], REFUSED.restricted), ...all<Meaning>([231], REFUSED.halted), ...all<Meaning>([230], REFUSED.other),
])

/** 205 names the parameter: a market that is not there, an amount with too many decimals. */
const BY_TEXT: readonly (readonly [RegExp, Meaning])[] = [[/^market parameter is invalid/i, REFUSED.symbol], [/^amount(Quote)? parameter is invalid/i, REFUSED.rules], [/clientOrderId/i, 'exists']]

/** What an answer to an order means. */
export function meaningOf(code: Code | null, text: string): Meaning {
  if (code === 205) return BY_TEXT.find(([pattern]) => pattern.test(text))?.[1] ?? REFUSED.invalid
  return code === null ? null : BY_CODE.get(code) ?? null
}

/** What a test request, an account or a price meets. */
const PROBLEMS: ReadonlyMap<Code, ProblemCode> = new Map<Code, ProblemCode>([
  ...all<ProblemCode>([300, 301, 305, 306], 'credentials_rejected'), ...all<ProblemCode>([308, 309], 'signature_rejected'), ...all<ProblemCode>([307], 'ip_not_allowed'),
  ...all<ProblemCode>([310, 311], 'permission_missing'), ...all<ProblemCode>([...CLOCK_SKEWS], 'clock_skew'), ...all<ProblemCode>([317], 'account_restricted'),
  // A price of a market that is not there: nothing else is asked with a parameter that people choose.
  ...all<ProblemCode>([205], 'unknown_symbol'),
])

export function problemOf(code: Code | null, status: number): ProblemCode {
  const known = code === null ? undefined : PROBLEMS.get(code)
  return known ?? problemOfStatus(status)
}
