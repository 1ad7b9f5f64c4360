import type { ExchangeOrder, ExecutorRequest, SubmitOutcome } from '#contract'
import type { Chance } from '../world/chance.ts'
import type { SubmitFate } from '../world/faults.ts'
import type { World } from '../world/world.ts'
import type { Account } from './ledger.ts'
import { reportOf } from './report.ts'
import { venueOf } from './venues.ts'

type Submit = ExecutorRequest & { verb: 'submitOrder' }

/** The executor's patience for the answer to an order, beyond its deadline. */
const ANSWER_GRACE_MS = 500
/** How exactly the clocks' difference is known, ms. */
const CLOCK_ERROR_MS = 250
const LOST: ReadonlySet<SubmitFate> = new Set(['lost', 'cut', 'refused5xx'])
const SILENT: ReadonlySet<SubmitFate> = new Set(['lost', 'answerLost', 'hang'])
const FIVE: ReadonlySet<SubmitFate> = new Set(['refused5xx', 'taken5xx', 'unreadable'])

/** An acknowledgement, and nothing else. */
const bare = (order: ExchangeOrder): ExchangeOrder => ({ ...order, state: 'open', filled: '0', averagePrice: null, fills: null })

/** The network between executor and exchanges, and their doors: requests get lost, come late, or are not answered. */
export class Wire {
  /** Client order ids of requests that may still reach an exchange. */
  readonly under: string[] = []
  readonly #world: World
  readonly #chance: Chance
  readonly #pausedUntil = new Map<string, number>()

  constructor(world: World, chance: Chance) {
    this.#world = world
    this.#chance = chance
  }

  /** How long the exchange wants no request of this key, ms. */
  pausedMs(connection: { connectionId: string }): number {
    return Math.max(0, (this.#pausedUntil.get(connection.connectionId) ?? 0) - this.#world.time.now)
  }

  send(account: Account, request: Submit, answer: (outcome: SubmitOutcome) => void): void {
    const { time, faults } = this.#world
    const sentAt = time.now
    const { order, connection } = request
    const fate = this.#chance.weighted(faults.fates() as unknown as Record<SubmitFate, number>)
    if (fate !== 'fine') this.#world.log('wire', `${order.clientOrderId}: ${fate}`)
    const unknown = (reason: string): SubmitOutcome => ({ kind: 'unknown', reason, sentAt })
    const soon = (outcome: SubmitOutcome): void => { time.after(this.#chance.between(1, 60), () => { answer(outcome) }) }
    if (fate === 'unreachable') { soon({ kind: 'not_sent', code: 'unreachable', text: 'no connection could be made', retryAfterMs: 250 }); return }
    if (fate === 'paused') {
      const pauseMs = this.#chance.between(100, 8000)
      this.#pausedUntil.set(connection.connectionId, time.now + pauseMs)
      this.#world.judge.paused(request)
      soon({ kind: 'not_sent', code: 'rate_limited', text: 'HTTP 429', retryAfterMs: pauseMs, scope: 'key' })
      return
    }
    const cut = fate === 'cut' || fate === 'late'
    if (SILENT.has(fate) || cut) time.after(cut ? this.#chance.between(1, 400) : order.notAfter + ANSWER_GRACE_MS - time.now, () => { answer(unknown(cut ? 'the connection was cut' : 'no answer in time')) })
    if (fate === 'refused5xx') soon(unknown('HTTP 503'))
    if (LOST.has(fate)) return

    this.under.push(order.clientOrderId)
    time.after(fate === 'late' ? this.#lateMs(account, order.notAfter - time.now) : this.#chance.between(2, 60), () => {
      this.under.splice(this.under.indexOf(order.clientOrderId), 1)
      const outcome = this.#arrive(account, request, sentAt)
      if (cut || SILENT.has(fate)) return
      time.after(fate === 'slowAnswer' ? this.#chance.between(500, 5500) : this.#chance.between(1, 60), () => { answer(this.#asAnswered(fate, outcome, sentAt)) })
    })
  }

  /** When a late request arrives: at any time, or, which is worst, in the last moment in which it may be taken. */
  #lateMs(account: Account, leftMs: number): number {
    const boundMs = leftMs + this.#latest(account)
    return this.#chance.hits(0.4) ? Math.max(0, boundMs - this.#chance.between(0, 400)) : this.#chance.between(0, boundMs + 1000)
  }

  /** How long after its deadline a request may still be taken: what the facts say, or where they say nothing, long. */
  #latest(account: Account): number {
    const { facts, latestMs } = venueOf(account.exchange)
    return facts.lateAcceptMs ?? latestMs
  }

  #arrive(account: Account, request: Submit, sentAt: number): SubmitOutcome {
    const { time, ledger, faults, conditions } = this.#world
    const { order } = request
    const answered = (more: object): SubmitOutcome => ({ sentAt, answeredAt: time.now, ...more }) as SubmitOutcome
    const error = faults.on ? this.#chance.between(-CLOCK_ERROR_MS, CLOCK_ERROR_MS) : 0
    if (time.now > order.notAfter + this.#latest(account) + error) {
      this.#world.log('exchange', `${order.clientOrderId}: too late`)
      return answered({ kind: 'rejected', code: 'too_late', text: 'the request came too late', stale: null })
    }
    const refusal = conditions.refusal({ ...account, symbol: order.symbol }, request.connection.connectionId)
    if (refusal !== null) {
      this.#world.log('exchange', `${order.clientOrderId}: ${refusal.code}`)
      return answered({ kind: 'rejected', text: `refused: ${refusal.code}`, ...refusal })
    }
    const { clientOrderId, symbol, side, quantity, quoteQuantity, reduceOnly, positionSide } = order
    const taken = ledger.take(account, { clientOrderId, symbol, side, quantity, quoteQuantity, reduceOnly, positionSide })
    if (taken.kind === 'rejected') {
      this.#world.log('exchange', `${order.clientOrderId}: ${taken.code}`)
      return answered(taken)
    }
    if (taken.kind === 'exists' && venueOf(account.exchange).repeated === 'error') return { kind: 'unknown', reason: 'an order with this id exists', sentAt }
    const report = reportOf(taken.placed, time.now, this.#chance, faults.untidy && faults.on)
    return answered({ kind: 'accepted', order: conditions.bareAnswers ? bare(report) : report })
  }

  #asAnswered(fate: SubmitFate, outcome: SubmitOutcome, sentAt: number): SubmitOutcome {
    if (FIVE.has(fate)) return { kind: 'unknown', reason: fate === 'unreadable' ? 'an answer that cannot be read' : 'HTTP 502', sentAt }
    if (fate !== 'otherEcho' || outcome.kind !== 'accepted') return outcome
    return { ...outcome, order: { ...outcome.order, clientOrderId: `other-${outcome.order.clientOrderId}`.slice(0, 36), exchangeOrderId: '1' } }
  }
}
