import type { Check, Fill, Freeze, Market, MarketRules, PositionMode, PositionSide, ProblemCode, Side } from '#model'
import type { Caps, ExecutorRequest } from './executor.ts'

/** A trade as the exchange reports it; fee null: the answer did not say. */
export interface ExchangeFill {
  readonly tradeId: string
  readonly price: string
  /** Base. */
  readonly quantity: string
  readonly fee: string | null
  readonly feeAsset: Fill['feeAsset']
  readonly at: number
}

/** An order as the exchange reports it. */
export interface ExchangeOrder {
  readonly exchangeOrderId: string
  /** As echoed; the caller compares it. */
  readonly clientOrderId: string
  readonly state: 'open' | 'filled' | 'canceled' | 'expired' | 'rejected'
  /** Base. */
  readonly filled: string
  readonly averagePrice: string | null
  /** Null: not part of this answer; they are fetched by a look-up. */
  readonly fills: readonly ExchangeFill[] | null
  /** The server does not serve trades at all (a private gateway): no look-up will ever bring the fills. */
  readonly noTrades?: boolean
}

/** What a refusal means for what we believe: our cached rules, position mode, or balance/position were stale. */
export type Stale = 'rules' | 'mode' | 'position'

export type SubmitOutcome =
  | { readonly kind: 'accepted'; readonly order: ExchangeOrder; readonly sentAt: number; readonly answeredAt: number }
  /** The exchange proved that it did not take it. `code` is ours, `text` the exchange's words. */
  | {
    readonly kind: 'rejected'; readonly code: string; readonly text: string; readonly stale: Stale | null
    /** The cause passes by itself (settlement, halt, maintenance): an exit is worth trying again. */
    readonly passing?: true
    readonly sentAt: number; readonly answeredAt: number
  }
  /** It may or may not have reached the exchange. */
  | { readonly kind: 'unknown'; readonly reason: string; readonly sentAt: number }
  /** It never left: deadline passed, policy, rate limit. */
  | {
    readonly kind: 'not_sent'; readonly code: string; readonly text: string; readonly retryAfterMs: number | null
    /** With `rate_limited`: whether others of the address wait as well, or only this key. */
    readonly scope?: 'address' | 'key'
  }

/** What the exchange said about a rehearsed order. `done` false: it has no rehearsal for this market. */
export interface TestOutcome { readonly done: boolean; readonly ok: boolean; readonly text: string }

export type LookupOutcome =
  | { readonly kind: 'found'; readonly order: ExchangeOrder; readonly exchangeNow: number }
  /** Every look-up that the exchange's facts name answered "not there"; `checked` names them. */
  | { readonly kind: 'absent'; readonly checked: readonly string[]; readonly exchangeNow: number; readonly withinMemory: boolean }
  | { readonly kind: 'unknown'; readonly reason: string; readonly retryAfterMs: number | null }

export type CancelOutcome =
  | { readonly kind: 'canceled'; readonly order: ExchangeOrder }
  /** The exchange does not hold it open: look it up. */
  | { readonly kind: 'not_open' }
  | { readonly kind: 'unknown'; readonly reason: string }

export interface AccountAnswer {
  readonly accountId: string
  readonly positionMode: PositionMode | null
  /** Decimal texts by asset. */
  readonly balances: Readonly<Record<string, { readonly free: string; readonly total: string }>>
  /** Base, negative when short. */
  readonly positions: readonly { readonly symbol: string; readonly side: 'both' | 'long' | 'short'; readonly quantity: string }[]
}

/** A list that was read whole, or as far as it could be: what it lacks is then unknown, not absent. */
export type Told<T> =
  | { readonly whole: true; readonly items: readonly T[] }
  | { readonly whole: false; readonly items: readonly T[]; readonly reason: string }

/** An order of the account, whoever made it. Its fills come with a look-up. */
export interface ReportedOrder extends Omit<ExchangeOrder, 'fills' | 'noTrades'> {
  readonly symbol: string
  readonly side: Side
  readonly positionSide: PositionSide
  /** Base; null where it was sized in quote, as far as the exchange tells. */
  readonly quantity: string | null
  readonly quoteQuantity: string | null
  /** Epoch ms, the exchange's clock. */
  readonly createdAt: number
  /** The exchange's own doing, not a person's. */
  readonly forced: 'liquidation' | 'deleveraging' | 'settlement' | null
}

export interface ReportAnswer {
  /** Open ones of any age, and all that were made since the asked instant. */
  readonly orders: Told<ReportedOrder>
  readonly holdings:
    | ({ readonly known: true } & Pick<AccountAnswer, 'positionMode' | 'balances' | 'positions'>)
    | { readonly known: false; readonly reason: string }
}

export type CheckAnswer =
  | {
    readonly ok: true
    readonly checks: readonly Check[]
    readonly accountId: string
    readonly positionMode: PositionMode | null
    readonly expiresAt: number | null
    readonly fingerprint: string
    /** base64url; only in answer to `checkCredentials`. */
    readonly envelope: string | null
  }
  | {
    readonly ok: false; readonly code: ProblemCode; readonly detail: string; readonly checks: readonly Check[]
    /** Set where nothing speaks against the key but rights whose names are not known here. */
    readonly unknownRights?: readonly string[]
  }

export interface PriceAnswer { readonly price: string; readonly at: number }

export interface ExchangeDescription {
  readonly id: string
  readonly name: string
  /** Written from the documentation and tried against its simulator alone; absent: not so. */
  readonly experimental?: true
  readonly markets: readonly Market[]
  /** Why a market is missing, for people. */
  readonly missing: Readonly<Partial<Record<Market, string>>>
  readonly credentials: readonly { readonly name: 'apiKey' | 'secret' | 'passphrase'; readonly label: string }[]
  /** How its keys sign: `HMAC`, `RSA`, `Ed25519`, `EC`, … */
  readonly keyKinds: readonly string[]
  /** Its sites with hosts of their own, beside the main one. A key's site is found out when it is connected. */
  readonly sites: readonly { readonly id: string; readonly name: string }[]
  /** Whether the exchange tells what a key may do. Where not, connecting needs consent. */
  readonly rights: 'told' | 'unverifiable'
  /** Keys that are refused, and why, for people; beside those that every exchange's are (withdrawal, transfers, unknown rights). */
  readonly refuses: readonly string[]
  /** Where to make the key and which rights to tick, for people. */
  readonly guide: string
  /** Facts of the exchange on which exactly-once rests; one entry for each of its markets. */
  readonly facts: Readonly<Partial<Record<Market, OrderFacts>>>
  /** Whether public data (markets, prices) needs a key. */
  readonly publicDataNeedsKey: boolean
}

/** What makes an order a close at one exchange, and keeps it from ever opening there. For people, with the fields' own names. */
export interface Closing {
  readonly oneWay: string
  /** Null: positions are always netted. */
  readonly hedge: string | null
  /** What happens where the account is in the other mode than the order is written for, with the source. */
  readonly otherMode: string
}

/** See exchange-facts: what happens with a repeated id, and how long after its deadline a request may still act. */
export interface OrderFacts {
  /** The exchange's name for the client order id. */
  readonly idField: string
  /** What it may look like there: the source of a regular expression. */
  readonly idForm: string
  /** How many characters of our ids can be written there, 12 or more. */
  readonly maxLength: number
  /** `P`: refused (or answered with the existing order) for `repeatWindowMs`; `O`: only among open orders. */
  readonly repeatedId: 'P' | 'O' | 'unknown'
  readonly repeatWindowMs: number | null
  /** Wire deadline: how long after sending the exchange may still accept a request; null: no bound. */
  readonly lateAcceptMs: number | null
  /** Where the deadline that we send is looked at; `none`: the exchange has no such thing. */
  readonly deadline: 'on arrival' | 'in the engine' | 'none'
  /** What a look-up must have asked before "not found" means absent; of each group one is enough. */
  readonly lookups: readonly (readonly string[])[]
  /** How long a look-up remembers an order that ended. */
  readonly lookupMemoryMs: number
  /** Whether there is a reduce-only flag. */
  readonly reduceOnly: boolean
  /** How a close is written; futures, and wherever else a sale could open something. */
  readonly closing?: Closing
  /** Whether the exchange has a rehearsal of orders. */
  readonly testOrder: boolean
  readonly source: string
}

export interface DescribeAnswer {
  readonly version: string
  readonly sealingKey: { readonly kid: string; readonly suite: string; readonly publicKey: string }
  readonly masterKeyVersion: number
  readonly exchanges: readonly ExchangeDescription[]
  readonly auditHead: { readonly seq: number; readonly hash: string }
}

/** `own`: what was set for the connection; `ceiling`: of the installation, which no request can raise. The stricter one holds. */
export interface CapsAnswer { readonly own: Caps | null; readonly ceiling: Caps }

/** What each verb answers. An operating error travels as `{problem: {code, detail}}` instead. */
export interface ExecutorAnswers {
  readonly submitOrder: SubmitOutcome
  readonly testOrder: TestOutcome
  readonly lookupOrder: LookupOutcome
  readonly cancelOrder: CancelOutcome
  readonly account: AccountAnswer
  readonly report: ReportAnswer
  readonly setLeverage: { readonly leverage: number }
  readonly checkCredentials: CheckAnswer
  readonly checkConnection: CheckAnswer
  readonly markets: { readonly markets: readonly MarketRules[] }
  readonly price: PriceAnswer
  readonly watch: { readonly watching: number }
  readonly describe: DescribeAnswer
  readonly forget: Record<string, never>
  /** What holds now: a freeze is never made weaker by another one. */
  readonly freeze: Freeze
  readonly thaw: { readonly thawed: boolean }
  readonly setCaps: CapsAnswer
  readonly caps: CapsAnswer
  readonly freezes: { readonly freezes: readonly Freeze[] }
}

/** Pushed by the executor without being asked. */
export type ExecutorPush =
  | { readonly push: 'prices'; readonly exchange: string; readonly market: Market; readonly at: number; readonly prices: Readonly<Record<string, string>> }
  /** Stock calendars; the times are null where the exchange does not say. */
  | { readonly push: 'hours'; readonly exchange: string; readonly open: boolean; readonly nextOpen: number | null; readonly nextClose: number | null; readonly at: number }
  /** Uses of keys, in order, for the server's own copy of the audit. */
  | { readonly push: 'audit'; readonly entries: readonly Readonly<Record<string, unknown>>[] }
  /** The exchange refused a connection's key, in whatever was asked with it; `detail` is fit to be shown. To whoever asked. */
  | { readonly push: 'keyRefused'; readonly connectionId: string; readonly code: ProblemCode; readonly detail: string }
  /** Everything that is frozen: when a client has connected, and after every change. */
  | { readonly push: 'freezes'; readonly freezes: readonly Freeze[] }

/** The executor as the server sees it. Rejects with `Problem` on operating errors (`unavailable` while it is down). */
export interface ExecutorPort {
  /** `onCheck` hears of each check before the answer, where the request asks for that (`progress`). */
  call<R extends ExecutorRequest>(request: R, onCheck?: (check: Check) => void): Promise<ExecutorAnswers[R['verb']]>
  onPush(listener: (push: ExecutorPush) => void): void
}
