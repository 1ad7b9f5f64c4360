import { flatPosition, shardOf, type Bot, type Connection, type Order, type Position, type Problem, type Signal } from '#model'
import { effectiveSide, sameSymbol } from '#signals'
import type { BotRow, ConnectionRow } from '#store'
import type { Closing } from './closing.ts'
import type { Decided } from './decided.ts'
import type { Inquiry } from './inquiry.ts'
import type { Tracked } from './ledger.ts'
import type { Linked } from './linked.ts'

/**
 * Decides, stores and answers a close that its owner asked for, ahead of an opening of which it is not known what it
 * filled. Null: nothing can go out now.
 */
export type ExitAhead = (opening: Tracked) => Promise<Decided | null>

/** Something that a bot's lane does, one at a time, in the order of arrival. */
export type Job =
  | { readonly kind: 'signal'; readonly signal: Signal }
  /** `drop`: called instead of `run` where the lane goes to another server before its turn comes. `exit`: its owner wants out. */
  | { readonly kind: 'run'; readonly run: () => Promise<void>; readonly drop?: (why: Problem) => void; readonly exit?: ExitAhead }

/** One bot in memory, with its position and what waits for it. Changed only after the change was committed. */
export interface Lane {
  bot: Bot
  readonly number: number
  position: Position
  /** The direction of an opening on its way; other bots of the account may not oppose it. */
  opening: 'long' | 'short' | null
  queue: Job[]
  /** True from the moment a decision with orders is made until they are settled. */
  busy: boolean
  /** Orders of this bot that are not settled. */
  readonly current: Set<string>
  /** Those of them that are uncertain, and how a person's word reaches the search for each. */
  readonly uncertain: Set<string>
  readonly inquiries: Map<string, Inquiry>
  /** Wake those that wait for what is not urgent; called when something comes into the queue. */
  readonly sleepers: Set<() => void>
  /** When an order of this bot was last uncertain, epoch ms; `to` null: it still is. Exits do not age meanwhile. */
  uncertainSpan: { readonly from: number; readonly to: number | null } | null
  /** The close that went out while an opening was uncertain; what that opening filled later is closed too. */
  exited: Exited | null
  /** From before such a close is stored until all is closed: nobody knows how much it needs, and no other bot of the account may open. */
  exitAhead: boolean
  /** The exit that waits for the market's opening. */
  atOpen: Decided | null
  /** Closes that are being carried out, by cause: what is left after an order of one is not the end of it. */
  readonly closing: Map<string, Closing>
  /** The order that its owner asked to cancel. */
  cancelRequested: string | null
  /** When anything last happened to its orders or position, epoch ms. */
  touchedAt: number
  /** When what it holds last kept a signal from opening, epoch ms: worth a look whether the account still holds it. */
  doubtedAt: number
  /** Signals being stored that this lane will get: a later one must not overtake them. */
  incoming: number
  readonly shard: number
  /** The token of the lease under which this server owns the lane; null: another one does. */
  token: number | null
  /** This server owns the lane no more, and another object stands for it: whatever still works with this one ends. */
  lost: boolean
  /** It is to be given to another server: nothing new is begun in it. */
  leaving: boolean
  /** The commit up to which its signals were taken from the journal; the log tells of later ones. */
  since: number
}

/** A close that did not wait for an uncertain opening: its decision, carried out, and the number of its next leg. */
export interface Exited { readonly decided: Decided; readonly nextLeg: number }

/** The first job in the lane that wants out of what an opening buys (or sells): an exit signal, or its owner's close. */
export const exitIn = (lane: Lane, { side }: Pick<Order, 'side'>): Job | undefined => lane.queue.find((job) => (
  job.kind === 'run' ? job.exit !== undefined
    : !job.signal.flags.includes('TEST') && effectiveSide(job.signal).toLowerCase() !== side && sameSymbol(job.signal.symbol, lane.bot)
))

/** Whether a bot holds nothing that it could close: nothing, dust, or, by an adjustment on spot, less than nothing. */
export const holdsNothing = ({ position: { quantity, dust }, bot }: Pick<Lane, 'position' | 'bot'>): boolean => (
  dust || quantity === '0' || (bot.market === 'spot' && quantity.startsWith('-'))
)

/** A lane at rest. */
export const makeLane = (row: BotRow, position?: Position): Lane => ({
  bot: row.bot, number: row.number, position: position ?? flatPosition(row.bot.id, row.bot.symbol),
  opening: null, queue: [], busy: false, incoming: 0, touchedAt: 0, doubtedAt: 0, current: new Set<string>(), uncertain: new Set<string>(), inquiries: new Map<string, Inquiry>(), sleepers: new Set<() => void>(), uncertainSpan: null, exited: null, exitAhead: false, atOpen: null, closing: new Map<string, Closing>(), cancelRequested: null,
  shard: shardOf(row.bot.userId), token: null, lost: false, leaving: false, since: 0,
})

/** All bots and connections in memory, so that a signal needs no query before it is stored. */
export class Book {
  readonly #lanes = new Map<string, Lane>()
  readonly #byNumber = new Map<number, Lane>()
  readonly #byWebhook = new Map<string, Set<Lane>>()
  readonly #byConnection = new Map<string, Set<Lane>>()
  readonly #connections = new Map<string, Linked>()
  /** Connections by the account behind them. */
  readonly #onAccount = new Map<string, Set<string>>()
  /** `accountKey symbol` → lanes: who shares one net position. */
  readonly #byAccount = new Map<string, Set<Lane>>()

  load(bots: readonly BotRow[], connections: readonly ConnectionRow[], positions: readonly Position[]): void {
    for (const row of connections) this.putConnection(row)
    const held = new Map(positions.map((position) => [position.botId, position]))
    for (const row of bots) this.putBot(row, held.get(row.bot.id))
  }

  putConnection(row: ConnectionRow): void {
    const { id } = row.connection
    const lanes = [...this.#byConnection.get(id) ?? []]
    for (const lane of lanes) this.#unindex(lane)
    this.#forgetAccount(id)
    this.#connections.set(id, { connection: row.connection, envelope: row.envelope })
    add(this.#onAccount, this.accountKey(row.connection), id)
    for (const lane of lanes) this.#index(lane)
  }

  dropConnection(id: string): void {
    this.#forgetAccount(id)
    this.#connections.delete(id)
  }

  #forgetAccount(id: string): void {
    const known = this.#connections.get(id)
    if (known !== undefined) remove(this.#onAccount, this.accountKey(known.connection), id)
  }

  putBot(row: BotRow, position?: Position): Lane {
    const known = this.#lanes.get(row.bot.id)
    if (known !== undefined) {
      this.#unindex(known)
      if (known.bot.symbol !== row.bot.symbol) known.position = { ...known.position, symbol: row.bot.symbol }
      known.bot = row.bot
      this.#index(known)
      return known
    }
    const lane = makeLane(row, position)
    this.#lanes.set(row.bot.id, lane)
    this.#byNumber.set(row.number, lane)
    this.#index(lane)
    return lane
  }

  /** Puts a fresh object in a lane's place: what is under way with the old one ends when it notices. */
  renew(lane: Lane, token: number | null, since: number, position: Position = lane.position): Lane {
    lane.lost = true
    this.#unindex(lane)
    const fresh: Lane = { ...makeLane({ bot: lane.bot, number: lane.number }, position), token, since }
    this.#lanes.set(fresh.bot.id, fresh)
    this.#byNumber.set(fresh.number, fresh)
    this.#index(fresh)
    return fresh
  }

  dropBot(id: string): void {
    const lane = this.#lanes.get(id)
    if (lane === undefined) return
    this.#unindex(lane)
    lane.bot = { ...lane.bot, connectionId: null, paused: true } // what still waits in the lane is skipped
    this.#lanes.delete(id)
    this.#byNumber.delete(lane.number)
  }

  lane(botId: string): Lane | undefined { return this.#lanes.get(botId) }
  laneNumbered(number: number): Lane | undefined { return this.#byNumber.get(number) }
  lanes(): Iterable<Lane> { return this.#lanes.values() }
  listening(webhookId: string): Iterable<Lane> { return this.#byWebhook.get(webhookId) ?? [] }
  connection(id: string | null): Linked | undefined { return id === null ? undefined : this.#connections.get(id) }

  /** The other bots whose positions net with this one's at the exchange. */
  sharing(lane: Lane): Lane[] {
    const key = this.#accountKey(lane.bot)
    return key === null ? [] : [...this.#byAccount.get(key) ?? []].filter((other) => other.bot.id !== lane.bot.id)
  }

  /** All bots on the account behind a connection, whichever of its keys they use. */
  onAccount(connection: Connection): Lane[] {
    return [...this.#onAccount.get(this.accountKey(connection)) ?? []].flatMap((id) => [...this.#byConnection.get(id) ?? []])
  }

  /** The exchange's account behind a connection, as orders carry it. */
  accountKey(connection: Connection): string {
    return `${connection.exchange}:${connection.market}:${connection.accountId}`
  }

  #accountKey(bot: Bot): string | null {
    const linked = this.connection(bot.connectionId)
    return linked === undefined ? null : `${this.accountKey(linked.connection)} ${bot.symbol}`
  }

  #index(lane: Lane): void {
    add(this.#byWebhook, lane.bot.webhookId, lane)
    if (lane.bot.connectionId !== null) add(this.#byConnection, lane.bot.connectionId, lane)
    const account = this.#accountKey(lane.bot)
    if (account !== null) add(this.#byAccount, account, lane)
  }

  #unindex(lane: Lane): void {
    remove(this.#byWebhook, lane.bot.webhookId, lane)
    if (lane.bot.connectionId !== null) remove(this.#byConnection, lane.bot.connectionId, lane)
    const account = this.#accountKey(lane.bot)
    if (account !== null) remove(this.#byAccount, account, lane)
  }
}

function add<V>(map: Map<string, Set<V>>, key: string, value: V): void {
  const set = map.get(key)
  if (set === undefined) map.set(key, new Set([value]))
  else set.add(value)
}

function remove<V>(map: Map<string, Set<V>>, key: string, value: V): void {
  const set = map.get(key)
  if (set?.delete(value) === true && set.size === 0) map.delete(key)
}
