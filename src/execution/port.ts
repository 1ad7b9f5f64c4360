import type { Bot, DecisionOutcome, Freeze, FreezeScope, MarketRules, Position, SignalSide } from '#model'
import type { Word } from './inquiry.ts'

export type { Word } from './inquiry.ts'

/** A delivery that passed key, sender, pause and rate limit; `draft` is what `#signals` made of its body. */
export interface Arrival<Draft> {
  readonly webhook: { readonly id: string; readonly userId: string; readonly duplicateWindowSeconds: number }
  readonly source: 'hook' | 'manual' | 'replay'
  readonly draft: Draft
  /** The raw bytes, for recognising a duplicate. */
  readonly raw: Uint8Array
  readonly idempotencyKey: string | null
  readonly receivedAt: number
  readonly replayOf?: string
}

/** What a decision would be, without any effect: `TEST`, replay and preview answer this. */
export interface Rehearsal {
  readonly botId: string
  readonly outcome: DecisionOutcome
  readonly code: string
  readonly reason: string
  /** The orders exactly as they would be sent, the client order id left out. */
  readonly orders: readonly Readonly<Record<string, unknown>>[]
}

/** Execution as the server sees it. All methods reject with `Problem`. */
export interface Execution<Draft> {
  /** Takes up everything unfinished; resolves when new signals may be accepted. */
  start(): Promise<void>
  /** Stops taking signals and waits (bounded) for what is on the wire. */
  stop(): Promise<void>
  /**
   * Stores a signal, durably, with the decisions of bots that are idle, and starts their orders.
   * Problems: `not_stored` (nothing was stored), `idempotency_key_reused`.
   */
  accept(arrival: Arrival<Draft>): Promise<{ readonly signalId: string; readonly duplicate: boolean }>
  /** What a bot as configured would do now on a signal of that side; no effect. `bot` may be one that is not stored. */
  rehearse(bot: Bot, side: SignalSide, size: string | null): Promise<Rehearsal>
  /** Sends a close of the whole position, in the bot's lane. Resolves when its orders are stored. */
  close(botId: string): Promise<{ readonly orderIds: readonly string[] }>
  /**
   * Books an adjustment of the position, base, signed, without an order; in the bot's lane. `id`: what it is to be stored
   * under. Problem `changed_meanwhile`: nothing was booked, for that adjustment is in the books already.
   */
  adjust(botId: string, quantity: string, reason: string, id?: string): Promise<Position>
  /**
   * What a person says became of an uncertain order: `check` looks it up at once, `absent` ends it as failed, `exists`
   * adopts the order that the exchange has under that number. Resolves once that is durable. Problems:
   * `order_not_uncertain`, `too_early`, `changed_meanwhile`, `invalid_input`, and the exchange's.
   */
  resolve(orderId: string, botId: string, word: Word): Promise<void>
  /** Looks an order up and cancels it at the exchange if it is open. */
  cancel(orderId: string, botId: string): Promise<void>
  /** Compares a connection's books with the exchange now; differences become findings. Rejects with the exchange's `Problem`. */
  reconcile(connectionId: string): Promise<void>
  /** Resolves when what other servers committed before is in this one's memory. Rejects with `unavailable`. */
  upToDate(): Promise<void>
  /** Whether the bot has orders that are not settled, or signals that are not decided. */
  busy(botId: string): boolean
  position(botId: string): Position | null
  /** To be called after a change of the stored row was committed: the copy in memory is read anew. */
  botChanged(botId: string): Promise<void>
  connectionChanged(connectionId: string): Promise<void>
  /** The live rules of a market's symbols; `connectionId` lends its key where the exchange wants one. Cached, `fresh` for 10 s. */
  rules(exchange: string, market: 'spot' | 'futures', connectionId: string | null, fresh?: boolean): Promise<readonly MarketRules[]>
  /** A price at most 2 s old, quote per base. */
  price(bot: Pick<Bot, 'exchange' | 'market' | 'symbol' | 'connectionId'>): Promise<string>
  /**
   * Stops orders: in this server at once, in the executor before it resolves. `unavailable`: the executor did not
   * confirm it, and only this server stops.
   */
  freeze(wanted: Omit<Freeze, 'at'>): Promise<Freeze>
  /** Lifts one freeze; false: there was none. */
  thaw(scope: FreezeScope, id: string | null, reason: string, by: string): Promise<boolean>
  /** Everything that the executor holds. */
  freezes(): Promise<readonly Freeze[]>
  /** The freeze of exactly that scope and id, as far as this server knows. */
  freezeOf(scope: FreezeScope, id: string | null): Freeze | null
  /** What holds for a connection of that user, as far as this server knows. */
  frozen(connectionId: string, userId: string): Freeze | null
  stats(): { readonly lanes: number; readonly waiting: number; readonly uncertain: number }
}
