import { Decimal } from 'decimal.js'
import type { Desk, TradingBot } from './desk.ts'
import type { Journal, JournalOrder, JournalSignal } from './journal.ts'
import type { Ledger, LedgerOrder } from './ledger.ts'
import type { Sent } from './sender.ts'

/** Something that must not be. `wrong`: journal and exchange differ in another way. */
export interface Violation { readonly kind: 'lost' | 'duplicate' | 'wrong'; readonly text: string; readonly evidence: unknown }

type Decision = JournalSignal['decisions'][number]

/**
 * Compares what was sent, what the installation says of it, and what the exchange accepted. Called in calm times, when
 * everything has come to its end; remembers what it has seen, since an order may turn up long after its signal.
 */
export class Judge {
  readonly #desk: Desk
  readonly #bots: readonly TradingBot[]
  readonly #signals = new Set<string>()
  readonly #sent = new Map<string, Sent>()
  /** Label → the signal that was stored of it. */
  readonly #stored = new Map<string, string>()
  readonly #orders = new Map<string, JournalOrder>()
  /** How far each key's ledger was read, and how often each opening was seen there, by bot's account and size. */
  readonly #read = new Map<string, number>()
  readonly #openings = new Map<string, number>()
  readonly #accepted = new Map<string, LedgerOrder>()
  /** Client order ids that were judged in an earlier calm time. */
  readonly #settled = new Set<string>()
  readonly #positions = new Map<string, Decimal>()
  readonly #overtaken = new Set<string>()

  constructor(desk: Desk) {
    this.#desk = desk
    this.#bots = [...desk.hooks, desk.probe].flatMap((hook) => hook.bots)
  }

  judge(sent: readonly Sent[], journal: Journal, ledger: Ledger): Violation[] {
    const found: Violation[] = []
    const say = (kind: Violation['kind'], text: string, evidence: unknown): void => { found.push({ kind, text, evidence }) }
    for (const alert of sent) this.#sent.set(alert.label, alert)
    for (const order of journal.orders) this.#orders.set(order.clientOrderId, order)
    this.#readLedger(ledger, say)
    const fresh = journal.signals.filter((signal) => !this.#signals.has(signal.id))
    for (const signal of fresh) {
      this.#signals.add(signal.id)
      const alert = this.#sent.get(signal.label ?? '')
      if (alert === undefined) { say('wrong', `a signal that nobody sent: ${signal.label}`, signal); continue }
      const before = this.#stored.get(alert.label)
      if (before !== undefined) say('duplicate', `${alert.label} is stored twice`, { before, signal })
      else this.#stored.set(alert.label, signal.id)
    }
    for (const alert of sent) {
      if (alert.accepted === null) continue
      const stored = this.#stored.get(alert.label)
      if (stored === undefined) say('lost', `${alert.label} was answered 202 and is not in the journal`, alert)
      else if (stored !== alert.accepted) say('wrong', `${alert.label} was answered with another signal's id`, { alert, stored })
    }
    this.#judgeDecisions(fresh, journal.orders, say)
    this.#judgeOpenings(sent, say)
    for (const bot of this.#bots) {
      const [ours, theirs] = [new Decimal(journal.positions.get(bot.id) ?? 0), this.#position(bot)]
      if (!ours.equals(theirs)) say('wrong', `${bot.symbol} ${bot.market}: the position is ${ours.toFixed()}, the exchange's fills make ${theirs.toFixed()}`, bot)
    }
    for (const order of journal.orders) this.#settled.add(order.clientOrderId)
    return found
  }

  #readLedger(ledger: Ledger, say: Say): void {
    for (const key of this.#desk.keys) {
      const orders = ledger.of(key)
      for (const order of orders.slice(this.#read.get(key) ?? 0)) {
        if (this.#accepted.has(order.clientOrderId)) say('duplicate', `the exchange accepted ${order.clientOrderId} twice`, order)
        this.#accepted.set(order.clientOrderId, order)
        if (isOpening(order)) count(this.#openings, openingKey(key, order.symbol, order.side, order.quoteQuantity ?? order.quantity ?? '0'))
        const ours = this.#orders.get(order.clientOrderId)
        if (ours === undefined) say('duplicate', `the exchange accepted ${order.clientOrderId}, which the journal does not know`, order)
        else if (this.#settled.has(order.clientOrderId)) say('duplicate', `the exchange accepted ${order.clientOrderId} after it had come to its end`, { order, ours })
      }
      this.#read.set(key, orders.length)
    }
  }

  /** In each bot's own order: who decided what, whether that was right, and whether it is at the exchange just once. */
  #judgeDecisions(signals: readonly JournalSignal[], journalOrders: readonly JournalOrder[], say: Say): void {
    const ordersOf = new Map<string, JournalOrder[]>()
    for (const order of journalOrders) {
      const key = `${order.signalId ?? ''} ${order.botId}`
      ordersOf.set(key, [...ordersOf.get(key) ?? [], order])
    }
    const decided = new Map<string, { signal: JournalSignal; alert: Sent; decision: Decision }[]>()
    for (const signal of signals) {
      const alert = this.#sent.get(signal.label ?? '')
      if (alert === undefined) continue
      for (const bot of alert.hook.bots) {
        const own = signal.decisions.filter((decision) => decision.botId === bot.id)
        const [decision] = own
        if (decision === undefined || own.length > 1) say(decision === undefined ? 'lost' : 'duplicate', `${alert.label}: ${own.length} decisions of one bot`, signal)
        else decided.set(bot.id, [...decided.get(bot.id) ?? [], { signal, alert, decision }])
      }
    }
    for (const bot of this.#bots) {
      const mine = (decided.get(bot.id) ?? []).sort((a, b) => Date.parse(a.decision.at) - Date.parse(b.decision.at) || a.signal.id.localeCompare(b.signal.id))
      for (const { signal, alert, decision } of mine) this.#judgeDecision(bot, alert, decision, ordersOf.get(`${signal.id} ${bot.id}`) ?? [], say)
    }
  }

  #judgeDecision(bot: TradingBot, alert: Sent, decision: Decision, orders: readonly JournalOrder[], say: Say): void {
    const held = this.#position(bot)
    const flat = held.abs().lessThan(bot.step)
    const closes = !flat && held.isPositive() === (alert.side === 'SELL')
    const evidence = { alert, decision, held: held.toFixed(), orders }
    // While an opening is uncertain an exit goes ahead of it, closes as much as there may be, and what the opening filled
    // after all in a second order; an opening that is then proven absent is not sent any more.
    const overtakes = decision.reason.includes('An opening is uncertain')
    const overtaken = orders.at(-1)?.rejectCode === 'superseded_by_exit' || orders[0]?.rejectCode === 'superseded_by_exit'
    if (overtaken) this.#overtaken.add(`${alert.label} ${bot.id}`)
    const most = decision.outcome !== 'order' ? 0 : (bot.flips && closes) || overtakes ? 2 : 1
    const least = overtaken || overtakes ? 0 : most
    if (decision.outcome !== 'order' && !(decision.code === 'nothing_to_close' && flat && alert.side === 'SELL')) {
      say('lost', `${alert.label}: ${decision.outcome} (${decision.code}) while the bot held ${held.toFixed()}: ${decision.reason}`, evidence)
    }
    const legs = new Map<number, number>()
    for (const order of orders) {
      const accepted = this.#accepted.get(order.clientOrderId)
      if (accepted !== undefined) {
        legs.set(order.leg, (legs.get(order.leg) ?? 0) + 1)
        this.#positions.set(bot.id, this.#position(bot).plus(traded(accepted, bot)))
      }
      if ((accepted?.state ?? 'absent') !== (order.state === 'failed' || order.state === 'rejected' ? 'absent' : order.state) || !new Decimal(accepted?.filled ?? 0).equals(order.filled)) {
        say('wrong', `${alert.label}: order ${order.clientOrderId} is ${order.state}, ${order.filled} filled; at the exchange ${accepted?.state ?? 'absent'}, ${accepted?.filled ?? 0} filled`, { ...evidence, accepted })
      }
    }
    for (const [leg, times] of legs) if (times > 1) say('duplicate', `${alert.label}: leg ${leg} was accepted ${times} times`, evidence)
    if (legs.size < least) say('lost', `${alert.label}: ${legs.size} of ${least} orders are at the exchange`, evidence)
    if (legs.size > most) say('duplicate', `${alert.label}: ${legs.size} orders are at the exchange, not ${most}`, evidence)
  }

  /** The exchange's word alone: each size opens once, and has to where its alert was accepted. */
  #judgeOpenings(sent: readonly Sent[], say: Say): void {
    for (const alert of sent) {
      for (const bot of alert.hook.bots) {
        if (alert.size === null || (alert.side === 'SELL' && !bot.flips)) continue
        const times = this.#openings.get(openingKey(bot.apiKey, bot.symbol, alert.side, alert.size)) ?? 0
        if (times > 1) say('duplicate', `${alert.label}: the exchange accepted ${times} openings of its size`, alert)
        if (times < 1 && alert.accepted !== null && !this.#overtaken.has(`${alert.label} ${bot.id}`)) say('lost', `${alert.label}: answered 202, and the exchange has no opening of its size`, alert)
      }
    }
  }

  #position(bot: TradingBot): Decimal { return this.#positions.get(bot.id) ?? new Decimal(0) }
}

type Say = (kind: Violation['kind'], text: string, evidence: unknown) => void

/** On spot only a buy opens; on futures what does not reduce. */
const isOpening = (order: LedgerOrder): boolean => (order.market === 'spot' ? order.side === 'BUY' : !order.reduceOnly)

const openingKey = (apiKey: string, symbol: string, side: string, size: string): string => `${apiKey} ${symbol} ${side} ${new Decimal(size).toFixed()}`

function count(counts: Map<string, number>, key: string): void { counts.set(key, (counts.get(key) ?? 0) + 1) }

/** What an order added to the position: its fills, less fees that were taken in the base. */
function traded(order: LedgerOrder, bot: TradingBot): Decimal {
  const base = bot.symbol.replace(/USDT$/, '')
  const got = order.fills.reduce((sum, fill) => sum.plus(fill.quantity), new Decimal(0))
  const fees = order.fills.reduce((sum, fill) => (fill.feeAsset === base ? sum.plus(fill.fee) : sum), new Decimal(0))
  return (order.side === 'BUY' ? got : got.negated()).minus(bot.market === 'spot' ? fees : 0)
}
