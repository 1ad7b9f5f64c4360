import { cutToStep, decimal, text, ZERO, type Decimal, type Signal } from '#model'
import type { Decision, JournalBatch, StoredOrder } from '#store'
import { effectiveSide } from '#signals'
import { venueOf } from '../exchange/venues.ts'
import type { World } from '../world/world.ts'
import type { Judge } from './judge.ts'

/** A person is told within this time of an exit's end. */
const TOLD_WITHIN_MS = 10_000
/** So long an exit may stand behind an opening that the exchange has acknowledged. */
const PROMPT_MS = 2000
/** What says that an exit did not end its position, and that no more is tried for now; the last of all only that it waits. */
const FINAL: ReadonlySet<string> = new Set(['exit_incomplete', 'exit_refused', 'exit_too_old', 'flip_incomplete', 'exit_at_open'])
const NOTICES: ReadonlySet<string> = new Set([...FINAL, 'exit_waits'])
/** An exit that was refused or came to nothing is tried again if one of these was the reason. */
const GIVEN_UP: ReadonlySet<string> = new Set(['exit_incomplete', 'exit_refused'])
/** Decisions on an exit that are no refusal of it. */
const NOT_REFUSED: ReadonlySet<string> = new Set(['symbol_mismatch', 'nothing_to_close'])

/** Exits that their owner ended, by the words in which it is told. */
const OWNERS = /owner/
const FROZEN = /frozen/
/** A price may have moved since an exit was sized. */
const PRICE_ROOM = '1.1'

interface Notice { readonly botId: string; readonly code: string; readonly at: number }

/** A close that was asked for: decided as orders, or refused. */
interface Exit {
  readonly botId: string
  readonly name: string
  readonly began: number
  readonly orders: Set<string>
  /** Base: what a signal's `size` asked for; null: everything. */
  readonly wanted: Decimal | null
  /** When the last of its orders ended, or it was refused; null: it is under way. */
  endedAt: number | null
}

/**
 * Holds against the engine that an exit ends its bot's position, or that a person knows in time: an exit that is over and
 * left something has a notice within 10 s.
 */
export class Exits {
  readonly #world: World
  readonly #judge: Judge
  /** Those that have not ended their position yet, by bot and cause. */
  readonly #open = new Map<string, Exit>()
  /** Those that have; more orders may follow. */
  readonly #over = new Map<string, Exit>()
  readonly #notices: Notice[] = []
  /** Since when a bot's exit could have been decided. */
  readonly #waiting = new Map<string, { readonly signalId: string; readonly since: number }>()

  constructor(world: World, judge: Judge) {
    this.#world = world
    this.#judge = judge
  }

  /** After the judge took the batch over. */
  stored(batch: JournalBatch): void {
    const { now } = this.#world.time
    for (const { type, data } of batch.feed ?? []) {
      const code = String(data['code'])
      if (type === 'notice' && NOTICES.has(code)) this.#notice({ botId: String(data['botId']), code, at: now }, data)
    }
    for (const decision of batch.decisions ?? []) this.#refused(decision)
    for (const stored of batch.newOrders ?? []) this.#sent(stored)
    for (const [key, exit] of this.#open) {
      if (this.#isDone(exit)) { this.#open.delete(key); this.#over.set(key, exit) }
      else if ([...exit.orders].some((id) => this.#judge.unsettled.has(id))) exit.endedAt = null
      else exit.endedAt ??= now
    }
  }

  /** To be called every few moments. */
  look(): void {
    const { time, faults, undisturbedSince } = this.#world
    for (const exit of this.#open.values()) {
      if (this.#world.isLost(exit.botId)) continue
      if (exit.endedAt !== null && this.#isBehind(exit)) { exit.endedAt = time.now; continue }
      const since = exit.endedAt ?? exit.began
      // Where databases and answers hang it takes longer; a little also after that has ended.
      const slack = faults.storageSlow + faults.read + faults.executorRestart > 0 ? 3 * TOLD_WITHIN_MS : 0
      if (time.now - Math.max(since, undisturbedSince) <= TOLD_WITHIN_MS + slack || this.#isTold(exit, NOTICES)) continue
      const what = exit.endedAt === null ? 'is under way for' : 'is over for'
      this.#fail(`${exit.name} ${what} ${Math.round(time.now - since)} ms, ${this.#row(exit.botId)} are left, and no person was told`)
    }
    if (faults.isCalm) this.#lookForLate()
  }

  atTheEnd(): void {
    for (const exit of this.#open.values()) {
      if (this.#world.isLost(exit.botId) && this.#isFlat(exit.botId)) continue // of its opening nobody can know
      if (!this.#isTold(exit, this.#world.isLost(exit.botId) ? NOTICES : FINAL)) this.#fail(`${exit.name} left ${this.#row(exit.botId)}, and nobody was told that no more is tried`)
    }
  }

  /** A finding about an exit that stands at the end: something is left, and no more is tried. */
  judgeStanding(botId: string, code: string, detail: string): void {
    if (this.#world.isLost(botId)) return
    if (this.#isFlat(botId)) this.#fail(`it is still said of ${this.#world.nameOf(botId)}, which is flat: ${code}: ${detail}`)
    else if (code === 'exit_waits' || (code === 'exit_at_open' && this.#world.conditions.hours.get(this.#world.bot(botId).exchange) === true)) this.#fail(`an exit of ${this.#world.nameOf(botId)} is said to wait, and nothing is under way: ${detail}`)
  }

  #notice(notice: Notice, data: Readonly<Record<string, unknown>>): void {
    this.#notices.push(notice)
    if (GIVEN_UP.has(notice.code) && typeof data['orderId'] === 'string') this.#hope(notice.botId, data['orderId'], String(data['detail']))
    const left = data['left']
    if (notice.code !== 'exit_incomplete' || typeof left !== 'string') return
    const row = decimal(this.#judge.heldBy(notice.botId).row).abs()
    if (!decimal(left.split(' ')[0] ?? '0').abs().equals(row)) this.#fail(`a person is told that ${left} are left of ${this.#world.nameOf(notice.botId)}, and it is ${text(row)}`)
  }

  /** No exit is given up that could go on: its owner did not end it, it is young, and the exchange would take it now or soon. */
  #hope(botId: string, orderId: string, detail: string): void {
    const { conditions, prices, tables, time } = this.#world
    const stored = this.#judge.orders.get(orderId)
    const bot = this.#world.bot(botId)
    const { row } = this.#judge.heldBy(botId)
    if (stored === undefined || this.#isFlat(botId) || OWNERS.test(detail) || FROZEN.test(detail)) return
    const account = this.#world.accountOf(bot.connectionId ?? '')
    const standing = conditions.refusal(bot, bot.connectionId ?? '')
    const others = [...tables.bots.values()].some(({ bot: other }) => other.id !== botId && this.#world.accountOf(other.connectionId ?? '') === account && other.base === bot.base)
    const unsure = others || this.#world.handled.has(account.id) || this.#judge.assumed.has(botId) || this.#judge.surprised.has(botId)
    if (unsure || (standing !== null && standing.passing !== true) || (stored.sendUntil !== null && time.now >= stored.sendUntil)) return
    const side = row.startsWith('-') ? 'buy' : 'sell'
    const positionSide = account.positionMode === 'hedge' ? (side === 'buy' ? 'short' : 'long') : 'both'
    const there = bot.market === 'spot' ? this.#world.ledger.available(account, bot.base) : this.#world.ledger.held(account, bot.symbol, { side, positionSide })
    const exit = this.#open.get(`${botId} ${stored.cause}`) ?? this.#over.get(`${botId} ${stored.cause}`)
    const closed = [...exit?.orders ?? []].reduce((sum, id) => sum.plus(this.#judge.orders.get(id)?.order.filled ?? '0'), ZERO)
    const rest = exit?.wanted?.minus(closed) ?? decimal(row).abs()
    const held = rest.isNegative() ? ZERO : rest.lessThan(decimal(row).abs()) ? rest : decimal(row).abs()
    const step = decimal(conditions.rules(bot)?.quantityStep ?? '1')
    const closable = cutToStep([there, held, decimal(conditions.rules(bot)?.maxQuantity ?? row.replace('-', ''))].reduce((least, one) => (one.lessThan(least) ? one : least)), step)
    const least = conditions.least(bot, prices.of(bot.exchange, bot.market, bot.symbol)).times(PRICE_ROOM)
    if (closable.greaterThan(ZERO) && closable.greaterThanOrEqualTo(least)) this.#fail(`an exit of ${this.#world.nameOf(botId)} is given up although ${text(closable)} could be closed: ${detail}`)
  }

  #sent({ order, cause }: StoredOrder): void {
    if (order.kind !== 'close') return
    const key = `${order.botId} ${cause}`
    const decision = this.#judge.decisions.get(`${order.signalId ?? ''} ${order.botId}`)
    const signal = this.#judge.signals.get(order.signalId ?? '')?.signal
    const bot = this.#world.bot(order.botId)
    const heeded = bot.userId === signal?.userId || bot.acceptSize
    const flips = bot.onOpposite === 'flip' || decision?.code === 'flip'
    const wanted = signal === undefined || signal.size === null || flips || !heeded ? null : decimal(signal.size)
    const exit = this.#open.get(key) ?? this.#over.get(key) ?? {
      botId: order.botId, name: `the exit ${order.clientOrderId} of ${this.#world.nameOf(order.botId)}`, began: this.#world.time.now, orders: new Set<string>(), wanted, endedAt: null,
    }
    exit.orders.add(order.id)
    exit.endedAt = null
    this.#open.set(key, exit)
  }

  /** A signal that would have closed what its bot holds, and sends nothing. */
  #refused({ signalId, botId, outcome, code, plan }: Decision): void {
    const signal = this.#judge.signals.get(signalId)?.signal
    if (signal === undefined || signal.flags.includes('TEST') || outcome === 'test' || NOT_REFUSED.has(code)) return
    if ((outcome === 'order' && plan?.includes('atOpen') !== true) || !this.#closes(botId, signal)) return
    const { now } = this.#world.time
    this.#open.set(`${botId} ${signalId}`, {
      botId, name: `the exit that ${this.#world.nameOf(botId)} refused as ${code}`, began: now, orders: new Set(), wanted: null, endedAt: now,
    })
  }

  #closes(botId: string, signal: Signal): boolean {
    const { row, dust } = this.#judge.heldBy(botId)
    if (row === '0' || dust || this.#world.bot(botId).symbol !== signal.symbol) return false
    return row.startsWith('-') ? this.#world.bot(botId).market === 'futures' && effectiveSide(signal) === 'BUY' : effectiveSide(signal) === 'SELL'
  }

  /** Flat, or what is left is dust, or as much as was asked for is closed. */
  #isDone({ botId, orders, wanted }: Exit): boolean {
    if (this.#isFlat(botId)) return ![...this.#judge.unsettled].some((id) => this.#judge.orders.get(id)?.order.kind === 'open' && this.#judge.orders.get(id)?.order.botId === botId)
    if (wanted === null) return false
    const closed = [...orders].reduce((sum, id) => sum.plus(this.#judge.orders.get(id)?.order.filled ?? '0'), ZERO)
    return wanted.minus(closed).lessThanOrEqualTo(this.#least(botId))
  }

  /** Nothing, or dust; a spot bot cannot hold less than nothing. */
  #isFlat(botId: string): boolean {
    const { row, dust } = this.#judge.heldBy(botId)
    return row === '0' || dust || (row.startsWith('-') && this.#world.bot(botId).market === 'spot')
  }

  /** Base: less than this cannot be closed. */
  #least(botId: string): Decimal {
    const { exchange, market, symbol } = this.#world.bot(botId)
    return this.#world.conditions.leastEver({ exchange, market, symbol }, this.#world.prices.of(exchange, market, symbol))
  }

  /** Whether orders of its bot are under way that began before it ended: what they leave is not known yet. */
  #isBehind({ botId, endedAt }: Exit): boolean {
    return [...this.#judge.unsettled].some((id) => {
      const order = this.#judge.orders.get(id)?.order
      return order?.botId === botId && order.createdAt <= (endedAt ?? 0)
    })
  }

  #isTold({ botId, began }: Exit, codes: ReadonlySet<string>): boolean {
    const stands = [...this.#judge.findings.values()].some((finding) => finding.key === `exit ${botId}` && codes.has(finding.code))
    return stands || this.#notices.some((notice) => notice.botId === botId && notice.at >= began && codes.has(notice.code))
  }

  /** An exit does not wait for what is known of the opening before it only at leisure: its fills, their fees. */
  #lookForLate(): void {
    const { time, undisturbedSince } = this.#world
    for (const [botId, [signalId]] of this.#judge.undecided) {
      const signal = this.#judge.signals.get(signalId ?? '')?.signal
      if (signal === undefined || !this.#mayGo(botId, signal)) { this.#waiting.delete(botId); continue }
      const before = this.#waiting.get(botId)
      const since = Math.max(before?.signalId === signal.id ? before.since : time.now, undisturbedSince)
      this.#waiting.set(botId, { signalId: signal.id, since })
      if (time.now - since > PROMPT_MS) this.#fail(`${this.#world.nameOf(botId)} keeps an exit waiting for fills that it does not need`)
    }
  }

  /** Whether nothing but the bookkeeping of one opening, whose amount is known, stands before an exit. */
  #mayGo(botId: string, signal: Signal): boolean {
    const before = [...this.#judge.unsettled].flatMap((id) => { const one = this.#judge.orders.get(id)?.order; return one?.botId === botId ? [one] : [] })
    const [opening] = before
    if (opening === undefined || before.length > 1 || opening.kind !== 'open' || signal.flags.includes('TEST') || signal.symbol !== opening.symbol) return false
    if (effectiveSide(signal).toLowerCase() === opening.side) return false
    const { facts } = venueOf(opening.exchange)
    return facts.reduceOnly && decimal(opening.filled).greaterThan(ZERO) && !['submitting', 'uncertain', 'open', 'canceling'].includes(opening.state)
  }

  #row(botId: string): string { return this.#judge.heldBy(botId).row }
  #fail(what: string): void { this.#world.violate(what) }
}
