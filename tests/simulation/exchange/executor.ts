import type { ExecutorAnswers, ExecutorPort, ExecutorPush, ExecutorRequest, ReportedOrder, SubmitOutcome } from '#contract'
import { Problem, text } from '#model'
import type { Chance } from '../world/chance.ts'
import type { Life } from '../world/life.ts'
import type { World } from '../world/world.ts'
import { Frozen } from './frozen.ts'
import type { Account, Placed } from './ledger.ts'
import { reportOf } from './report.ts'
import { LOOKUPS, VENUES, venueOf } from './venues.ts'
import { Wire } from './wire.ts'

/** As long as the executor's client waits: for the executor to come back, and for answers (see src/executor-client). */
const PATIENCE_MS = 500
const ORDER_GRACE_MS = 2000
const READ_DEADLINE_MS = 8000
const READS_MS = 40_000
const PRICES_EVERY_MS = 1000
/** How long it takes the executor to see that a server has hung up. */
const NOTICED_MS = 0.3
/** What a dead server waits for. A new one each time: what waits for a promise is kept as long as the promise. */
const never = (): Promise<never> => new Promise(() => undefined)

/** Questions that are asked with a key. */
const PRIVATE: ReadonlySet<string> = new Set(['lookupOrder', 'cancelOrder', 'account', 'report'])

type Submit = ExecutorRequest & { verb: 'submitOrder' }
type Lookup = ExecutorRequest & { verb: 'lookupOrder' }
type Cancel = ExecutorRequest & { verb: 'cancelOrder' }
/** One request that was handed over, and how its caller is answered; the first answer counts. */
interface Handed { readonly life: Life; readonly answer: (outcome: object | Problem) => void; readonly run: number }

/** The executor process with its client, as the server sees it through the port. It restarts on its own. */
export class Executor {
  readonly wire: Wire
  readonly #world: World
  readonly #chance: Chance
  readonly #frozen: Frozen
  readonly #fences = new Map<string, number>()
  #up = true
  /** Counts its own lives. */
  #run = 0
  #wakeUp: (() => void)[] = []
  readonly #handed = new Set<{ readonly request: ExecutorRequest; readonly handed: Handed }>()
  readonly #watched = new Map<Life, { push: (push: ExecutorPush) => void; markets: Map<string, readonly string[]> }>()

  constructor(world: World, chance: Chance) {
    this.#world = world
    this.#chance = chance
    this.wire = new Wire(world, chance)
    this.#frozen = new Frozen(world)
    world.time.after(PRICES_EVERY_MS, () => { this.#push() })
  }

  /** The port of one life of the server. */
  portOf(life: Life): ExecutorPort {
    life.onDeath(() => { this.#watched.delete(life) })
    return {
      call: (request) => this.#call(life, request) as never,
      onPush: (listener) => {
        const before = this.#watched.get(life)
        this.#watched.set(life, { push: (push) => { before?.push(push); listener(push) }, markets: before?.markets ?? new Map() })
        if (before === undefined) this.#world.time.after(this.#chance.between(0.5, 5), () => { this.#tellFrozen(life) })
      },
    }
  }

  /** Dies with everything that is in it and comes back after a while; what is on the wire goes on. */
  restart(): void {
    if (!this.#up) return
    this.#world.log('executor', 'dies')
    this.#up = false
    this.#run += 1
    for (const { request, handed } of this.#handed) handed.answer(lostAnswer(request, this.#world.time.now, 'unavailable', 'the connection to the executor broke'))
    this.#handed.clear()
    for (const { markets } of this.#watched.values()) markets.clear()
    this.#world.time.after(this.#chance.between(50, 2500), () => {
      this.#up = true
      const waiting = this.#wakeUp
      this.#wakeUp = []
      for (const life of this.#watched.keys()) this.#tellFrozen(life)
      for (const wake of waiting) wake()
    })
  }

  async #call(life: Life, request: ExecutorRequest): Promise<object> {
    const { time } = this.#world
    if (!life.passes(`before ${request.verb}`)) return never()
    this.#frozen.asks(life, request)
    if (request.verb === 'submitOrder') this.#world.judge.handedOver(request, this.#frozen.isKnownTo(life, request.connection, request.kind))
    if (!this.#up) {
      await new Promise<void>((resolve) => {
        const patience = request.verb === 'submitOrder' ? Math.min(PATIENCE_MS, request.order.notAfter - time.now) : PATIENCE_MS
        time.after(Math.max(0, patience), resolve)
        this.#wakeUp.push(resolve)
      })
      if (!life.alive) return never()
      if (!this.#up) throw new Problem('unavailable', 'the executor is not running')
    }
    return new Promise((resolve, reject) => {
      const deadlineMs = request.verb === 'submitOrder' ? request.order.notAfter - time.now + ORDER_GRACE_MS : READS_MS
      let open = true
      const entry = { request, handed: { life, run: this.#run, answer: (outcome: object | Problem): void => {
        if (!open) return
        open = false
        this.#handed.delete(entry)
        life.tell(`after ${request.verb}`, () => {
          if (request.verb === 'freeze' && !(outcome instanceof Problem)) this.#frozen.confirms(life, request)
          if (outcome instanceof Problem) reject(outcome); else resolve(outcome)
        })
      } } }
      this.#handed.add(entry)
      time.after(Math.max(0, deadlineMs), () => { if (open) entry.handed.answer(lostAnswer(request, time.now, 'exchange_timeout', 'the executor did not answer in time')) })
      time.after(this.#chance.between(0.02, 0.3), () => { if (entry.handed.run === this.#run) this.#handle(request, entry.handed) })
      if (!life.passes(`handed over ${request.verb}`)) open = false // the frame was written: the executor has it
    })
  }

  #handle(request: ExecutorRequest, handed: Handed): void {
    const { time, faults } = this.#world
    const verb = request.verb
    if (verb === 'submitOrder') { this.#submit(request, handed); return }
    if (verb === 'describe') { handed.answer(this.#describe()); return }
    if (verb === 'freeze' || verb === 'thaw' || verb === 'freezes') {
      const answer = this.#frozen.answer(request, () => { for (const life of this.#watched.keys()) this.#tellFrozen(life) })
      time.after(1, () => { handed.answer(answer) })
      return
    }
    if (verb === 'watch') { handed.answer(this.#watch(request, handed.life)); return }
    if (handed.life.goneForMs() > NOTICED_MS) return
    const fails = this.#chance.hits(faults.rate('read'))
    const fault = fails ? this.#chance.pick(['refused', 'hang', 'after'] as const) : 'none'
    if (fails) this.#world.log('executor', () => `${verb}: ${fault}`)
    if (fault === 'refused' && verb === 'lookupOrder') { handed.answer({ kind: 'unknown', reason: 'HTTP 503', retryAfterMs: null }); return }
    if (fault === 'refused' || fault === 'hang') {
      const wait = fault === 'hang' ? READ_DEADLINE_MS : 5
      time.after(wait, () => { handed.answer(verb === 'lookupOrder' ? { kind: 'unknown', reason: 'no answer in time', retryAfterMs: null }
        : verb === 'cancelOrder' ? { kind: 'unknown', reason: 'no answer in time' } : new Problem('exchange_timeout', 'no answer in time')) })
      return
    }
    const silent = this.#unanswered(request)
    if (silent !== null) { time.after(5, () => { handed.answer(silent) }); return }
    time.after(this.#chance.between(3, 60), () => {
      const answer = this.#read(request)
      if (verb === 'lookupOrder' || verb === 'cancelOrder') this.#world.log('exchange', () => `${verb} ${request.clientOrderId}: ${(answer as { kind: string }).kind}`)
      time.after(this.#chance.between(1, 40), () => { handed.answer(fault === 'after' && verb === 'cancelOrder' ? { kind: 'unknown', reason: 'HTTP 502' } : answer) })
    })
  }

  /** A question that is not answered: the key is refused, or the exchange answers no questions. */
  #unanswered(request: ExecutorRequest): object | Problem | null {
    const { conditions, mishaps } = this.#world
    if (!('connection' in request) || request.connection === undefined || !PRIVATE.has(request.verb)) return null
    const refused = conditions.refusedKeys.has(request.connection.connectionId)
    const asksOrder = request.verb === 'lookupOrder' || request.verb === 'cancelOrder'
    const away = request.verb === 'lookupOrder' ? conditions.unanswered !== 'none' : !asksOrder && conditions.unanswered === 'look-ups and accounts'
    if (!refused && !away) return null
    if (!refused) mishaps.saw('lookupsFail')
    if (asksOrder) return { kind: 'unknown', reason: refused ? 'the exchange refuses the key' : 'HTTP 503', retryAfterMs: null }
    return refused ? new Problem('credentials_rejected', 'the exchange refuses the key') : new Problem('exchange_unreachable', 'HTTP 503')
  }

  #submit(request: Submit, handed: Handed): void {
    const { time, faults } = this.#world
    const notSent = (code: string, why: string, retryAfterMs: number | null = null): void => { handed.answer({ kind: 'not_sent', code, text: why, retryAfterMs, scope: 'key' } satisfies SubmitOutcome) }
    const go = (): void => {
      if (handed.run !== this.#run) return // it died with the order still in it
      if (time.now >= request.order.notAfter) { notSent('deadline', 'its deadline passed before it was sent'); return }
      if (handed.life.goneForMs() > NOTICED_MS) return // whoever asked is gone: dropped
      if (this.#frozen.stops(request.connection, request.kind)) { notSent('frozen', 'it is frozen'); return }
      if (!this.#mayPass(request)) { notSent('fenced', 'a later server owns this lane'); return }
      const pausedMs = this.wire.pausedMs(request.connection)
      if (pausedMs > 0) {
        this.#world.judge.paused(request)
        notSent('rate_limited', 'the exchange asked for a pause', pausedMs)
        return
      }
      this.#world.judge.sent(request, handed.life)
      this.wire.send(this.#accountOf(request.connection.connectionId), request, (outcome) => { if (handed.run === this.#run) handed.answer(outcome) })
    }
    const proven = (): void => { this.#proveMode(request, handed, go) }
    if (this.#chance.hits(faults.rate('queue'))) time.after(this.#chance.between(1, 6000), proven)
    else time.after(this.#chance.between(0.1, 0.5), proven)
  }

  /** Where an exchange ignores a side that its position mode does not know, the mode is asked for before such an order. */
  #proveMode(request: Submit, handed: Handed, go: () => void): void {
    const { time, conditions } = this.#world
    const account = this.#accountOf(request.connection.connectionId)
    if (!conditions.ignoresSides.has(account.id) || request.order.positionSide === 'both') { go(); return }
    time.after(this.#chance.between(3, 60), () => {
      const asked = conditions.refusedKeys.has(request.connection.connectionId) || conditions.unanswered === 'look-ups and accounts'
      if (asked) { handed.answer({ kind: 'not_sent', code: 'exchange_unreachable', text: 'its position mode could not be read', retryAfterMs: 500 }); return }
      if (account.positionMode === 'hedge') { go(); return }
      const at = time.now
      handed.answer({ kind: 'rejected', code: 'position_mode_differs', text: 'the account is in one-way mode', stale: 'mode', sentAt: at, answeredAt: at })
    })
  }

  /** The highest token of each lane is kept, whatever happens to the executor. Some installations have one for each server. */
  #mayPass({ fence }: Submit): boolean {
    if (fence === undefined || !this.#world.fences) return true
    const highest = this.#fences.get(fence.scope) ?? 0
    if (fence.token < highest) return false
    this.#fences.set(fence.scope, fence.token)
    return true
  }

  /** What is frozen is told after every change, and to whoever connects. */
  #tellFrozen(life: Life): void {
    const watcher = this.#watched.get(life)
    if (watcher !== undefined && this.#up) this.#frozen.tell(life, (push) => { watcher.push(push) })
  }

  #read(request: ExecutorRequest): ExecutorAnswers[keyof ExecutorAnswers] | Problem {
    const { time, prices, conditions } = this.#world
    switch (request.verb) {
      case 'lookupOrder': return this.#lookup(request)
      case 'cancelOrder': return this.#cancel(request)
      case 'account': return this.#account(this.#accountOf(request.connection.connectionId))
      case 'markets': return { markets: conditions.list(request.exchange, request.market) }
      case 'price': return { price: prices.of(request.exchange, request.market, request.symbol), at: time.now }
      case 'report': return this.#report(request)
      default: throw new Error(`the simulated executor does not know ${request.verb}`)
    }
  }

  #lookup(request: Lookup): ExecutorAnswers['lookupOrder'] {
    const { time, ledger, faults } = this.#world
    const account = this.#accountOf(request.connection.connectionId)
    const { facts } = venueOf(account.exchange)
    const exchangeNow = Math.min(time.now, Math.floor((time.now + faults.skewMs) / 1000) * 1000)
    // What ended without a fill is forgotten.
    const remembered = (placed: Placed): boolean => placed.endedAt === null || !placed.filled.isZero() || time.now - placed.endedAt < facts.lookupMemoryMs
    const placed = ledger.withId(account, request.clientOrderId).findLast((one) => one.seenFrom <= time.now && remembered(one))
    const other = this.#otherOrder(account, request.clientOrderId)
    if (other !== undefined) return { kind: 'found', order: reportOf(other, time.now, this.#chance, false), exchangeNow }
    if (placed !== undefined) return { kind: 'found', order: reportOf(placed, time.now, this.#chance, faults.untidy && faults.on), exchangeNow }
    return { kind: 'absent', checked: LOOKUPS, exchangeNow, withinMemory: time.now - request.sentAt < facts.lookupMemoryMs }
  }

  /** What a confused exchange answers: an order that was not asked for. */
  #otherOrder(account: Account, clientOrderId: string): Placed | undefined {
    const { faults, ledger } = this.#world
    if (!faults.on || !faults.echo || !this.#chance.hits(0.3)) return undefined
    return ledger.orders.findLast((one) => one.account === account && one.clientOrderId !== clientOrderId)
  }

  #cancel(request: Cancel): ExecutorAnswers['cancelOrder'] {
    const { time, ledger, faults } = this.#world
    const placed = ledger.withId(this.#accountOf(request.connection.connectionId), request.clientOrderId).at(-1)
    if (placed === undefined || !ledger.cancel(placed)) return { kind: 'not_open' }
    return { kind: 'canceled', order: reportOf(placed, time.now, this.#chance, faults.untidy && faults.on) }
  }

  /** What the account shows of its orders and holdings; now and then not all of it. */
  #report({ connection, symbols, since }: ExecutorRequest & { verb: 'report' }): ExecutorAnswers['report'] {
    const { time, ledger, faults } = this.#world
    const account = this.#accountOf(connection.connectionId)
    const gap = this.#chance.hits(faults.rate('read') / 3)
    const shown = ledger.orders.filter((placed) => placed.account === account && symbols.includes(placed.instruction.symbol) && placed.seenFrom <= time.now
      && (placed.state === 'open' || placed.acceptedAt >= since) && !(gap && this.#chance.hits(0.5)))
    const items = shown.map((placed): ReportedOrder => {
      const { exchangeOrderId, clientOrderId, state, filled, averagePrice } = reportOf(placed, time.now, this.#chance, false)
      const { symbol, side, positionSide, quantity, quoteQuantity } = placed.instruction
      return { exchangeOrderId, clientOrderId, state, filled, averagePrice, symbol, side, positionSide, quantity, quoteQuantity, createdAt: placed.acceptedAt, forced: null }
    })
    const { positionMode, balances, positions } = this.#account(account)
    return {
      orders: gap ? { whole: false, items, reason: 'a list failed' } : { whole: true, items },
      holdings: this.#chance.hits(faults.rate('read') / 3) ? { known: false, reason: 'no answer' } : { known: true, positionMode, balances, positions },
    }
  }

  #account(account: Account): ExecutorAnswers['account'] {
    return {
      accountId: account.id, positionMode: account.positionMode,
      balances: Object.fromEntries([...account.balances].map(([asset, amount]) => [asset, { free: text(account.market === 'spot' ? this.#world.ledger.available(account, asset) : amount), total: text(amount) }])),
      positions: [...account.positions].filter(([, quantity]) => !quantity.isZero()).map(([key, quantity]) => {
        const [symbol = '', side = 'both'] = key.split(' ')
        return { symbol, side: side as 'both' | 'long' | 'short', quantity: text(quantity) }
      }),
    }
  }

  #describe(): ExecutorAnswers['describe'] {
    return {
      version: 'simulated', sealingKey: { kid: '', suite: '', publicKey: '' }, masterKeyVersion: 1, auditHead: { seq: 0, hash: '' },
      exchanges: VENUES.map((venue) => venue.description),
    }
  }

  #watch(request: ExecutorRequest & { verb: 'watch' }, life: Life): ExecutorAnswers['watch'] {
    const watcher = this.#watched.get(life)
    watcher?.markets.clear()
    for (const { exchange, market, symbols } of request.items) watcher?.markets.set(`${exchange} ${market}`, symbols)
    return { watching: request.items.length }
  }

  #push(): void {
    const { time, prices, faults, conditions } = this.#world
    time.after(PRICES_EVERY_MS, () => { this.#push() })
    if (!this.#up || this.#chance.hits(faults.rate('read') / 2)) return
    for (const [life, { push, markets }] of this.#watched) {
      if (life.pausedMs() > 0) continue // what comes meanwhile is old when it wakes up
      for (const [exchange, open] of conditions.hours) push({ push: 'hours', exchange, open, nextOpen: null, nextClose: null, at: time.now })
      for (const [key, symbols] of markets) {
        const [exchange = '', market = ''] = key.split(' ')
        push({ push: 'prices', exchange, market: market as 'spot', at: time.now, prices: Object.fromEntries(symbols.map((symbol) => [symbol, prices.of(exchange, market, symbol)])) })
      }
    }
  }

  #accountOf(connectionId: string): Account { return this.#world.accountOf(connectionId) }
}

/** What the client makes of a request that was handed over and not answered: an order may be out. */
function lostAnswer(request: ExecutorRequest, now: number, code: 'unavailable' | 'exchange_timeout', why: string): object | Problem {
  return request.verb === 'submitOrder' ? { kind: 'unknown', reason: why, sentAt: now } satisfies SubmitOutcome : new Problem(code, why)
}
