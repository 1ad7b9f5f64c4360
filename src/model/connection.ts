import type { Market } from './market.ts'

/** One line of the scope matrix: what was asked of the exchange about a key, and what it said. */
export interface Check {
  readonly name: string
  readonly result: 'pass' | 'fail' | 'unverifiable'
  readonly detail: string
}

export type PositionMode = 'one-way' | 'hedge'

/** What is known of the exchange's account behind a key; refreshed when an answer shows that it is stale. */
export interface AccountFacts {
  /** The exchange's own account id: two keys of one account are one account. */
  readonly accountId: string
  /** Null on spot. */
  readonly positionMode: PositionMode | null
}

/** One exchange API key, for one exchange and one market, owned by one user. Never holds the key. */
export interface Connection extends AccountFacts {
  readonly id: string
  readonly userId: string
  readonly name: string
  readonly exchange: string
  readonly market: Market
  readonly fingerprint: string
  /** `unhealthy` only after a definite refusal, never because a check got no answer. */
  readonly status: 'active' | 'unhealthy'
  readonly statusDetail: string | null
  readonly checks: readonly Check[]
  /** Epoch ms; null: the exchange names none. */
  readonly expiresAt: number | null
  readonly rowVersion: number
  readonly createdAt: number
  readonly lastUsedAt: number | null
}
