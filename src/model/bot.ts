import type { Market } from './market.ts'

/** Listens to one webhook and trades one symbol through one connection. Amounts are decimal texts. */
export interface Bot {
  readonly id: string
  readonly userId: string
  readonly name: string
  readonly webhookId: string
  /** Null while disconnected: such a bot skips with `bot_disconnected`. */
  readonly connectionId: string | null
  readonly exchange: string
  readonly market: Market
  readonly symbol: string
  readonly base: string
  readonly quote: string
  readonly amount: string
  readonly amountIn: 'quote' | 'base'
  readonly direction: 'both' | 'long' | 'short'
  /** Largest opening, quote. */
  readonly maxSize: string
  readonly onOpposite: 'close' | 'flip'
  readonly leverage: number | null
  /** Seconds; 0: no limit. */
  readonly maxSignalAgeSeconds: number
  readonly maxExitAgeSeconds: number
  /** An exit that comes while the market is closed is carried out when it opens; its age counts from then. */
  readonly exitAtOpen: boolean
  /** Whether `size` (and `dilution`) of a signal count on a webhook that belongs to somebody else. */
  readonly acceptSize: boolean
  readonly acceptDilution: boolean
  readonly paused: boolean
  readonly createdAt: number
}

/** What one bot made of one signal. */
export type DecisionOutcome = 'order' | 'skipped' | 'refused' | 'test'
