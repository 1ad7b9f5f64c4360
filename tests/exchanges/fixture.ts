import type { Market } from '#model'

/** What the numbered cases need to know of one exchange: names, amounts, and how its simulator misbehaves. */
export interface Fixture {
  readonly exchange: string
  /** What kind of account it is about, where the exchange has several with requests of their own; each has a fixture. */
  readonly kind?: string
  /** What every account of that kind is given besides. */
  readonly account?: Readonly<Record<string, unknown>>
  /** Fresh credentials in the exchange's shape. The simulator is given the same, unless `registered` says otherwise. */
  credentials(): Readonly<Record<string, string>>
  /** Further credentials of the same account, where its name is a part of them; absent: fresh ones do. */
  readonly sibling?: (credentials: Readonly<Record<string, string>>) => Readonly<Record<string, string>>
  /** What the simulator is told of credentials, where that differs (a public key in place of a private one). */
  readonly registered?: (credentials: Readonly<Record<string, string>>) => Readonly<Record<string, unknown>>
  /** Whether connecting needs consent, as its rights cannot be told. */
  readonly consent: boolean
  /** Our codes for what is wrong with a key, as far as this exchange tells it apart. */
  readonly codes: { readonly unknownKey: string; readonly wrongSecret: string; readonly wrongPassphrase?: string; readonly address?: string; readonly expired?: string }
  /** A key's limit is so small that background work has next to nothing of it: the cases' reports are asked as somebody's questions. */
  readonly scarce?: true
  /** Closes are written alike in both position modes: in the other one they find nothing to close, or what they were meant for. */
  readonly closesAlike?: true
  /** How the simulator is told that a market does not trade, and that it does again; absent: `trading`. */
  readonly halt?: Readonly<Record<string, unknown>>
  readonly thaw?: Readonly<Record<string, unknown>>
  /** A right that nobody knows, in the exchange's words, as the simulator takes it. */
  readonly unknownRight?: string
  /** An account that is no live one, and its code. */
  readonly demo?: { readonly account: Readonly<Record<string, unknown>>; readonly code: string }
  /** A site that is not the main one, as the simulator's accounts name it. */
  readonly site?: { readonly flags: Readonly<Record<string, unknown>>; readonly id: string }
  readonly markets: Readonly<Partial<Record<Market, MarketFixture>>>
  /** Cases that do not apply, by number, or number and market (`TC-34 spot`), and why. */
  readonly without: Readonly<Record<string, string>>
}

export interface MarketFixture {
  /** In the exchange's own spelling. */
  readonly symbol: string
  readonly other: string
  readonly unknown: string
  readonly base: string
  readonly quote: string
  /** Where a key's faults are told apart otherwise than on the other market. */
  readonly codes?: Partial<Fixture['codes']>
  /** What an account is given. */
  readonly balances: Readonly<Record<string, string>>
  /** A base quantity that any order may have, and one a tenth of a step finer. */
  readonly quantity: string
  readonly finer: string
  /** Below the smallest order; absent: a quote amount does it. */
  readonly tooSmall: string
  /** More than the account can pay for. */
  readonly tooMuch: string
  /** Quote amount of a market buy; null: the exchange has no such order here. */
  readonly quoteAmount: string | null
  /** Market buys are sized in quote alone there (`buysByQuoteOnly`): the cases' quantities are turned into amounts at 50,000. */
  readonly buysByQuote?: true
  /** Which request places an order. */
  readonly order: { readonly method: 'POST'; readonly path: string; readonly contains?: string }
  /** A deadline that is closer cannot be sent, ms; absent: any can. */
  readonly leastDeadlineMs?: number
  /** The questions of a look-up, in order: parts of their paths, with a method before and a part of the body behind where it needs that. */
  readonly lookUps: readonly string[]
  /** Where a report reads orders that have ended, and where it reads what is held; written alike, by GET unless said. */
  readonly reports: { readonly orders: string; readonly holdings: string }
  /** A server error, and "too many requests", as the exchange answers them. */
  readonly serverError: Answer
  readonly pause: Answer
  /** Answers to an order that prove nothing, by name; `SAME` stands for the client order id as it was sent. */
  readonly unclear: Readonly<Record<string, Answer>>
  /** A good answer to the first look-up about an order that is not ours. */
  readonly another: Answer
  /** Makes the next order rest: by a fill policy unless told otherwise. */
  readonly rest?: { readonly method: string; readonly path: string; readonly body: unknown; readonly undo: unknown }
}

export interface Answer { readonly status: number; readonly body: unknown }
