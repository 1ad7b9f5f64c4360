export const FLAGS = ['TEST', 'DEBUG', 'REVERSE'] as const
export type Flag = (typeof FLAGS)[number]
export type SignalSide = 'BUY' | 'SELL'

/** Something about a signal that its sender should know and that did not stop it. */
export interface Warning {
  readonly code: string
  readonly message: string
}

/** One received payload: somebody wants to buy or sell a symbol. Everything secret is gone from it. */
export interface Signal {
  /** UUIDv7: random, and in order of arrival. */
  readonly id: string
  readonly webhookId: string
  /** The webhook's owner. */
  readonly userId: string
  readonly source: 'hook' | 'manual' | 'replay'
  /** Epoch ms, with fraction, when the last byte had arrived. */
  readonly receivedAt: number
  /** As sent. */
  readonly symbol: string
  /** As sent; `REVERSE` is applied when bots decide. */
  readonly side: SignalSide
  /** Decimal text > 0; null: the bot's own amount, or the whole position. Quote when it opens, base when it closes. */
  readonly size: string | null
  readonly dilution: boolean
  readonly flags: readonly Flag[]
  /** The payload's `id`: shown and searchable, not an identity. */
  readonly label: string | null
  /** The payload's `time`, epoch ms. */
  readonly firedAt: number | null
  /** Epoch ms from which its age counts. */
  readonly ageFrom: number
  readonly warnings: readonly Warning[]
  /** Fields that shape an order that we would not send: an opening is refused, a close runs. */
  readonly unsupportedFields: readonly string[]
  /** The payload as JSON text, its key redacted. */
  readonly payload: string
  /** How many further deliveries were recognised as this one. */
  readonly duplicates: number
  readonly replayOf: string | null
}
