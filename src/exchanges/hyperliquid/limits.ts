import { DEFAULT_PAUSE_MS, retryAfter, type LimitRules } from '../limits.ts'
import { member, parseJson, word } from '../answer.ts'

// [D rate-limits] An address has 1,200 a minute: an action counts 1, most questions 20, some 2. An account has one action
// for each dollar that it traded, and 10,000 to begin with; beyond that one every 10 seconds.

const ACCOUNT_PAUSE_MS = 10_000
const PER_MINUTE = 1200
const QUESTION_WEIGHT = 20
const LONGEST_REFUSAL = 1000

export const isPauseText = (text: string): boolean => /^Too many (?:cumulative )?requests/i.test(text)

export const LIMITS: LimitRules = {
  pauseOf({ status, headers, body }) {
    if (status === 429) return { scope: 'address', ms: retryAfter(headers, DEFAULT_PAUSE_MS) }
    const parsed = body.length > LONGEST_REFUSAL ? undefined : parseJson(body)
    return member(parsed, 'status') === 'err' && isPauseText(word(parsed, 'response') ?? '') ? { scope: 'key', ms: ACCOUNT_PAUSE_MS } : null
  },
  usedOf: () => [],
  weightOf: (_method, path) => (path === '/info' ? QUESTION_WEIGHT : 1),
  background: { scope: 'address', perMinute: PER_MINUTE / 4 },
}
