import type { ProblemCode } from '#model'
import { problemOfStatus, REFUSED, refused, type Code, type Meaning } from '../refusal.ts'

// What Hyperliquid's texts mean: it has no codes. [D error-responses; users' reports] A text that is missing here leaves the
// outcome of an order unknown.

/** About time or nonce: an action that came too late, or whose nonce another one had. Nothing was carried out. How that is worded is not documented. */
export const isClockSkew = (code: Code): boolean => typeof code === 'string' && /\bnonce\b|expire|\bstale\b/i.test(code)

const BY_TEXT: readonly (readonly [RegExp, Meaning])[] = [
  [/^Order must have minimum value/, REFUSED.minimum], [/divisible by tick size|^Order has (?:invalid (?:size|price)|zero size)|away from the reference price/, REFUSED.rules],
  [/^Insufficient margin/, REFUSED.margin], [/^Insufficient spot balance/, REFUSED.balance], [/^Reduce only order would increase/, REFUSED.nothingToReduce],
  [/could not immediately match|^No liquidity available/, REFUSED.noLiquidity], [/open interest|max(?:imum)? position/i, REFUSED.positionLimit], [/^Too many open orders/, REFUSED.tooManyOpen],
  [/^Trading is halted/, REFUSED.halted], [/^User or API Wallet .* does not exist/, refused('credentials_rejected')], [/^Must deposit before performing actions/, REFUSED.restricted],
  [/^Invalid leverage/, REFUSED.leverage],
]

/** What an answer to an order means. 422: the request could not even be read. */
export function meaningOf(code: Code | null, _text: string, status: number): Meaning {
  if (status === 422) return REFUSED.invalid
  if (typeof code !== 'string') return null
  return isClockSkew(code) ? refused('clock_skew') : BY_TEXT.find(([pattern]) => pattern.test(code))?.[1] ?? null
}

/** Nothing (more) to cancel. [D error-responses] */
export const isNotOpen = (code: Code | null): boolean => typeof code === 'string' && code.startsWith('Order was never placed, already canceled, or filled')

export function problemOf(code: Code | null, status: number): ProblemCode {
  const text = typeof code === 'string' ? code : ''
  if (text.startsWith('User or API Wallet')) return 'credentials_rejected'
  if (isClockSkew(text)) return 'clock_skew'
  if (text.startsWith('Invalid leverage')) return 'rules_violated'
  return problemOfStatus(status)
}
