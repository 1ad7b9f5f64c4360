import type { ExecutorRequest } from '#contract'
import { cutToStep, decimal, isFinal, laneScope, shardOf, text, ZERO, type Decimal, type Order, type OrderState, type Signal } from '#model'
import type { Decision, Finding, JournalBatch, NewSignal, StoredOrder } from '#store'
import type { Placed, Trade } from '../exchange/ledger.ts'
import { venueOf } from '../exchange/venues.ts'
import type { Life } from '../world/life.ts'
import type { World } from '../world/world.ts'
import { Exits } from './exits.ts'
import { numbersIn } from './fanout.ts'
import { describe } from './in-words.ts'
import { LEGAL } from './states.ts'

type Submit = ExecutorRequest & { verb: 'submitOrder' }

/** No order is sent later than this after it was stored for sending, ms. */
const DEADLINE_MS = 5000

/** Within a minute a person is told, and it is looked at every few seconds. */
const TOLD_WITHIN_MS = 60_000
/** Why an owner adjusts a position. */
export const COUNTED_ANEW = 'counted anew'
/** A price may have moved by so much since an order was sized. */
const PRICE_ROOM = '1.1'

/** What one bot holds: by the journal's fills and adjustments, and by what really happened at the exchange. */
export interface Held { booked: Decimal; real: Decimal; row: string; dust: boolean }

/**
 * Sees every durable write, every order that leaves, and everything that happens at the exchanges, and holds them against
 * what must always be true. It keeps its own record of the journal, made from the batches alone.
 */
export class Judge {
  readonly signals = new Map<string, { readonly signal: Signal; readonly bots: ReadonlySet<string> }>()
  readonly decisions = new Map<string, Decision>()
  readonly orders = new Map<string, StoredOrder>()
  readonly unsettled = new Set<string>()
  /** Bots by what of them is not decided, in the order in which it was stored. */
  readonly undecided = new Map<string, string[]>()
  readonly unplanned = new Set<string>()
  readonly held = new Map<string, Held>()
  readonly trades = new Map<string, Map<string, Decimal>>()
  /** Tests that some bot has not decided; they stand beside the lanes. */
  readonly undecidedTests = new Set<string>()
  readonly acknowledged = new Set<string>()
  /** Bots that their owner was told to be there, since when. */
  readonly #made = new Map<string, number>()
  /** Bots with fills of which the exchange's list never came: their fees are not known. */
  readonly assumed = new Set<string>()
  /** Bots with an order that filled something after its end. */
  readonly surprised = new Set<string>()
  /** Bots whose position was adjusted. */
  readonly adjusted = new Set<string>()
  /** Those of them whose owner did it. */
  readonly countedAnew = new Set<string>()
  readonly exits: Exits
  /** Findings that are not closed, by id. */
  readonly findings = new Map<string, { readonly code: string; readonly key: string | null; readonly detail: string; readonly botId: string | null; readonly connectionId: string | null }>()
  readonly #world: World
  readonly #byClientId = new Map<string, string>()
  readonly #sends = new Map<string, number>()
  /** When exits that waited for their market's opening were taken up, by signal and bot. */
  readonly #opened = new Map<string, number>()
  readonly #legs = new Map<string, Placed[]>()
  /** Closes that wait for the end of a pause, by the id of the send that was refused. */
  readonly #waitingExits = new Map<string, { readonly connectionId: string; readonly at: number }>()
  /** For how long a bot's orders were uncertain, ms, and since when those are that still are; its exits do not age meanwhile. */
  readonly #uncertain = new Map<string, { ms: number; readonly open: Map<string, number> }>()

  constructor(world: World) {
    this.#world = world
    this.exits = new Exits(world, this)
  }

  /** A batch has become durable. */
  stored(batch: JournalBatch): void {
    this.#world.log('journal', () => describe(batch))
    for (const one of batch.signals ?? []) this.#signal(one)
    for (const decision of batch.decisions ?? []) this.#decision(decision, batch)
    for (const finding of batch.findings ?? []) this.#finding(finding)
    for (const { id, closedAt } of batch.findingUpdates ?? []) if (closedAt !== null) this.findings.delete(id)
    for (const { signalId, botId, done, code, plan } of batch.decisionUpdates ?? []) {
      const before = this.decisions.get(`${signalId} ${botId}`)
      if (done && before?.plan?.includes('atOpen') === true) this.#opened.set(`${signalId} ${botId}`, this.#world.time.now)
      if (before !== undefined) this.decisions.set(`${signalId} ${botId}`, { ...before, done, code, plan })
      if (done) this.unplanned.delete(`${signalId} ${botId}`)
      else this.unplanned.add(`${signalId} ${botId}`)
    }
    for (const order of batch.newOrders ?? []) this.#newOrder(order)
    for (const order of batch.orders ?? []) this.#changedOrder(order)
    for (const fill of batch.fills ?? []) {
      const order = this.orders.get(fill.orderId)?.order
      if (order === undefined) { this.#fail(`a fill of no order: ${fill.orderId}`); continue }
      const seen = this.trades.get(order.id) ?? new Map<string, Decimal>()
      this.trades.set(order.id, seen.set(fill.tradeId, decimal(fill.quantity)))
      const trade = this.#placed(order).flatMap((placed) => placed.trades).find((one) => one.tradeId === fill.tradeId)
      const assumed = fill.tradeId.startsWith('assumed-')
      if (assumed) this.assumed.add(order.botId)
      if (!assumed && (trade === undefined || text(trade.quantity) !== fill.quantity || trade.price !== fill.price)) this.#fail(`a fill is booked that the exchange did not make: ${order.clientOrderId} ${fill.tradeId}`)
      const signed = decimal(fill.quantity).times(order.side === 'buy' ? 1 : -1)
      const feeInBase = order.market === 'spot' && fill.feeAsset === this.#world.bot(order.botId).base ? decimal(fill.fee) : ZERO
      this.heldBy(order.botId).booked = this.heldBy(order.botId).booked.plus(signed).minus(feeInBase)
    }
    for (const { botId, quantity, reason } of batch.adjustments ?? []) {
      this.adjusted.add(botId)
      if (reason === COUNTED_ANEW) this.countedAnew.add(botId)
      const held = this.heldBy(botId)
      held.booked = held.booked.plus(decimal(quantity))
      held.real = held.real.plus(decimal(quantity))
    }
    for (const { botId, quantity, dust } of batch.positions ?? []) {
      Object.assign(this.heldBy(botId), { row: quantity, dust })
      if (dust) this.#isDust(botId, quantity)
    }
    const touched = new Set([...batch.fills ?? [], ...batch.adjustments ?? [], ...batch.positions ?? []].map((one) => one.botId))
    for (const botId of touched) {
      const { booked, row } = this.heldBy(botId)
      if (!booked.equals(decimal(row))) this.#fail(`the position of ${this.#world.nameOf(botId)} is ${row}, its fills and adjustments come to ${text(booked)}`)
    }
    for (const { order, settled } of batch.orders ?? []) {
      if (settled && order.kind === 'close' && decimal(order.filled).greaterThan(ZERO)) this.#leftovers(order)
    }
    this.exits.stored(batch)
  }

  /** Also one that is closed again later was told to people. */
  #finding({ id, code, key, detail, botId, connectionId, orderId }: Finding): void {
    this.findings.set(id, { code, key: key ?? null, detail, botId, connectionId })
    const order = this.orders.get(orderId ?? '')?.order
    if (code === 'order_missing' && order !== undefined && this.#placed(order).length > 0) this.#fail(`people are told that ${order.clientOrderId} is missing, and the exchange has it`)
  }

  /** What a close leaves below one step can be neither closed nor added to unless it counts as dust from then on. */
  #leftovers({ botId, exchange, market, symbol }: Order): void {
    const { row, dust } = this.heldBy(botId)
    const step = this.#world.conditions.rules({ exchange, market, symbol })?.quantityStep ?? '0'
    if (row !== '0' && decimal(row).abs().lessThan(decimal(step)) && !dust) this.#fail(`${this.#world.nameOf(botId)} keeps ${row}, less than one step, and it is no dust`)
  }

  /** Dust is what no order could close; anything else would be forgotten under that name. */
  #isDust(botId: string, quantity: string): void {
    const { exchange, market, symbol } = this.#world.bot(botId)
    const price = text(decimal(this.#world.prices.of(exchange, market, symbol)).dividedBy(PRICE_ROOM))
    const step = decimal(this.#world.conditions.rules({ exchange, market, symbol })?.quantityStep ?? '0')
    const closable = cutToStep(decimal(quantity).abs(), step)
    if (closable.greaterThan(this.#world.conditions.leastEver({ exchange, market, symbol }, price))) this.#fail(`${this.#world.nameOf(botId)} calls ${quantity} dust`)
  }

  /** The owner of a new bot was told that it is there: from now on it gets signals. */
  made(botId: string): void { this.#made.set(botId, this.#world.time.now) }

  /** A sender was told 202. */
  acknowledges(signalId: string): void {
    this.acknowledged.add(signalId)
    if (!this.signals.has(signalId)) this.#fail(`signal ${signalId} was acknowledged and is not stored`)
  }

  /**
   * An order was refused because the exchange wants a pause. A close that waits for its end goes ahead of openings; one
   * that is uncertain, and was sent again under its id, waits for a look-up.
   */
  paused({ order, connection, kind }: Submit): void {
    const account = this.#world.accountOf(connection.connectionId)
    if (kind === 'close' && this.#stored(account.id, order.clientOrderId)?.order.state !== 'uncertain') this.#waitingExits.set(order.clientOrderId, { connectionId: connection.connectionId, at: this.#world.time.now })
  }

  /** Looked at now and then: whether a person knows of every order that has been uncertain for a minute. */
  lookForUntold(): void {
    const { now } = this.#world.time
    for (const id of this.unsettled) {
      const stored = this.orders.get(id)
      if (stored === undefined || stored.order.state !== 'uncertain' || stored.order.needsPerson) continue
      const since = stored.timeline.findLast((entry) => entry.event === 'uncertain')?.at ?? now
      if (now - Math.max(since, this.#world.undisturbedSince) > TOLD_WITHIN_MS) this.#fail(`${stored.order.clientOrderId} has been uncertain for over a minute, and no person was told`)
    }
  }

  /** A server hands an order over. `frozen`: it has been told that it must not. */
  handedOver({ order }: Submit, frozen: boolean): void {
    if (frozen) this.#fail(`an order is handed over although it is frozen: ${order.clientOrderId}`)
  }

  /** The first byte of an order leaves. */
  sent({ order, connection, kind, fence }: Submit, life: Life): void {
    const { now } = this.#world.time
    if (kind === 'open' && this.#world.faults.isCalm) {
      // The successor of a close is told by its bot, for one bot closes one thing at a time.
      for (const [clientOrderId, { connectionId, at }] of this.#waitingExits) {
        if (connectionId === connection.connectionId && now - at > 20) this.#fail(`an opening leaves while a close waits for the end of a pause: ${order.clientOrderId} before ${clientOrderId}`)
      }
    }
    this.#world.log('executor', () => `sends ${order.clientOrderId} ${order.side} ${order.quantity ?? `for ${order.quoteQuantity}`}${order.reduceOnly ? ' reduce-only' : ''} (${life.origin})`)
    const account = this.#world.accountOf(connection.connectionId)
    const stored = this.#stored(account.id, order.clientOrderId)
    if (stored === undefined) { this.#fail(`an order leaves that is not stored: ${order.clientOrderId}`); return }
    const mine = stored.order
    for (const id of this.#waitingExits.keys()) if (this.#stored(account.id, id)?.order.botId === mine.botId) this.#waitingExits.delete(id)
    const same = mine.side === order.side && mine.quantity === order.quantity && mine.quoteQuantity === order.quoteQuantity && mine.notAfter === order.notAfter && mine.reduceOnly === order.reduceOnly
    if (!same) this.#fail(`an order leaves otherwise than it is stored: ${order.clientOrderId}`)
    if (mine.state !== 'submitting' && mine.state !== 'uncertain') this.#fail(`an order leaves while it is ${mine.state}: ${order.clientOrderId}`)
    if (now > mine.notAfter || mine.notAfter - mine.updatedAt > DEADLINE_MS) this.#fail(`an order leaves without a deadline, or after it: ${order.clientOrderId}`)
    const scope = laneScope(shardOf(this.#world.bot(mine.botId).userId))
    const lease = this.#world.tables.leases.get(scope)
    if (fence?.scope !== scope || fence.token !== lease?.token) this.#fail(`an order leaves under a lease that is over (${fence?.token}, by now ${lease?.token}): ${order.clientOrderId}`)
    else if (mine.notAfter > lease.until) this.#fail(`an order leaves with a deadline beyond its lease: ${order.clientOrderId}`)
    const limit = this.#ageLimit(stored)
    if (now > limit) this.#fail(`an order leaves ${Math.round(now - limit)} ms after its signal's age limit: ${order.clientOrderId}`)
    if (mine.kind === 'open') {
      this.#buysAgain(mine)
      const { maxSize } = this.#world.bot(mine.botId)
      const value = mine.quoteQuantity !== null ? decimal(mine.quoteQuantity) : decimal(mine.quantity ?? '0').times(this.#world.prices.of(mine.exchange, mine.market, mine.symbol))
      if (value.greaterThan(decimal(maxSize).times(PRICE_ROOM))) this.#fail(`an opening worth ${text(value)} leaves, above the largest size of ${maxSize}: ${order.clientOrderId}`)
    }
    const sends = this.#sends.get(mine.id) ?? 0
    this.#sends.set(mine.id, sends + 1)
    if (sends > 0 && venueOf(account.exchange).facts.repeatedId !== 'P') this.#fail(`an id goes out twice where that is not refused: ${order.clientOrderId}`)
    for (const other of this.#unsettledOf(mine.botId)) {
      // An exit does not wait for what became of an opening that has been sent, nor for its fills.
      const exit = mine.kind === 'close' && other.order.kind === 'open' && other.order.state !== 'submitting' && other.order.state !== 'pending'
      if (other.cause !== stored.cause && !exit) this.#fail(`an order overtakes the one before in its lane: ${order.clientOrderId} while ${other.order.clientOrderId} is ${other.order.state}`)
    }
  }

  /** A spot bot that believes to be flat, while the coins that it bought are still there. */
  #buysAgain(order: Order): void {
    const account = this.#world.accountOf(order.connectionId)
    const { base, exchange, market, symbol } = this.#world.bot(order.botId)
    const alone = [...this.#world.tables.bots.values()].filter(({ bot }) => bot.base === base && this.#world.accountOf(bot.connectionId ?? '') === account).length === 1
    const unknown = this.#world.handled.has(account.id) || this.countedAnew.has(order.botId) || this.assumed.has(order.botId) || this.surprised.has(order.botId)
    if (account.market !== 'spot' || !alone || unknown) return
    const forgotten = (account.balances.get(base) ?? ZERO).minus(this.heldBy(order.botId).row)
    if (forgotten.greaterThan(this.#world.conditions.leastEver({ exchange, market, symbol }, this.#world.prices.of(exchange, market, symbol)))) {
      this.#fail(`${this.#world.nameOf(order.botId)} buys while ${text(forgotten)} that it bought before are there, and not in its books: ${order.clientOrderId}`)
    }
  }

  /** The exchange took an order. */
  accepted(placed: Placed): void {
    this.#world.log('exchange', () => `takes ${placed.clientOrderId} as ${placed.number}: ${placed.instruction.side} ${text(placed.target)}${placed.byHand ? ' (by hand)' : ''}`)
    if (placed.byHand) return
    const stored = this.#stored(placed.account.id, placed.clientOrderId)
    if (stored === undefined) { this.#fail(`the exchange has an order that is not stored: ${placed.clientOrderId}`); return }
    const leg = `${stored.cause} ${stored.order.botId} ${stored.order.leg}`
    // A close goes on from one that ended with a rest, under the next number.
    const before = (this.#legs.get(leg) ?? []).filter((one) => one.state !== 'rejected' && (stored.order.kind === 'open' || one.state === 'open'))
    this.#legs.set(leg, [...before, placed])
    if (before.length > 0) this.#fail(`one order too many for leg ${stored.order.leg} of ${this.#world.nameOf(stored.order.botId)}: ${[...before, placed].map((one) => one.clientOrderId).join(', ')}`)
  }

  traded(placed: Placed, trade: Trade): void {
    this.#world.log('exchange', () => `fills ${placed.clientOrderId}: ${text(trade.quantity)} at ${trade.price}`)
    const order = placed.byHand ? undefined : this.#stored(placed.account.id, placed.clientOrderId)?.order
    if (order === undefined) return
    if (order.kind === 'close') this.#exposes(placed, trade)
    const bot = this.#world.bot(order.botId)
    const held = this.heldBy(bot.id)
    const before = held.real
    const fee = placed.account.market === 'spot' && trade.feeAsset === bot.base ? decimal(trade.fee) : ZERO
    held.real = before.plus(trade.quantity.times(order.side === 'buy' ? 1 : -1)).minus(fee)
    // What an ended order fills is booked when reconciliation finds it; until then nobody knows of it.
    if (placed.livedOn) this.surprised.add(bot.id)
    if (this.assumed.has(bot.id) || this.surprised.has(bot.id) || this.#world.handled.has(placed.account.id)) return // nobody can know what is there
    const against = !before.isZero() && before.isNegative() === (order.side === 'sell') ? 'with' : before.isZero() ? 'flat' : 'against'
    const turned = !held.real.isZero() && (before.isZero() || held.real.isNegative() !== before.isNegative())
    if (order.kind === 'close' && (against !== 'against' || turned)) this.#fail(`a close turns ${this.#world.nameOf(bot.id)} from ${text(before)} to ${text(held.real)}: ${order.clientOrderId}`)
    if (order.kind === 'open' && placed.account.positionMode === 'one-way') this.#againstOthers(order, held.real)
    if (order.kind === 'open' && against === 'against' && !held.dust && order.market === 'futures') this.#fail(`an opening runs against ${text(before)} held by ${this.#world.nameOf(bot.id)}: ${order.clientOrderId}`)
  }

  /** By the exchange's own books: what was meant to close never opens, adds, or turns a position around. */
  #exposes({ account, instruction, clientOrderId }: Placed, { quantity }: Trade): void {
    if (account.market === 'spot') return
    const after = account.positions.get(`${instruction.symbol} ${instruction.positionSide}`) ?? ZERO
    const before = instruction.side === 'buy' ? after.minus(quantity) : after.plus(quantity)
    const turned = !after.isZero() && after.isNegative() !== before.isNegative()
    if (turned || after.abs().greaterThan(before.abs())) this.#fail(`a close takes ${account.id} from ${text(before)} to ${text(after)}: ${clientOrderId}`)
  }

  /** A one-way account nets: no two of its bots may stand on opposite sides. */
  #againstOthers(order: Order, held: Decimal): void {
    const account = this.#world.accountOf(order.connectionId)
    for (const [botId, other] of this.held) {
      const bot = this.#world.bot(botId)
      if (botId === order.botId || bot.symbol !== order.symbol || this.#world.accountOf(bot.connectionId ?? '') !== account) continue
      if (this.surprised.has(botId) || this.surprised.has(order.botId)) continue
      if (!other.dust && !other.real.isZero() && other.real.isNegative() !== held.isNegative()) this.#fail(`${this.#world.nameOf(order.botId)} stands with ${text(held)} against ${text(other.real)} of ${this.#world.nameOf(botId)}: ${order.clientOrderId}`)
    }
  }

  heldBy(botId: string): Held {
    const held = this.held.get(botId) ?? { booked: ZERO, real: ZERO, row: '0', dust: false }
    this.held.set(botId, held)
    return held
  }

  /** Orders at the exchange that bear an order's id. */
  placedOf(order: Order): readonly Placed[] { return this.#placed(order) }
  knows(placed: Placed): StoredOrder | undefined { return this.#stored(placed.account.id, placed.clientOrderId) }

  #signal({ signal, fanout, fanoutDone }: NewSignal): void {
    const bots = new Set(numbersIn(fanout).map((number) => this.#world.botNumbered(number).id))
    this.signals.set(signal.id, { signal, bots })
    for (const [botId, at] of this.#made) {
      const missed = at < signal.receivedAt && this.#world.bot(botId).webhookId === signal.webhookId && !bots.has(botId)
      if (missed) this.#fail(`a signal misses ${this.#world.nameOf(botId)}, which had been made: ${signal.id}`)
    }
    if (signal.flags.includes('TEST')) {
      if (!fanoutDone) this.undecidedTests.add(signal.id)
      return
    }
    for (const botId of bots) this.undecided.set(botId, [...this.undecided.get(botId) ?? [], signal.id])
  }

  #decision(decision: Decision, batch: JournalBatch): void {
    const { signalId, botId, outcome } = decision
    this.decisions.set(`${signalId} ${botId}`, decision)
    if (!decision.done) this.unplanned.add(`${signalId} ${botId}`)
    const known = this.signals.get(signalId)
    if (known === undefined || !known.bots.has(botId)) this.#fail(`a decision on a signal that ${this.#world.nameOf(botId)} did not get: ${signalId}`)
    const orders = (batch.newOrders ?? []).filter(({ order }) => order.signalId === signalId && order.botId === botId)
    const atOpen = decision.plan?.includes('atOpen') === true
    if ((outcome === 'order') !== (orders.length > 0 || atOpen)) this.#fail(`a decision "${outcome}" (${decision.code}) with ${orders.length} orders`)
    if (known?.signal.flags.includes('TEST') === true) {
      if ([...known.bots].every((id) => this.decisions.has(`${signalId} ${id}`))) this.undecidedTests.delete(signalId)
      return
    }
    const waiting = this.undecided.get(botId) ?? []
    if (waiting[0] !== signalId) this.#fail(`${this.#world.nameOf(botId)} decides a signal before the one that came first: ${signalId} before ${waiting[0] ?? 'none'}`)
    this.undecided.set(botId, waiting.filter((id) => id !== signalId))
  }

  #newOrder(stored: StoredOrder): void {
    const { order } = stored
    const key = `${stored.accountKey} ${order.clientOrderId}`
    if (this.#byClientId.has(key)) this.#fail(`a client order id is used twice: ${order.clientOrderId}`)
    this.#byClientId.set(key, order.id)
    this.orders.set(order.id, stored)
    this.unsettled.add(order.id)
    const expected = this.#world.derivedIds(stored)
    if (!expected.includes(order.clientOrderId)) this.#fail(`a client order id is not the derived one: ${order.clientOrderId}, not ${expected.join(' or ')}`)
    if (order.state !== 'submitting' && order.state !== 'pending') this.#fail(`an order begins as ${order.state}`)
    if (order.notAfter < order.createdAt) this.#fail(`an order is stored that may no longer be sent: ${order.clientOrderId}`)
    if (order.signalId !== null && this.signals.get(order.signalId)?.signal.flags.includes('TEST') !== false) this.#fail(`an order for a test: ${order.clientOrderId}`)
    if (order.resend === 0) return
    const before = [...this.orders.values()].find((one) => one.cause === stored.cause && one.order.botId === order.botId && one.order.leg === order.leg && one.order.resend === order.resend - 1)
    if (before === undefined) { this.#fail(`an order is sent anew that was never sent: ${order.clientOrderId}`); return }
    const ended = order.kind === 'close' && isFinal(before.order.state)
    if (this.#placed(before.order).some((placed) => placed.state !== 'rejected' && !(ended && placed.state !== 'open'))) this.#fail(`an order is to be sent anew although the exchange has it: ${before.order.clientOrderId}`)
  }

  #changedOrder(stored: StoredOrder): void {
    const { order } = stored
    const before = this.orders.get(order.id)
    if (before === undefined) { this.#fail(`an order changes that is not there: ${order.id}`); return }
    if (before.order.state !== order.state && !LEGAL[before.order.state].includes(order.state)) this.#fail(`${order.clientOrderId} goes from ${before.order.state} to ${order.state}`)
    if (stored.settled && !isFinal(order.state)) this.#fail(`${order.clientOrderId} is settled while it is ${order.state}`)
    this.orders.set(order.id, stored)
    if (stored.settled) this.unsettled.delete(order.id)
    else this.unsettled.add(order.id)
    if (order.kind === 'close' && order.state === 'failed' && order.rejectCode !== 'rate_limited') this.#waitingExits.delete(order.clientOrderId)
    this.#spans(order, before.order.state)
  }

  #spans(order: Order, before: OrderState): void {
    const { now } = this.#world.time
    const spans = this.#uncertain.get(order.botId) ?? { ms: 0, open: new Map<string, number>() }
    this.#uncertain.set(order.botId, spans)
    if (order.state === 'uncertain') { if (before !== 'uncertain') spans.open.set(order.id, order.createdAt); return }
    const since = spans.open.get(order.id)
    if (since === undefined) return
    spans.ms += now - since
    spans.open.delete(order.id)
  }

  /** Until when an order may be sent, by what its signal and bot say. */
  #ageLimit({ order }: StoredOrder): number {
    const signal = order.signalId === null ? undefined : this.signals.get(order.signalId)?.signal
    const bot = this.#world.bot(order.botId)
    const seconds = order.kind === 'open' ? bot.maxSignalAgeSeconds : bot.maxExitAgeSeconds
    const goesAhead = this.decisions.get(`${order.signalId} ${order.botId}`)?.plan?.includes('closeRest') === true
    if (signal === undefined || seconds === 0 || goesAhead) return Infinity
    const spans = this.#uncertain.get(order.botId)
    const waited = order.kind === 'open' || spans === undefined ? 0 : spans.ms + [...spans.open.values()].reduce((sum, since) => sum + this.#world.time.now - since, 0)
    const openedAt = order.kind === 'close' ? this.#opened.get(`${order.signalId} ${order.botId}`) ?? 0 : 0
    return Math.max(signal.ageFrom, openedAt) + seconds * 1000 + waited
  }

  #unsettledOf(botId: string): StoredOrder[] {
    return [...this.unsettled].flatMap((id) => { const one = this.orders.get(id); return one?.order.botId === botId ? [one] : [] })
  }

  #stored(accountId: string, clientOrderId: string): StoredOrder | undefined {
    return this.orders.get(this.#byClientId.get(`${accountId} ${clientOrderId}`) ?? '')
  }

  #placed(order: Order): readonly Placed[] {
    return this.#world.ledger.withId(this.#world.accountOf(order.connectionId), order.clientOrderId)
  }

  #fail(what: string): void { this.#world.violate(what) }
}
