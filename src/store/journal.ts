import type { Bot, Connection, DecisionOutcome, Fill, Order, Position, Signal } from '#model'
import type { KeyUse } from './key-uses.ts'

/** A signal on its way into the journal. */
export interface NewSignal {
  readonly signal: Signal
  /** Keyed hash of the raw bytes; null where only an Idempotency-Key recognises it. */
  readonly bodyHash: string | null
  /** The bots that listened at this instant, as ranges of their numbers: `1-64,70`. */
  readonly fanout: string
  /** Whether every bot of the fan-out is decided in the same commit. */
  readonly fanoutDone: boolean
  readonly idempotencyKey: string | null
}

/** What one bot made of one signal; stored once, when it is made. */
export interface Decision {
  readonly signalId: string
  readonly botId: string
  readonly userId: string
  readonly outcome: DecisionOutcome
  readonly code: string
  readonly reason: string
  readonly decidedAt: number
  /** Work that goes on beyond the orders stored with it (a flip's opening); null: none. JSON. */
  readonly plan: string | null
  /** False while `plan` has work left; a restart takes it up. */
  readonly done: boolean
  /** Of a test: the orders that would have been sent. JSON. */
  readonly wouldSend: string | null
}

/** One entry in an order's timeline. */
export interface OrderEvent {
  readonly event: string
  /** Epoch ms, with fraction. */
  readonly at: number
  readonly detail?: string
}

export interface StoredOrder {
  readonly order: Order
  readonly timeline: readonly OrderEvent[]
  /** False until it is final and all its fills and fees are booked; a lane waits for that. */
  readonly settled: boolean
  /** Epoch ms until which it may be sent anew: its signal's age limit; null: no limit. */
  readonly sendUntil: number | null
  /** `exchange:market:accountId`: client order ids are unique within it. */
  readonly accountKey: string
  /** What it answers: the signal's id, or of a close without one the id of that request. Client order ids derive from it. */
  readonly cause: string
}

export interface Adjustment {
  readonly id: string
  readonly botId: string
  readonly userId: string
  /** Base, signed. */
  readonly quantity: string
  readonly reason: string
  readonly at: number
}

export interface Finding {
  readonly id: string
  readonly userId: string
  readonly connectionId: string | null
  readonly botId: string | null
  readonly orderId: string | null
  readonly code: string
  readonly detail: string
  readonly at: number
  /** Names a difference that can stand for a while, and close itself; null: something that happened. */
  readonly key?: string | null
  /** The two sides of a difference, for people. */
  readonly ours?: string | null
  readonly theirs?: string | null
}

/** A finding as it is kept. `closedAt`: the difference is gone; `acknowledgedAt`: a person has seen it. */
export interface StoredFinding extends Finding { readonly acknowledgedAt: number | null; readonly closedAt: number | null }

/** How far a connection's books were compared with the exchange. */
export interface Reconciliation {
  readonly connectionId: string
  /** When that was last done as a whole, epoch ms; null: never yet. */
  readonly at: number | null
  readonly triedAt: number
  /** Why the last try was no whole one; null: it was. */
  readonly trouble: string | null
  /** What the next one goes on from. JSON. */
  readonly state: string
}

/** What subscribers are told; small, without secrets. */
export interface FeedEvent {
  readonly type: 'signal' | 'decision' | 'order' | 'connection' | 'notice'
  readonly userId: string
  readonly data: Readonly<Record<string, unknown>>
}

/** A lease under which a batch is written: refused where another token holds by then. `scope`: see `Tenure`. */
export interface Held { readonly scope: string; readonly token: number }

/**
 * What must still be unknown when a signal is stored: the batch is refused where another server has stored the same one
 * meanwhile.
 */
export interface Unseen {
  readonly signalId: string
  readonly webhookId: string
  readonly bodyHash: string | null
  readonly idempotencyKey: string | null
  /** Epoch ms. */
  readonly since: number
  /** Ids of signals that are known, and are not this one. */
  readonly known: readonly string[]
}

/** One commit as all servers see it, in order. */
export interface LogEntry {
  readonly seq: number
  readonly at: number
  /** Whether this server made it. */
  readonly own: boolean
  readonly events: readonly FeedEvent[]
  /** What has to be read anew: `bot:<id>`, `connection:<id>`, `webhook:<id>`, `position:<bot id>`, `request:<id>`, … */
  readonly changes: readonly string[]
}

/** Everything that must become durable together. */
export interface JournalBatch {
  readonly signals?: readonly NewSignal[]
  /** Ids of signals of which one more delivery was recognised. */
  readonly duplicates?: readonly string[]
  readonly decisions?: readonly Decision[]
  /** Decisions whose plan changed or ended: (signalId, botId) name the row. */
  readonly decisionUpdates?: readonly Pick<Decision, 'signalId' | 'botId' | 'code' | 'reason' | 'plan' | 'done'>[]
  /** Signals whose last bot is decided in this batch. */
  readonly fanoutDone?: readonly string[]
  readonly newOrders?: readonly StoredOrder[]
  /** `order.version` is the new one; the stored row must hold version − 1, else the batch fails. */
  readonly orders?: readonly StoredOrder[]
  /** (orderId, tradeId) is unique: the same fill twice makes the batch fail. */
  readonly fills?: readonly Fill[]
  readonly positions?: readonly Position[]
  readonly adjustments?: readonly Adjustment[]
  readonly findings?: readonly Finding[]
  /** Entries of the executor's audit; those that are here already are left as they are. `chain`: whose executor's. */
  readonly keyUses?: readonly (KeyUse & { readonly chain?: string })[]
  /** Standing findings whose sides changed, or that are gone. */
  readonly findingUpdates?: readonly Pick<StoredFinding, 'id' | 'detail' | 'ours' | 'theirs' | 'closedAt'>[]
  readonly reconciliations?: readonly Reconciliation[]
  readonly feed?: readonly FeedEvent[]
  /** Not stored: checked in the same transaction. Refused, the commit rejects with `unavailable`, reason `overtaken`. */
  readonly held?: readonly Held[]
  /** Likewise; checked on PostgreSQL, for only there others store signals. */
  readonly unseen?: readonly Unseen[]
}

/** A signal as recognised again by body hash or Idempotency-Key. */
export interface KnownSignal {
  readonly id: string
  readonly webhookId: string
  readonly bodyHash: string | null
  readonly idempotencyKey: string | null
  readonly receivedAt: number
}

/** An order with all that is booked of it. */
export interface KnownOrder extends StoredOrder { readonly fills: readonly Fill[]; readonly signal: Signal | null }

/** What execution needs at start: all bots and connections, and everything that is not over. */
export interface UnfinishedWork {
  /** The last commit that is in it. */
  readonly seq: number
  /** Signals with undecided bots, in the order of their arrival. */
  readonly signals: readonly Undecided[]
  /** Orders that are not settled, with the fills booked so far. */
  readonly orders: readonly KnownOrder[]
  /** Decisions whose plan has work left, with all their orders. */
  readonly plans: readonly { readonly decision: Decision; readonly signal: Signal; readonly orders: readonly StoredOrder[] }[]
}

/** A signal of which not every bot is known to have decided, with the ids of those that have. */
export interface Undecided { readonly signal: Signal; readonly fanout: string; readonly decidedBots: readonly string[] }

/** A bot with its number (for fan-outs) as kept in memory. */
export interface BotRow { readonly bot: Bot; readonly number: number }
/** A connection with its envelope, base64url. */
export interface ConnectionRow { readonly connection: Connection; readonly envelope: string }

/** The durable journal of the hot path. */
export interface Journal {
  /**
   * Makes a batch durable: all of it or nothing. Batches handed in during one turn of the event loop share one
   * transaction (group commit); a batch that violates a constraint fails alone. Resolves once it is on disk.
   */
  commit(batch: JournalBatch): Promise<void>
  /** Signals of these webhooks with one of these body hashes or Idempotency-Keys, received since `since`. */
  recognise(wanted: readonly { webhookId: string; bodyHash: string | null; idempotencyKey: string | null }[], since: number): Promise<readonly KnownSignal[]>
  /** When a signal of that side for that (payload) symbol was last stored on the webhook since `since`; null: none. */
  lastOfSide(webhookId: string, symbol: string, side: 'BUY' | 'SELL', since: number): Promise<number | null>
  /** Called after each commit, of whatever server, with its feed events, numbered, in order. */
  onFeed(listener: (events: readonly { id: string; event: FeedEvent; at: number }[]) => void): void
  /**
   * Called with every commit of every server that shares the database, in order. With SQLite, which no servers share,
   * never.
   */
  onLog(listener: (entries: readonly LogEntry[]) => void): void
  /** Resolves when everything that was committed before has been handed to `onLog` and `onFeed`. */
  caughtUp(): Promise<void>
  unfinished(): Promise<UnfinishedWork>
  /** Orders of an account by the ids that we gave them. */
  ordersByClientId(accountKey: string, clientOrderIds: readonly string[]): Promise<readonly KnownOrder[]>
  /** Orders that were sent on a connection and made since that instant, oldest first, the newest 5,000 of them. */
  ordersSince(connectionId: string, since: number): Promise<readonly StoredOrder[]>
  /** Findings of differences that still stand, oldest first. */
  standingFindings(): Promise<readonly StoredFinding[]>
  reconciliations(): Promise<readonly Reconciliation[]>
  /** What was booked on a bot without an order since that instant, oldest first, the first 1,000. */
  adjustmentsSince(botId: string, since: number): Promise<readonly Adjustment[]>
  /** These signals, in the order of their arrival. */
  undecided(signalIds: readonly string[]): Promise<readonly Undecided[]>
  /** Positions of these bots as stored. */
  positionsOf(botIds: readonly string[]): Promise<readonly Position[]>
  bots(): Promise<readonly BotRow[]>
  connections(): Promise<readonly ConnectionRow[]>
  positions(): Promise<readonly Position[]>
}
