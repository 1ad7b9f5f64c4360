import { list, member, parseJson, word } from '../answer.ts'
import { DEFAULT_PAUSE_MS, retryAfter, type LimitAnswer, type LimitRules } from '../limits.ts'

// Sources: [D docs.kraken.com guides/spot-rest-ratelimits] A key has a counter of 15 that falls by 0.33 a second
// (starter; 20 and more on higher levels): trade history and closed orders add 2, orders and cancels nothing, all else 1.
// "EAPI:Rate limit exceeded"; "EOrder:Rate limit exceeded" is about orders of one pair; "EGeneral:Too many requests" and
// "EService:Throttled" about the address; "EGeneral:Temporary lockout" lasts 15 minutes.
// [D guides/futures-rate-limits] 500 a 10 s; an order costs 10. Histories have a budget of their own: 100 in 10 minutes.

const LOCKOUT_MS = 900_000
const KEY_PAUSE_MS = 5000
/** A refusal is short; good answers, lists above all, are not parsed for this. */
const LONGEST_REFUSAL = 1000

/** "Too many requests" in any of Kraken's words. */
export const isPauseText = (code: string): boolean =>
  /^(?:EAPI:Rate limit exceeded|EOrder:(?:Domain )?[Rr]ate limit exceeded|EGeneral:Too many requests|EGeneral:Temporary lockout|EService:Throttled|apiLimitExceeded)/.test(code)

function pauseOf({ status, headers, body }: LimitAnswer): ReturnType<LimitRules['pauseOf']> {
  if (status === 429 || status === 418) return { scope: 'address', ms: retryAfter(headers, DEFAULT_PAUSE_MS) }
  const parsed = body.length > LONGEST_REFUSAL ? undefined : parseJson(body)
  const code = (list(member(parsed, 'error')) ?? [word(parsed, 'error')]).find((each): each is string => typeof each === 'string' && isPauseText(each))
  if (code === undefined) return null
  if (code.includes('lockout')) return { scope: 'key', ms: LOCKOUT_MS }
  return /Too many requests|Throttled/.test(code) ? { scope: 'address', ms: DEFAULT_PAUSE_MS } : { scope: 'key', ms: KEY_PAUSE_MS }
}

const HEAVY_SPOT = /ClosedOrders|QueryTrades/
export const SPOT_LIMITS: LimitRules = {
  pauseOf,
  usedOf: () => [],
  weightOf: (_method, path) => (HEAVY_SPOT.test(path) ? 2 : 1),
  background: { scope: 'key', perMinute: 20 / 4 },
}

/** A question to the histories counts for what it takes of their smaller budget. */
const HISTORY_WEIGHT = 300
export const FUTURES_LIMITS: LimitRules = {
  pauseOf,
  usedOf: () => [],
  weightOf: (_method, path) => (path.startsWith('/api/history/') ? HISTORY_WEIGHT : 2),
  background: { scope: 'key', perMinute: 3000 / 4 },
}
