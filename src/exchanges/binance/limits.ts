import type { Market } from '#model'
import { list, member, parseJson, word } from '../answer.ts'
import { DEFAULT_PAUSE_MS, retryAfter, type LimitRules, type Stated, type Used } from '../limits.ts'
import { TOO_MANY_ORDERS, TOO_MANY_REQUESTS } from './errors.ts'

// Sources: rest-api.md, "LIMITS": weight is counted by IP address, orders by account; 429 with Retry-After, 418 for those
// who go on; X-MBX-USED-WEIGHT-(intervalNum)(intervalLetter), X-MBX-ORDER-COUNT-(intervalNum)(intervalLetter). The same for
// USDⓈ-M Futures, "General Info". errors.md: -1003 "…IP banned until %s", -1015 "…current limit is %s orders per %s %s".

/** REQUEST_WEIGHT a minute as documented: 6,000 and 2,400. */
const QUARTER: Readonly<Record<Market, number>> = { spot: 1500, futures: 600 }
/** Weights of what is asked in the background; everything else counts one here. [rest-api.md; USDⓈ-M, each endpoint's page] */
const WEIGHTS: Readonly<Record<string, number>> = {
  '/api/v3/account': 20, '/api/v3/order': 4, '/api/v3/openOrders': 6, '/api/v3/allOrders': 20, '/api/v3/myTrades': 20,
  '/fapi/v2/account': 5, '/fapi/v3/account': 5, '/fapi/v1/accountConfig': 5, '/fapi/v1/positionSide/dual': 30, '/fapi/v1/allOrders': 5, '/fapi/v1/userTrades': 5,
}
const UNITS_MS: Readonly<Record<string, number>> = { S: 1000, M: 60_000, H: 3_600_000, D: 86_400_000 }

export const limitsOf = (market: Market): LimitRules => ({
  pauseOf({ status, headers, body }, now) {
    if (status < 400) return null
    const parsed = parseJson(body)
    const code = member(parsed, 'code')
    const text = word(parsed, 'msg') ?? ''
    if (code === TOO_MANY_ORDERS) return { scope: 'key', ms: retryAfter(headers, windowIn(text) ?? DEFAULT_PAUSE_MS) }
    if (status !== 429 && status !== 418 && code !== TOO_MANY_REQUESTS) return null
    const bannedUntil = /banned until (\d{13})/.exec(text)?.[1]
    return { scope: 'address', ms: retryAfter(headers, bannedUntil === undefined ? DEFAULT_PAUSE_MS : Math.max(1000, Number(bannedUntil) - now)) }
  },
  usedOf(headers) {
    const used: Used[] = []
    for (const header in headers) {
      if (!header.startsWith('x-mbx-')) continue
      const counted = countedBy(header)
      if (counted !== null) used.push({ ...counted, used: Number(headers[header]) })
    }
    return used
  },
  weightOf: (method, path) => (method === 'GET' ? WEIGHTS[path.split('?', 1)[0] ?? ''] ?? 1 : 1),
  background: { scope: 'address', perMinute: QUARTER[market] },
})

type Counted = Omit<Used, 'used'>
const counts = new Map<string, Counted | null>()
/** Names of headers remembered: the exchange has a handful, and every answer to an order brings them. */
const NAMES_KEPT = 100

/** What a header counts: `x-mbx-order-count-10s`. Null: nothing that is known here. */
function countedBy(header: string): Counted | null {
  const known = counts.get(header)
  if (known !== undefined) return known
  const [, kind, name] = /^x-mbx-(used-weight|order-count)-(\d+[smhd])$/.exec(header) ?? []
  const windowMs = name === undefined ? 0 : Number(name.slice(0, -1)) * (UNITS_MS[name.slice(-1).toUpperCase()] ?? 60_000)
  const counted: Counted | null = kind === undefined || name === undefined ? null
    : kind === 'order-count' ? { kind: 'orders', scope: 'key', name, windowMs } : { kind: 'weight', scope: 'address', name, windowMs }
  if (counts.size < NAMES_KEPT) counts.set(header, counted)
  return counted
}

/** "current limit is 50 orders per 10 SECOND": the window is over after its length at the latest. */
function windowIn(text: string): number | null {
  const [, length, unit] = /per (\d+) (SECOND|MINUTE|HOUR|DAY)/.exec(text) ?? []
  return length === undefined ? null : Number(length) * (UNITS_MS[unit?.[0] ?? ''] ?? 0)
}

/** What exchangeInfo states in front of its symbols: `"rateLimits":[{"rateLimitType":"ORDERS","interval":"SECOND",…}]`. */
export function statedLimits(exchangeInfo: string): readonly Stated[] {
  const found = /"rateLimits"\s*:\s*(\[[^\]]*\])/.exec(exchangeInfo.slice(0, 4096))?.[1]
  return (list(found === undefined ? undefined : parseJson(found)) ?? []).flatMap((row): Stated[] => {
    const [type, interval, length, limit] = ['rateLimitType', 'interval', 'intervalNum', 'limit'].map((name) => member(row, name))
    const kind = type === 'REQUEST_WEIGHT' ? 'weight' : type === 'ORDERS' ? 'orders' : null
    const unit = typeof interval === 'string' ? UNITS_MS[interval[0] ?? ''] : undefined
    if (kind === null || unit === undefined || typeof length !== 'number' || typeof limit !== 'number' || limit < 1) return []
    return [{ kind, windowMs: length * unit, limit }]
  })
}
