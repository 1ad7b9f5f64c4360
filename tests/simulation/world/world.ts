import { createHash } from 'node:crypto'
import { keyedHash, type Bot } from '#model'
import type { StoredOrder } from '#store'
import { clientOrderIds } from '../../../src/execution/client-order-id.ts'
import { SHORTEST_ID } from '../../../src/execution/make-order.ts'
import { Conditions } from '../exchange/conditions.ts'
import { Executor } from '../exchange/executor.ts'
import { Ledger, type Account } from '../exchange/ledger.ts'
import { Prices } from '../exchange/prices.ts'
import { venueOf } from '../exchange/venues.ts'
import { MemoryTables } from '../journal/memory-tables.ts'
import { Judge } from '../judge/judge.ts'
import { Chance } from './chance.ts'
import { Faults, type Focus } from './faults.ts'
import { Mishaps } from './mishaps.ts'
import { Servers } from './servers.ts'
import { Storage } from './storage.ts'
import { START, VirtualTime } from './virtual-time.ts'

/** How long it takes at most until lanes of a server that is gone are taken over, ms. */
const TAKEOVER_MS = 25_000
/** Events kept to be shown when a seed fails. */
const LAST_EVENTS = 60

/** Everything that one seed makes: time, exchanges, executor, database, server, and the judge who watches them. */
export class World {
  readonly seed: number
  readonly time = new VirtualTime(START)
  readonly tables = new MemoryTables()
  readonly faults: Faults
  readonly focus: Focus
  readonly crashes: Chance
  readonly bytes: Chance
  readonly prices: Prices
  readonly conditions = new Conditions()
  readonly mishaps: Mishaps
  readonly judge = new Judge(this)
  readonly ledger: Ledger
  readonly executor: Executor
  readonly storage: Storage
  readonly servers: Servers
  /** Whether one server has the database to itself, as with SQLite. */
  readonly embedded: boolean
  /** Whether all servers have the same executor, which knows the highest token. */
  readonly fences: boolean
  readonly installationKey: Uint8Array
  /** Accounts on which people trade by hand as well. */
  readonly handled = new Set<string>()
  /** Accounts on which their owners sold or locked what bots hold. */
  readonly touched = new Set<string>()
  /** Connections whose key is refused for good. */
  readonly lost = new Set<string>()
  /** Since when the server has run and the database has answered, epoch ms. */
  undisturbedSince = START
  /** What must not be and was; the first one counts. */
  violation: string | null = null
  readonly events: string[] = []
  readonly #trace: ((line: string) => void) | null
  readonly #hash = createHash('sha256')
  readonly #clientOrderId: ReturnType<typeof clientOrderIds>
  readonly #accounts = new Map<string, Account>()

  constructor(seed: number, trace: ((line: string) => void) | null, focus: Focus = {}) {
    this.seed = seed
    this.#trace = trace
    const chance = (purpose: string): Chance => new Chance(seed, purpose)
    this.mishaps = new Mishaps(this, focus)
    this.focus = focus.venue === undefined && focus.market === undefined ? { ...this.mishaps.focus, ...focus } : focus
    this.faults = new Faults(seed, this.focus)
    this.crashes = chance('crashes')
    this.bytes = chance('bytes')
    this.installationKey = chance('installation').bytes(32)
    this.#clientOrderId = clientOrderIds(keyedHash(this.installationKey))
    this.prices = new Prices(this.time, seed)
    this.ledger = new Ledger(this.time, chance('ledger'), this.prices, this.faults.fills, this.conditions, this.judge)
    this.storage = new Storage(this, chance('storage'))
    this.executor = new Executor(this, chance('executor'))
    const shape = this.focus.servers ?? chance('shape').weighted({ embedded: 6, one: 1, two: 3 })
    this.embedded = shape === 'embedded'
    this.fences = chance('fences').hits(0.6)
    this.servers = new Servers(this, chance('server'), shape === 'two' ? 2 : 1)
  }

  /** Writes an event down; the same seed writes the same ones. */
  log(who: string, what: string | (() => string)): void {
    const line = `${(this.time.now - START).toFixed(3).padStart(11)} ${who.padEnd(8)} ${typeof what === 'string' ? what : what()}`
    this.#hash.update(line)
    this.events.push(line)
    if (this.events.length > LAST_EVENTS) this.events.shift()
    this.#trace?.(line)
  }

  violate(what: string): void {
    if (this.violation !== null) return
    this.violation = what
    this.log('JUDGE', what)
  }

  /** Something keeps servers from their work for so long, ms, and their lanes for as long as leases take to run out. */
  disturb(ms: number): void {
    this.undisturbedSince = Math.max(this.undisturbedSince, this.time.now + ms + (this.embedded ? 0 : TAKEOVER_MS))
  }

  /** The hash of all events; ends the log. */
  digest(): string { return this.#hash.digest('hex').slice(0, 16) }

  addAccount(connectionId: string, account: Account): void {
    this.ledger.accounts.set(account.id, account)
    this.#accounts.set(connectionId, account)
  }

  accountOf(connectionId: string): Account {
    const account = this.#accounts.get(connectionId)
    if (account === undefined) throw new Error(`no account behind ${connectionId}`)
    return account
  }

  /** Whether nobody can do anything for a bot any more: its key is refused for good. */
  isLost(botId: string): boolean { return this.lost.has(this.bot(botId).connectionId ?? '') }

  bot(id: string): Bot {
    const record = this.tables.bots.get(id)
    if (record === undefined) throw new Error(`no bot ${id}`)
    return record.bot
  }

  botNumbered(number: number): Bot {
    const record = [...this.tables.bots.values()].find((one) => one.number === number)
    if (record === undefined) throw new Error(`no bot number ${number}`)
    return record.bot
  }

  nameOf(botId: string): string {
    const { name, exchange, market, symbol } = this.bot(botId)
    return `${name} (${exchange} ${market} ${symbol})`
  }

  /** What an order's client order id may be: derived, short while the exchange's facts are not known yet. */
  derivedIds({ cause, order: { botId, leg, resend, exchange } }: StoredOrder): readonly string[] {
    return [venueOf(exchange).facts.maxLength, SHORTEST_ID].map((length) => this.#clientOrderId({ cause, botId, leg, resend }, length))
  }
}
