import type { Signal, SignalSide } from '#model'
import type { SignalDraft } from './draft.ts'

/** A stored signal of the same webhook, as the rule needs it. */
export interface StoredDelivery {
  readonly id: string
  readonly receivedAt: number
}

export interface DuplicateQuestion {
  readonly receivedAt: number
  /** 0: no recognition. */
  readonly windowMs: number
  /** Whether the body says when it was fired (`carriesTime`). */
  readonly carriesTime: boolean
  /** The latest stored signal of this webhook with the same body hash; null: none. */
  readonly sameBody: StoredDelivery | null
  /**
   * When the latest signal of this webhook for the same symbol and the opposite side came, tests left out; null: none.
   */
  readonly oppositeAt: number | null
}

/**
 * The id of the signal that a delivery repeats; null: it is a new one. A byte-identical body within the window is the
 * same signal, since senders repeat what got no answer. A body without a time, though, may also be the next firing of
 * the same alert: BUY, SELL, BUY within the window are three signals, so an opposite signal in between makes it new.
 */
export function duplicateOf({ receivedAt, windowMs, carriesTime, sameBody, oppositeAt }: DuplicateQuestion): string | null {
  if (windowMs <= 0 || sameBody === null || receivedAt - sameBody.receivedAt > windowMs) return null
  if (!carriesTime && oppositeAt !== null && oppositeAt > sameBody.receivedAt) return null
  return sameBody.id
}

/** Whether a payload says when it was fired, so that two firings of one alert differ in their bytes. */
export const carriesTime = (draft: Pick<SignalDraft, 'firedAt'>): boolean => draft.firedAt !== null

/** The side that is meant, after `REVERSE`. */
export function effectiveSide({ side, flags }: Pick<Signal, 'side' | 'flags'>): SignalSide {
  if (!flags.includes('REVERSE')) return side
  return side === 'BUY' ? 'SELL' : 'BUY'
}

/** Tests change no duplicate state: they neither repeat nor stand in between. */
export const countsForDuplicates = ({ flags }: Pick<Signal, 'flags'>): boolean => !flags.includes('TEST')
