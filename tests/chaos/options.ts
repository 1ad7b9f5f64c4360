/** What is to be done; see README.md. */
export interface ChaosOptions {
  readonly database: 'sqlite' | 'postgres'
  /** Over all installations. */
  readonly kills: number
  readonly signals: number
  readonly seed: number
  /** Installations side by side, each with its own processes, database, accounts and sender. */
  readonly installations: number
  /** Hosts of each installation, each with a server, executor and supervisor; more than one share a PostgreSQL. */
  readonly servers: number
  /** How long the sender waits before it sends again after a 5xx, ms. TradingView: 5 s. */
  readonly resendAfterMs: number
  /** Kills between two calm times, in which everything has to come to its end and is judged. */
  readonly killsPerRound: number
  /** How long a calm time may take to become calm, ms, before it is judged as it is. */
  readonly calmLimitMs: number
  /** Whether the first finding ends it. */
  readonly untilFound?: boolean
}

/** What a kill takes away. `supervisor`: and with it everything; `stopped`: a server stands still, and wakes up again. */
export const VICTIMS = ['server', 'executor', 'both', 'supervisor', 'postgres', 'stopped'] as const
export type Victim = (typeof VICTIMS)[number]

/** How the campaign went, so far or in all. */
export interface Tally {
  readonly kills: Record<Victim, number>
  /** Signals that were sent, resends apart. */
  sent: number
  resent: number
  /** Answered 202 in the end. */
  accepted: number
  /** Answered otherwise in the end. */
  refused: number
  /** Never answered: connection refused or cut, or the sender's patience over. */
  unanswered: number
  /** Accepted by the exchange. */
  orders: number
  faults: number
  lost: number
  duplicate: number
  stuck: number
  /** Uncertain at the end of a calm time, so that a person has to say what became of them. */
  needsPerson: number
  /** Orders of which a person was told, and that came to their end without him. */
  told: number
  /** Other differences between journal and exchange. */
  wrong: number
  /** From a kill until an order decided afterwards has reached the exchange. */
  readonly recoveries: { readonly victim: Victim; readonly ms: number }[]
}

export const emptyTally = (): Tally => ({
  kills: { server: 0, executor: 0, both: 0, supervisor: 0, postgres: 0, stopped: 0 },
  sent: 0, resent: 0, accepted: 0, refused: 0, unanswered: 0, orders: 0, faults: 0,
  lost: 0, duplicate: 0, stuck: 0, needsPerson: 0, told: 0, wrong: 0, recoveries: [],
})
