import { FillFaults } from '../exchange/fill-plan.ts'
import { Chance } from './chance.ts'
import type { Mishap } from './mishaps.ts'

/** What may become of a request on its way to an exchange and back. */
export interface SubmitFates {
  readonly fine: number
  readonly unreachable: number
  readonly lost: number
  readonly cut: number
  readonly late: number
  readonly answerLost: number
  readonly hang: number
  readonly slowAnswer: number
  readonly refused5xx: number
  readonly taken5xx: number
  readonly unreadable: number
  readonly otherEcho: number
  readonly paused: number
}
export type SubmitFate = keyof SubmitFates

const NO_FATES: SubmitFates = {
  fine: 1, unreachable: 0, lost: 0, cut: 0, late: 0, answerLost: 0, hang: 0, slowAnswer: 0, refused5xx: 0, taken5xx: 0, unreadable: 0, otherEcho: 0, paused: 0,
}
/** Worlds that are drawn towards something rare: what a mutant needs to be seen soon. Absent: as chance will have it. */
export interface Focus {
  readonly submit?: Partial<SubmitFates>
  readonly fills?: number
  readonly read?: number
  readonly crash?: number
  readonly storageAway?: number
  readonly storageSlow?: number
  readonly executorRestart?: number
  readonly queue?: number
  readonly serverStops?: number
  /** How long people are active, ms. */
  readonly activeMs?: number
  /** The one exchange and market that there is. */
  readonly venue?: string
  readonly market?: 'spot' | 'futures'
  readonly base?: string
  readonly servers?: 'embedded' | 'one' | 'two'
  readonly mishaps?: readonly Mishap[]
}

const FATES = (Object.keys(NO_FATES) as SubmitFate[]).filter((fate) => fate !== 'fine')

/**
 * Which faults a world has. Each kind is drawn for itself, and most worlds have few of them: a fault that always comes
 * with all others never shows what it does alone. They end with the world's active time.
 */
export class Faults {
  readonly fills: FillFaults
  /** Of an order's request. */
  readonly submit: SubmitFates
  /** That a reading request fails, hangs, or is answered with another order; that a cancel's answer is lost. */
  readonly read: number
  readonly echo: boolean
  /** That the executor lets an order wait before it sends it. */
  readonly queue: number
  /** Executor restarts, storage outages, slow commits, per second or per commit. */
  readonly executorRestart: number
  readonly storageAway: number
  readonly storageSlow: number
  /** That the server dies at one of its calls, before or after the effect. */
  readonly crash: number
  /** That a server is stopped for a while, per second; only where others may take its place. */
  readonly serverStops: number
  /** That the 202 does not reach the sender. */
  readonly answerLost: number
  /** How far the exchanges' clocks are off, ms. */
  readonly skewMs: number
  readonly untidy: boolean
  #on = true

  constructor(seed: number, focus: Focus) {
    const chance = new Chance(seed, 'faults')
    this.fills = new FillFaults(chance, focus.fills)
    this.fills.on = true
    const strength = chance.pick([0, 0, 0.1, 0.3, 0.6])
    const kinds = chance.hits(0.5) ? FATES : FATES.filter(() => chance.hits(0.25))
    const bad = Object.fromEntries(kinds.map((fate) => [fate, 1])) as Partial<SubmitFates>
    const drawn = strength === 0 || kinds.length === 0 ? NO_FATES : { ...NO_FATES, ...bad, fine: kinds.length * (1 - strength) / strength }
    this.submit = focus.submit === undefined ? drawn : { ...NO_FATES, ...focus.submit }
    this.read = focus.read ?? chance.pick([0, 0, 0.1, 0.4, 0.8])
    this.echo = chance.hits(0.3)
    this.queue = focus.queue ?? chance.pick([0, 0, 0.2])
    this.executorRestart = focus.executorRestart ?? chance.pick([0, 0, 0.02, 0.1])
    this.storageAway = focus.storageAway ?? chance.pick([0, 0, 0, 0.02, 0.08])
    this.storageSlow = focus.storageSlow ?? chance.pick([0, 0, 0.05, 0.3])
    this.crash = focus.crash ?? chance.pick([0, 0, 0.004, 0.015, 0.05])
    this.serverStops = focus.serverStops ?? chance.pick([0, 0.01, 0.04])
    this.answerLost = chance.pick([0, 0.1, 0.4])
    this.skewMs = chance.pick([0, 0, 200, -200, 800, -800])
    this.untidy = chance.hits(0.4)
  }

  get on(): boolean { return this.#on }
  /** Whether nothing but networks and exchanges fails: then it can be said who should be first. */
  get isCalm(): boolean { return this.crash === 0 && this.serverStops === 0 && this.executorRestart === 0 && this.storageAway === 0 && this.storageSlow === 0 && this.queue === 0 && this.read === 0 }

  /** From now on everything works. */
  end(): void {
    this.#on = false
    this.fills.on = false
  }

  /** The rate while faults are on, else 0. */
  rate(of: 'read' | 'queue' | 'executorRestart' | 'storageAway' | 'storageSlow' | 'crash' | 'answerLost'): number { return this.#on ? this[of] : 0 }

  fates(): SubmitFates { return this.#on ? this.submit : NO_FATES }
}
