import { PLAIN_RULES, type LimitRules } from '../limits.ts'

// Source: [D common/quick-start] "429 status when the access exceeds the frequency limit", counted by user or by address
// ("The overall rate limit is 6000/IP/Min"); an answer does not say by which, so everybody waits. No header tells what is used.

const PER_MINUTE = 6000

export const LIMITS: LimitRules = { ...PLAIN_RULES, background: { scope: 'address', perMinute: PER_MINUTE / 4 } }
