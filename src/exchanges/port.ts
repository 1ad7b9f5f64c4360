import type { KeyObject } from 'node:crypto'
import type { Clock } from '#clock'
import type {
  AccountAnswer, CancelOutcome, ExchangeDescription, LookupOutcome, OrderInstruction, ReportAnswer, SubmitOutcome, TestOutcome,
} from '#contract'
import type { Check, Market, MarketRules, PositionMode, ProblemCode } from '#model'
import type { Desk, Manner } from './desk.ts'
import type { HostPlan } from './host.ts'
import type { Http } from './http.ts'
import type { OrderIds } from './order-ids.ts'

/** Base addresses by exchange id, or id and host: `{binance: 'http://…', 'alpaca:data': 'http://…'}`. */
export type ExchangeUrls = Readonly<Record<string, string>>

/** Whoever asked. Once he is gone nothing of his that waits is begun any more. */
export interface Caller {
  readonly gone: boolean
  /** Why this may not be begun now; asked right before the first byte leaves. Absent, or null: it may. */
  readonly stops?: () => Stop | null
  /** The connection whose key is used: limits of keys are counted under it. */
  readonly who?: string
  readonly urgency?: Urgency
  /** Hears that the exchange refused the key itself, of whatever was asked with it. `detail` is fit to be shown. */
  readonly onKeyRefused?: (code: string, detail: string) => void
}

/**
 * What goes first where a limit bites. `background`: nobody waits for it; it yields to orders, within a quarter of the
 * limit. Absent: a question that somebody waits for.
 */
export type Urgency = 'exit' | 'entry' | 'question' | 'background'

/** `code` goes into the outcome of an order. */
export interface Stop { readonly code: string; readonly text: string }

/**
 * One key while it is in use: bytes and key objects, which the caller destroys (`destroyKey`) when the call is over.
 * Which kind of key `secret` is, the exchange's `sign.ts` says (HMAC secret, RSA, Ed25519, EC, an agent wallet's).
 */
export interface Key {
  readonly apiKey: Buffer
  readonly secret: KeyObject
  readonly passphrase: Buffer | null
  /** Which of the exchange's sites, or kinds of account, it belongs to, found out when it was connected; null: the main one, or not known yet. */
  readonly site: string | null
}

/** Wipes what can be wiped; the `KeyObject` lives outside the heap and goes with its last reference. */
export function destroyKey(key: Key): void {
  key.apiKey.fill(0)
  key.passphrase?.fill(0)
}

/** What every request with a key needs to know. */
export interface Call {
  readonly key: Key
  readonly market: Market
  readonly caller: Caller
}

/** Which order is meant; see the contract's `lookupOrder`. */
export interface OrderRef {
  readonly symbol: string
  readonly clientOrderId: string
  readonly exchangeOrderId: string | null
  /** Epoch ms. */
  readonly sentAt: number
}

/** What a report is to cover: these symbols' orders since that instant, epoch ms. */
export interface ReportWanted { readonly symbols: readonly string[]; readonly since: number }

/** What a test request found out. `accountId` null: the exchange names none to this key. */
export type Verdict =
  | {
    readonly ok: true
    readonly checks: readonly Check[]
    readonly accountId: string | null
    readonly positionMode: PositionMode | null
    readonly expiresAt: number | null
    /** The site that knows the key, where that is not the main one: kept in the envelope, and in `Key` from then on. */
    readonly site?: string
  }
  | {
    readonly ok: false; readonly code: ProblemCode; readonly detail: string; readonly checks: readonly Check[]
    /** Set where nothing speaks against the key but rights whose names are not known here. */
    readonly unknownRights?: readonly string[]
  }

/** Hears of each thing that a test request finds out, as soon as it is known. */
export type OnCheck = (check: Check) => void

/** Last prices, quote per base, and when they were read (epoch ms, this machine). */
export interface Prices { readonly at: number; readonly prices: Readonly<Record<string, string>> }

/** Whether the exchange trades now; times in epoch ms. */
export interface Hours { readonly open: boolean; readonly nextOpen: number | null; readonly nextClose: number | null; readonly at: number }

/**
 * What every exchange can do. Amounts go in and come out in base and quote units, never in contracts. Methods that end
 * in an outcome never throw for what the exchange or the network does; the others throw `Problem`.
 */
export interface Exchange {
  readonly description: ExchangeDescription
  /**
   * Makes a key of the credential fields, which it copies; the caller wipes them.
   * Throws `Problem`: `invalid_input` naming the field, `passphrase_required`.
   */
  readKey(fields: ReadonlyMap<string, Buffer>): Key
  /**
   * The test request. `consent`: rights that this exchange cannot report are accepted. `onCheck` hears on the way what the
   * verdict then holds as a whole. Never throws `Problem`.
   */
  check(call: Call, consent: boolean, onCheck?: OnCheck): Promise<Verdict>
  submit(call: Call, order: OrderInstruction): Promise<SubmitOutcome>
  /** The exchange's own rehearsal of an order, which places none; null: it has none. For trying a key out, never for trading. */
  readonly testOrder: ((call: Call, order: OrderInstruction) => Promise<TestOutcome>) | null
  lookup(call: Call, order: OrderRef): Promise<LookupOutcome>
  cancel(call: Call, order: Pick<OrderRef, 'symbol' | 'clientOrderId'>): Promise<CancelOutcome>
  /** `symbol`: whose position mode is wanted, where symbols have modes of their own; null: the account's. */
  account(call: Call, symbol: string | null): Promise<Omit<AccountAnswer, 'accountId'> & { readonly accountId: string | null }>
  /** Orders, balances and positions, to compare the books with. Never throws `Problem`: what could not be read is said. */
  report(call: Call, wanted: ReportWanted): Promise<ReportAnswer>
  setLeverage(call: Call, symbol: string, leverage: number): Promise<{ readonly leverage: number }>
  /** Every symbol of that market that we can trade, read anew. */
  markets(market: Market, key: Key | null): Promise<readonly MarketRules[]>
  /** Unknown symbols are left out; with a single symbol: `unknown_symbol`. */
  prices(market: Market, symbols: readonly string[], key: Key | null): Promise<Prices>
  /** Null where the exchange never closes. */
  readonly hours: ((key: Key) => Promise<Hours>) | null
  /** Opens sockets before they are needed, and compares clocks. Does its best, never throws. */
  warm(market: Market): Promise<void>
  /** Used request weight as last seen, by host and window, e.g. `{"binance": {"1m": 12}}`. */
  usage(): Readonly<Record<string, Readonly<Record<string, number>>>>
}

/** What an exchange is given to work with. */
export interface ExchangeContext {
  readonly http: Http
  readonly clock: Clock
  readonly urls: ExchangeUrls
}

/** A method of the port as a folder writes it: the desk comes first. */
type Verb<F> = F extends (...args: infer A) => infer R ? (desk: Desk, ...args: A) => R : F extends null ? null : never

/** What every folder does, on an open desk. */
export type Verbs = {
  readonly [K in 'check' | 'submit' | 'testOrder' | 'lookup' | 'cancel' | 'account' | 'report' | 'setLeverage' | 'markets' | 'prices' | 'hours']: Verb<Exchange[K]>
}

/** One line of the registry: what every folder's index.ts puts together. */
export interface ExchangeModule {
  readonly description: ExchangeDescription
  readonly hosts: readonly HostPlan[]
  readonly manner: Manner
  /** How our client order ids are written there. */
  orderIds(market: Market): OrderIds
  readKey: Exchange['readKey']
  readonly verbs: Verbs
}
