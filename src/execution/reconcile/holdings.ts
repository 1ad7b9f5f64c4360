import type { ReportAnswer, ReportedOrder } from '#contract'
import { decimal, smaller, ZERO, type Bot, type Decimal, type Position } from '#model'
import type { Compared } from './difference.ts'

/** What one bot of the account holds. */
export interface Held {
  readonly bot: Bot
  readonly position: Position
  /** Base: what is less than that could not be traded anyway. Null: not known. */
  readonly leastOrder: string | null
  /** When anything last happened to it, epoch ms. */
  readonly touchedAt: number
  /** Nothing happened to the bot while the report was made, nor shortly before. */
  readonly quiet: boolean
  /** This server works in its lane; what is to be booked on others is for theirs. */
  readonly mine: boolean
}

/** What is known of an account: its bots, and what the exchange reported. */
export interface Account {
  readonly held: readonly Held[]
  readonly holdings: Pick<ReportAnswer['holdings'] & { readonly known: true }, 'positionMode' | 'balances' | 'positions'>
  /** Orders that are none of ours. */
  readonly byHand: readonly ReportedOrder[]
  /** Symbols in which our bots have traded here. */
  readonly traded: ReadonlySet<string>
}

/** What went before a look at an account. */
export interface Seen {
  /** Keys of differences that a person acknowledged. */
  readonly accepted: ReadonlySet<string>
  /**
   * What the look before saw, by key: of what was gone how much, base; empty: a difference. Only what is seen twice counts.
   */
  readonly suspects: ReadonlyMap<string, string>
}

/** What of a bot's position is not on its account any more. Base, not negative. */
export interface Followed {
  readonly key: string
  readonly held: Held
  /** What the account holds for it. */
  readonly total: Decimal
  /** What is gone by this look, and how much of that was gone by the look before too: that is booked. */
  readonly gone: Decimal
  readonly booked: Decimal
}

/** What of an account is not our bots', by symbol and side; kept from one report to the next. */
export interface Strangers {
  /** Base, signed: by how much the account may differ from our books. */
  readonly explained: Readonly<Record<string, string>>
  /** Of each position: orders made by hand that the last report showed, with what they had filled, signed. */
  readonly byHand: Readonly<Record<string, Readonly<Record<string, string>>>>
}

export interface HoldingsCompared extends Compared {
  readonly followed: readonly Followed[]
  readonly strangers: Strangers
}

/** What is gone of the one bot that holds something. A person may be selling right now: what both looks missed is booked. */
export function follow(held: Held, total: Decimal, gone: Decimal, suspects: Seen['suspects']): Followed {
  const key = `closed_elsewhere ${held.bot.id}`
  const before = suspects.get(key)
  return { key, held, total, gone, booked: before === undefined ? ZERO : smaller(gone, decimal(before)) }
}

export const sum = (amounts: readonly Decimal[]): Decimal => amounts.reduce((total, amount) => total.plus(amount), ZERO)

export const names = (held: readonly Held[]): string => held.map(({ bot }) => `"${bot.name}"`).join(', ')
