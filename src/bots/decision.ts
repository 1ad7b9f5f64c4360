import type { Bot, LegKind, MarketRules, PositionMode, PositionSide, Side, Signal, Warning } from '#model'

/** What a decision needs to know of a signal. */
export type DecidedSignal = Pick<
  Signal, 'userId' | 'source' | 'symbol' | 'side' | 'size' | 'dilution' | 'flags' | 'receivedAt' | 'firedAt' | 'ageFrom' | 'unsupportedFields'
>

/** What stands in the way besides the bot's own settings. */
export interface Guards {
  /** `unhealthy` stops entries only. */
  readonly connection: 'active' | 'unhealthy'
  /** The strongest freeze that holds for the bot: its connection's, its user's or everybody's. */
  readonly freeze: 'none' | 'entries' | 'all'
  /** What was said when it was frozen. */
  readonly freezeReason?: string | undefined
}

/** Another bot whose position nets with this one's: same account of the exchange, same symbol. */
export interface Neighbour {
  /** Base, signed; `"0"` where only dust is left. */
  readonly quantity: string
  /** The direction of an opening on its way. */
  readonly opening: 'long' | 'short' | null
}

/** What a decision may have to ask for first. `hours`: whether a market with a calendar is open. */
export type Need = 'price' | 'rules' | 'account' | 'hours'

/** Everything that a decision is made from, as plain data. Times are epoch ms, amounts decimal texts. */
export interface DecisionInput {
  readonly signal: DecidedSignal
  readonly bot: Bot
  /** Base, signed, of this bot. */
  readonly position: string
  /** Whether the position is only what a close left below the minimum (`isDust`): it counts as flat. */
  readonly dust: boolean
  /** Null: not known yet; asked for by `needs`. */
  readonly rules: MarketRules | null
  /** Quote per base, and when it was seen. */
  readonly price: { readonly price: string; readonly at: number } | null
  /** Null: not known, or the market has no calendar. */
  readonly marketOpen: boolean | null
  /** Null on spot, and while not known. */
  readonly positionMode: PositionMode | null
  readonly others: readonly Neighbour[]
  readonly guards: Guards
  readonly now: number
  /** Spot, base: set only when an exit is decided anew after the exchange refused it. */
  readonly freeBalance?: string
  /** What was asked for and could not be had: an entry is refused for it, an exit goes without where it can. */
  readonly unavailable?: readonly Need[]
  /** An exit of the bot waits for the opening of its market. */
  readonly exitWaits?: boolean
  /** Decides as a test although the signal has no `TEST` flag (replay, preview). */
  readonly test?: boolean
}

/** One order to be sent; exactly one of the two amounts is set. */
export interface PlannedLeg {
  readonly kind: LegKind
  readonly side: Side
  readonly positionSide: PositionSide
  /** Base. */
  readonly quantity: string | null
  /** Quote. */
  readonly quoteQuantity: string | null
  readonly reduceOnly: boolean
}

/** What a flip opens once its close has ended; `planFlipOpening` sizes it then. */
export interface FlipOpening {
  readonly direction: 'long' | 'short'
}

export interface Decided {
  /** `test`: what would have been an order. A test that would be skipped or refused says so. */
  readonly outcome: 'order' | 'skipped' | 'refused' | 'test'
  readonly code: string
  /** A plain sentence, with the figures used. */
  readonly reason: string
  /** Empty unless `order` or `test`. In order: 0, 1, … */
  readonly legs: readonly PlannedLeg[]
  /** Of a flip: what is opened after its closing legs; null otherwise, or where only the close may run. */
  readonly flip: FlipOpening | null
  /** A close without orders as yet: it is carried out when the market opens. */
  readonly atOpen?: true
  /** Things that the owner should know about an order that goes out all the same. */
  readonly notes: readonly Warning[]
}

/** Ask for these, then decide again with what came; what could not be had goes into `unavailable`. */
export interface Needs {
  readonly outcome: 'needs'
  readonly what: readonly Need[]
}

export type Decision = Decided | Needs
