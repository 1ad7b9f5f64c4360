import { newId, sleep, type Clock } from '#clock'
import type { ExecutorPort } from '#contract'
import { bookAdjustment, keyedHash, Problem, type Bot, type Freeze, type FreezeScope, type Market, type MarketRules, type Position, type Signal, type SignalSide } from '#model'
import type { SignalDraft } from '#signals'
import type { Journal } from '#store'
import { adoptSent, Adopting, type SentOrder } from './adopt.ts'
import { Book, makeLane, type ExitAhead, type Lane } from './book.ts'
import { clientOrderIds, originCheck, recogniser } from './client-order-id.ts'
import { commitSurely, wasRefused, type Context, type ExecutionLog } from './context.ts'
import { LaneLost } from './ended.ts'
import { decidedBatch, type Decided } from './decided.ts'
import { envelopeRef } from './linked.ts'
import { decideClose, decideCloseMeanwhile, rehearse } from './deciding.ts'
import { exitEnded, ExitsTold, tellExit, type ExitTold } from './exit-told.ts'
import { Feeds, type Traded } from './feeds.ts'
import { FreezesEverywhere } from './freezes-everywhere.ts'
import { Freezes, type WantedFreeze } from './freezes.ts'
import { Gates } from './gates.ts'
import { Intake } from './intake.ts'
import { Lanes, wake } from './lanes.ts'
import { OnTheWire } from './on-the-wire.ts'
import { Ownership, TAKE_UP, type Shared } from './ownership.ts'
import { perform } from './perform.ts'
import type { Arrival, Execution, Rehearsal, Word } from './port.ts'
import { Reconciler } from './reconcile/reconciler.ts'
import { Rows, type RowReads } from './rows.ts'

export type { Arrival, Execution, Rehearsal, Word } from './port.ts'
export type { SentOrder } from './adopt.ts'
export type { ExecutionLog } from './context.ts'
export { settleFindings, type Difference } from './reconcile/difference.ts'

/** What execution is made of. */
export interface Parts extends RowReads {
  readonly clock: Clock
  readonly journal: Journal
  readonly executor: ExecutorPort
  readonly log: ExecutionLog
  readonly installationKey: Uint8Array
  /** Keeps what was learnt anew about the account behind a key. */
  savePositionMode(connectionId: string, mode: 'one-way' | 'hedge'): Promise<void>
  /** Orders that the executor sent and the journal does not know, oldest first; asked once, at start. `dealtWith`: all are settled. */
  readonly restored?: { sent(): Promise<readonly SentOrder[]>; dealtWith(): Promise<void> }
  /** Absent: nobody else can be there. */
  readonly shared?: Shared
}

const STOP_LIMIT_MS = 8000
/** Whoever asks for a close is answered after this long, though it waits. */
const CLOSE_WAITS_MS = 5000

/** Everything from a stored signal to booked fills. */
export function createExecution(parts: Parts): Execution<SignalDraft> {
  return new Running(parts)
}

class Running implements Execution<SignalDraft> {
  readonly #parts: Parts
  readonly #context: Context
  readonly #lanes: Lanes
  readonly #intake: Intake
  readonly #reconciler: Reconciler
  readonly #ownership: Ownership
  readonly #everywhere: FreezesEverywhere
  readonly #rows: Rows
  #started = false

  constructor(parts: Parts) {
    const { clock, journal, executor, log } = parts
    const keyed = keyedHash(parts.installationKey)
    this.#parts = parts
    const ownership = new Ownership(parts)
    this.#ownership = ownership
    this.#context = {
      clock, journal, executor, log, keyed, clientOrderId: clientOrderIds(keyed), isIdOf: originCheck(keyed), carriesOurMark: recogniser(keyed), book: new Book(), feeds: new Feeds(executor, clock),
      gates: new Gates(clock),
      freezes: new Freezes(executor), wire: new OnTheWire(), tenure: ownership.tenure, adopting: new Adopting(() => { this.#dealtWith() }), stopping: false,
      upToDate: async () => { if (!ownership.tenure.alone) await ownership.log.upToDate() },
      partDecided: (signalId) => ownership.partDecided(signalId),
      savePositionMode: parts.savePositionMode,
      exitMeanwhile: (lane, opening) => this.#lanes.exitMeanwhile(lane, opening), exits: new ExitsTold(),
    }
    this.#lanes = new Lanes(this.#context)
    this.#rows = new Rows(parts, journal, this.#context.book, this.#lanes)
    ownership.join(this.#context, this.#lanes, this.#rows, {
      asked: (botId, kind, args) => this.#serve(botId, kind, args),
      told: (own, kind, args) => this.#everywhere.told(own, kind, args),
    })
    this.#everywhere = new FreezesEverywhere(this.#context, () => ownership.others)
    this.#intake = new Intake(this.#context, this.#lanes, ownership.log)
    this.#reconciler = new Reconciler(this.#context, this.#lanes)
    this.#context.feeds.onOpen = (exchange) => { this.#lanes.open(exchange) }
  }

  async start(): Promise<void> {
    const { journal, book, feeds, freezes, log } = this.#context
    const [bots, connections, positions] = await Promise.all([journal.bots(), journal.connections(), journal.positions()])
    book.load(bots, connections, positions)
    feeds.start(() => this.#watched())
    await Promise.all([feeds.describe(), freezes.list()]).catch((error: unknown) => { log.warn({ cause: String(error) }, 'the executor does not answer yet') })
    const adopted = await this.#adopt()
    await this.#ownership.start()
    this.#ownership.tellOwners(adopted.map((one) => one.botId))
    this.#started = true
    await this.#reconciler.start()
  }

  async stop(): Promise<void> {
    this.#context.stopping = true
    this.#context.feeds.stop()
    this.#reconciler.stop()
    for (const lane of this.#context.book.lanes()) wake(lane)
    const until = this.#context.clock.now() + STOP_LIMIT_MS
    while (this.#lanes.running > 0 && this.#context.clock.now() < until) await sleep(this.#context.clock, 20)
    await this.#ownership.tenure.stop(this.#lanes.running === 0)
  }

  accept(arrival: Arrival<SignalDraft>): Promise<{ signalId: string; duplicate: boolean }> {
    if (!this.#started) return Promise.reject(new Problem('not_stored', 'Towerflow is starting; send the signal again.'))
    return this.#intake.accept(arrival)
  }

  async rehearse(bot: Bot, side: SignalSide, size: string | null): Promise<Rehearsal> {
    const { clock, book } = this.#context
    const stored = book.lane(bot.id)
    const lane = makeLane({ bot, number: stored?.number ?? 0 }, stored?.position)
    const now = clock.now()
    const signal: Signal = {
      id: newId(clock), webhookId: bot.webhookId, userId: bot.userId, source: 'manual', receivedAt: now, symbol: bot.symbol, side, size,
      dilution: false, flags: ['TEST'], label: null, firedAt: null, ageFrom: now, warnings: [], unsupportedFields: [], payload: '{}',
      duplicates: 0, replayOf: null,
    }
    return rehearse(this.#context, lane, signal)
  }

  async close(botId: string): Promise<{ orderIds: readonly string[] }> {
    const lane = await this.#lane(botId)
    const elsewhere = this.#ownership.elsewhere(lane)
    if (elsewhere !== null) return await elsewhere.ask(botId, 'close', {}) as { orderIds: readonly string[] }
    const context = this.#context
    const cause = newId(context.clock)
    let begun = false
    return new Promise((resolve, reject) => {
      const stored = async (decided: Decided): Promise<Decided> => {
        begun = true
        await commitSurely(context, lane, decidedBatch([decided]))
        context.exits.stored([decided])
        resolve({ orderIds: decided.orders.map(({ order }) => order.id) })
        return decided
      }
      const work = async (): Promise<void> => { await perform(context, lane, await stored(await decideClose(context, lane, cause))) }
      // What is in front of it may take its time: whoever asked is not kept waiting, and is told.
      const stop = context.clock.after(CLOSE_WAITS_MS, () => {
        if (begun || lane.lost) return
        resolve({ orderIds: [] })
        this.#tell(lane, { code: 'exit_waits', why: 'A close waits for an order of the bot of which it is not known yet what it filled.', remedy: 'Look at its orders, or close at the exchange.' })
      })
      this.#inLane(lane, work, {
        exit: async (opening) => {
          const decided = await decideCloseMeanwhile(context, lane, cause, opening)
          return decided === null ? null : stored(decided)
        },
      }).finally(stop).catch(reject)
    })
  }

  /** Tells of an exit beside the lane's work. */
  #tell(lane: Lane, told: ExitTold): void {
    void tellExit(this.#context, lane, told).then(() => { this.#lanes.lookAtExit(lane) }).catch((error: unknown) => { if (!(error instanceof LaneLost)) throw error })
  }

  async adjust(botId: string, quantity: string, reason: string, id: string = newId(this.#context.clock)): Promise<Position> {
    const lane = await this.#lane(botId)
    const elsewhere = this.#ownership.elsewhere(lane)
    if (elsewhere !== null) return await elsewhere.ask(botId, 'adjust', { quantity, reason, id }) as Position
    const { clock } = this.#context
    return this.#inLane(lane, async (answer) => {
      const position = bookAdjustment(lane.position, quantity)
      const adjustment = { id, botId, userId: lane.bot.userId, quantity, reason, at: clock.now() }
      await commitSurely(this.#context, lane, { adjustments: [adjustment], positions: [position] }).catch((error: unknown) => {
        throw wasRefused(error) ? new Problem('changed_meanwhile', 'This adjustment was booked before.') : error
      })
      lane.position = position
      lane.touchedAt = clock.now()
      answer(position)
      await exitEnded(this.#context, lane)
    })
  }

  async cancel(orderId: string, botId: string): Promise<void> {
    const lane = await this.#known(botId)
    const elsewhere = lane === undefined ? null : this.#ownership.elsewhere(lane)
    if (elsewhere !== null) { await elsewhere.ask(botId, 'cancel', { orderId }); return }
    if (lane?.current.has(orderId) !== true) throw new Problem('order_final', 'The order has ended; there is nothing to cancel.')
    lane.cancelRequested = orderId
  }

  async resolve(orderId: string, botId: string, word: Word): Promise<void> {
    const lane = await this.#known(botId)
    const elsewhere = lane === undefined ? null : this.#ownership.elsewhere(lane)
    if (elsewhere !== null) { await elsewhere.ask(botId, 'resolve', { orderId, word }); return }
    const inquiry = lane?.inquiries.get(orderId)
    if (inquiry === undefined) throw new Problem('order_not_uncertain', 'It is known what became of this order, or it is on its way right now.')
    await inquiry.say(word)
  }

  async reconcile(connectionId: string): Promise<void> {
    const lane = [...this.#context.book.lanes()].find(({ bot }) => bot.connectionId === connectionId)
    const elsewhere = lane === undefined ? null : this.#ownership.elsewhere(lane)
    if (lane !== undefined && elsewhere !== null) await elsewhere.ask(lane.bot.id, 'reconcile', { connectionId })
    else await this.#reconciler.now(connectionId)
  }

  upToDate(): Promise<void> { return this.#context.upToDate() }

  busy(botId: string): boolean {
    const lane = this.#context.book.lane(botId)
    return lane !== undefined && !this.#lanes.idle(lane)
  }

  position(botId: string): Position | null { return this.#context.book.lane(botId)?.position ?? null }

  async botChanged(botId: string): Promise<void> {
    await this.#rows.bot(botId)
    await this.#isThere()
    this.#context.feeds.watchSoon()
  }

  async connectionChanged(connectionId: string): Promise<void> {
    await this.#rows.connection(connectionId)
    await this.#isThere()
    this.#context.feeds.watchSoon()
  }

  async rules(exchange: string, market: Market, connectionId: string | null, fresh = false): Promise<readonly MarketRules[]> {
    const linked = this.#context.book.connection(connectionId)
    const envelope = linked === undefined ? undefined : envelopeRef(linked)
    const { feeds } = this.#context
    return [...(await (fresh ? feeds.freshRules(exchange, market, envelope) : feeds.rules(exchange, market, envelope))).values()]
  }

  async price(bot: Pick<Bot, 'exchange' | 'market' | 'symbol' | 'connectionId'>): Promise<string> {
    const linked = this.#context.book.connection(bot.connectionId)
    return (await this.#context.feeds.price(bot, linked === undefined ? undefined : envelopeRef(linked))).price
  }

  freeze(wanted: WantedFreeze): Promise<Freeze> { return this.#everywhere.freeze(wanted) }

  thaw(scope: FreezeScope, id: string | null, reason: string, by: string): Promise<boolean> { return this.#everywhere.thaw(scope, id, reason, by) }

  freezes(): Promise<readonly Freeze[]> { return this.#context.freezes.list() }

  freezeOf(scope: FreezeScope, id: string | null): Freeze | null { return this.#context.freezes.of(scope, id) }

  frozen(connectionId: string, userId: string): Freeze | null { return this.#context.freezes.on(connectionId, userId) }

  stats(): { lanes: number; waiting: number; uncertain: number } {
    const lanes = [...this.#context.book.lanes()]
    return { lanes: lanes.length, waiting: this.#lanes.waiting, uncertain: lanes.filter((lane) => lane.uncertain.size > 0).length }
  }

  /** Takes orders over that the journal lost when it was restored; recovery then settles them like any that are in doubt. */
  async #adopt(): Promise<readonly SentOrder[]> {
    const { journal } = this.#context
    const sent = await this.#parts.restored?.sent() ?? []
    if (sent.length > 0) await adoptSent(this.#context, sent, await journal.unfinished())
    else await this.#parts.restored?.dealtWith()
    return sent
  }

  #dealtWith(): void {
    const { log } = this.#context
    log.info({}, 'all orders sent since the backup are settled: openings go on')
    this.#parts.restored?.dealtWith().catch((error: unknown) => { if (!(error instanceof Problem)) throw error }) // noted at the next start
  }

  /** What another server asks of the owner of a lane. */
  #serve(botId: string, kind: string, args: unknown): Promise<unknown> {
    const { quantity, reason, id, orderId, word, connectionId } = args as Record<'quantity' | 'reason' | 'id' | 'orderId' | 'connectionId', string> & { word: Word }
    if (kind === 'close') return this.close(botId)
    if (kind === 'adjust') return this.adjust(botId, quantity, reason, id)
    if (kind === 'cancel') return this.cancel(orderId, botId)
    if (kind === 'resolve') return this.resolve(orderId, botId, word)
    if (kind === 'reconcile') return this.reconcile(connectionId)
    if (kind === TAKE_UP) return this.#ownership.takeUpAnew(botId)
    throw new Error(`no server asks for ${kind}`)
  }

  /**
   * What a server has done that was stopped past its lease, another may not wait for, which believes to be alone: it is
   * there again before anybody is answered.
   */
  async #isThere(): Promise<void> {
    const { tenure, clock } = this.#context
    if (this.#started && !tenure.lasts(clock.now())) await tenure.refresh()
  }

  /** A bot's lane, also where another server has just made it. */
  async #known(botId: string): Promise<Lane | undefined> {
    const { book } = this.#context
    if (book.lane(botId) === undefined) await this.upToDate()
    return book.lane(botId)
  }

  async #lane(botId: string): Promise<Lane> {
    const lane = await this.#known(botId)
    if (lane === undefined) throw new Problem('not_found', 'There is no such bot.')
    return lane
  }

  /** Runs in the lane, after what is in front of it; settles as soon as `answer` is called, while the lane works on. */
  #inLane<T>(lane: Lane, work: (answer: (value: T) => void) => Promise<void>, what: { exit?: ExitAhead } = {}): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#lanes.enqueue(lane, {
        kind: 'run',
        run: () => work(resolve).catch((error: unknown) => {
          if (error instanceof LaneLost) reject(new Problem('unavailable', 'The bot has just gone to another server. Look at its orders before trying again.'))
          if (!(error instanceof Problem)) throw error
          reject(error)
        }),
        drop: reject, ...what,
      })
    })
  }

  * #watched(): Iterable<Traded> {
    for (const { bot } of this.#context.book.lanes()) {
      if (bot.paused || bot.connectionId === null) continue
      yield { of: bot, lend: () => {
        const linked = this.#context.book.connection(bot.connectionId)
        return linked === undefined ? undefined : envelopeRef(linked)
      } }
    }
  }
}

