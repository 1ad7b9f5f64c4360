import type { ReportAnswer, ReportedOrder, Told } from '#contract'
import { decimal, text, type Market } from '#model'
import type { JournalBatch, Reconciliation, StoredFinding, StoredOrder } from '#store'
import type { Lane } from '../book.ts'
import { heldBy, type Context } from '../context.ts'
import type { Lanes } from '../lanes.ts'
import { envelopeRef, type Linked } from '../linked.ts'
import { keepMode } from '../position-mode.ts'
import { owned } from '../ranges.ts'
import { compareBalances } from './compare-balances.ts'
import { compareMinimums } from './compare-minimums.ts'
import { compareOrders, type OrdersCompared } from './compare-orders.ts'
import { comparePositions } from './compare-positions.ts'
import { settleFindings, type Compared, type Difference } from './difference.ts'
import { CLOSED_ELSEWHERE } from './follow-account.ts'
import type { Account, Held, HoldingsCompared, Seen, Strangers } from './holdings.ts'
import { bookAway, takeOverForced, takeOverLate } from './late.ts'

/** A bot that had anything under way in the time before a report is not held against it: the exchange's views lag. */
const QUIET_MS = 3000
/** How far the first report of a connection reaches back, and how much two reports overlap: fills may come that late. */
const FIRST_REACH_MS = 86_400_000
const OVERLAP_MS = 3_600_000
/** The exchange's clock and lists may be behind by that much. */
const SLACK_MS = 120_000
const SYMBOLS_AT_ONCE = 50
const REASON_SHOWN = 300

/** What a round is to go by besides the books: kept in memory between rounds. */
export interface Round {
  readonly before: Reconciliation | null
  /** What the round before saw, by key (`Seen`): what is seen twice is raised, or booked. */
  readonly suspects: ReadonlyMap<string, string>
}

export interface RoundEnded {
  readonly reconciliation: Reconciliation
  readonly suspects: ReadonlyMap<string, string>
  /** Something was seen for the first time, or could not be judged because a bot was at work: to be looked at again soon. */
  readonly again: boolean
}

interface State extends Strangers { readonly since: number | null }

/**
 * Compares one connection's books with the exchange, once: orders since the last time, positions, balances. Differences
 * become findings when they are seen twice; orders that lived on, and what of a position is gone, are booked in their
 * lanes. Nothing is ever traded to make the two agree. Rejects with `Problem` where the exchange, the executor or the
 * database did not answer.
 */
export async function reconcile(context: Context, lanes: Lanes, linked: Linked, { before, suspects }: Round): Promise<RoundEnded> {
  const { clock, journal, book } = context
  const { id, userId, market } = linked.connection
  const startedAt = clock.now()
  const state = readState(before)
  const onAccount = book.onAccount(linked.connection)
  const quiet = new Map(onAccount.filter((lane) => isQuiet(lane, startedAt)).map((lane) => [lane, lane.touchedAt]))
  // Orders are asked for from where the last whole report began, less an overlap, within the exchange's memory. One that
  // remembers for a minute is asked about the last hour all the same: what it has forgotten is not held against it.
  const memory = context.feeds.facts(linked.connection)?.lookupMemoryMs ?? FIRST_REACH_MS
  const since = Math.max(state.since ?? startedAt - FIRST_REACH_MS, startedAt - Math.max(memory, OVERLAP_MS) + SLACK_MS)

  const ours = await journal.ordersSince(id, since - SLACK_MS)
  const symbols = [...new Set([...onAccount.filter((lane) => lane.bot.connectionId === id).map((lane) => lane.bot.symbol), ...ours.map(({ order }) => order.symbol)])]
  const report = await ask(context, linked, symbols, since)
  if (report.holdings.known) await keepMode(context, id, report.holdings.positionMode)
  const orders = await compareReported(context, linked, report.orders, ours, { from: Math.max(since, startedAt - memory) + SLACK_MS, until: startedAt - SLACK_MS })
  const standing = (await journal.standingFindings()).filter((finding) => finding.connectionId === id)
  const { unbooked, strangers } = handOver(context, lanes, linked, onAccount, orders)

  // A bot that has come meanwhile was not quiet: its symbol is judged the next time.
  await context.upToDate()
  const still = book.onAccount(linked.connection).filter((lane) => market === 'spot' || symbols.includes(lane.bot.symbol))
  const held = still.map((lane): Held => ({
    bot: lane.bot, position: lane.position, leastOrder: context.feeds.rulesNow(lane.bot)?.minQuantity ?? null,
    mine: owned(lane), touchedAt: lane.touchedAt,
    quiet: report.orders.whole && quiet.get(lane) === lane.touchedAt && isQuiet(lane, startedAt),
  }))
  const account = { held, byHand: [...orders.byHand, ...strangers], traded: orders.traded }
  const holdings = compareHoldings(market, report, account, state, { accepted: acknowledged(standing), suspects })
  const minimums = compareMinimums(context.feeds, held.filter(({ bot }) => bot.connectionId === id))

  const seen = [...orders.differences, ...holdings.differences, ...minimums.differences]
  const known = new Set(standing.map((finding) => finding.key))
  const raised = [...seen.filter(({ key }) => suspects.has(key) || known.has(key)), ...unbooked]
  const gaps = [...report.orders.whole ? [] : [report.orders.reason], ...report.holdings.known ? [] : [report.holdings.reason]]
  const reconciliation: Reconciliation = {
    connectionId: id, at: gaps.length === 0 ? startedAt : before?.at ?? null, triedAt: startedAt, trouble: gaps.length === 0 ? null : gaps.join('; ').slice(0, REASON_SHOWN),
    state: JSON.stringify({ ...holdings.strangers, since: report.orders.whole ? nextSince(startedAt, orders.byHand) : state.since } satisfies State),
  }
  const judged = new Set([...orders.judged, ...holdings.judged, ...minimums.judged, ...readEvents(standing)])
  const batch: JournalBatch = settleFindings(clock, { userId, connectionId: id }, standing, { differences: raised, judged })
  // A server that was stopped compares with what it held then: what it concludes must not be stored.
  await journal.commit({ ...batch, reconciliations: [reconciliation], held: heldBy(context, onAccount.filter((lane) => lane.token !== null)) })
  bookAll(context, lanes, linked, holdings)
  const doubtful = seen.filter(({ key }) => !known.has(key))
  return {
    reconciliation, suspects: suspectsOf(seen, holdings),
    again: doubtful.some(({ key }) => !suspects.has(key)) || holdings.followed.some(({ gone, booked }) => gone.greaterThan(booked))
      || held.some((one) => !one.quiet) || orders.lived.length + orders.forced.length > 0,
  }
}

const NOTHING: Compared = { differences: [], judged: new Set() }

function compareHoldings(
  market: Market, { holdings }: ReportAnswer, account: Omit<Account, 'holdings'>, strangers: Strangers, seen: Seen,
): HoldingsCompared {
  if (!holdings.known) return { ...NOTHING, followed: [], strangers }
  return (market === 'futures' ? comparePositions : compareBalances)({ ...account, holdings }, strangers, seen)
}

const acknowledged = (standing: readonly StoredFinding[]): Set<string> => (
  new Set(standing.filter((finding) => finding.acknowledgedAt !== null).map((finding) => finding.key ?? ''))
)

/** What happened and was booked is over once a person has read of it. */
const readEvents = (standing: readonly StoredFinding[]): string[] => (
  standing.filter(({ code, acknowledgedAt }) => code === CLOSED_ELSEWHERE.code && acknowledgedAt !== null).flatMap(({ key }) => key ?? [])
)

/** What is gone is booked in its bot's lane, unless something has happened to the bot before its turn comes. */
function bookAll(context: Context, lanes: Lanes, linked: Linked, { followed }: HoldingsCompared): void {
  for (const one of followed) {
    const lane = context.book.lane(one.held.bot.id)
    if (lane === undefined || one.booked.isZero()) continue
    const on = context.book.connection(lane.bot.connectionId) ?? linked
    lanes.enqueue(lane, { kind: 'run', run: () => bookAway(context, lane, on, one) })
  }
}

/** What the next look is to see again before it counts. */
function suspectsOf(seen: readonly Difference[], { followed }: HoldingsCompared): Map<string, string> {
  const suspects = new Map(seen.map(({ key }) => [key, '']))
  for (const { key, gone, booked } of followed) if (gone.greaterThan(booked)) suspects.set(key, text(gone.minus(booked)))
  return suspects
}

const isQuiet = (lane: Lane, at: number): boolean => !lane.busy && lane.current.size === 0 && lane.touchedAt <= at - QUIET_MS

function readState(before: Reconciliation | null): State {
  const empty: State = { explained: {}, byHand: {}, since: null }
  return before === null ? empty : { ...empty, ...JSON.parse(before.state) as Partial<State> }
}

/** An order by hand that is still open is followed until it has ended: what it fills explains the position. */
const nextSince = (startedAt: number, byHand: readonly ReportedOrder[]): number => (
  byHand.reduce((since, order) => (order.state === 'open' ? Math.min(since, order.createdAt - SLACK_MS) : since), startedAt - OVERLAP_MS)
)

/** One report of all symbols, in as many questions as it takes. Balances and positions are those of the last one. */
async function ask(context: Context, linked: Linked, symbols: readonly string[], since: number): Promise<ReportAnswer> {
  const items = new Map<string, ReportedOrder>()
  const gaps: string[] = []
  let holdings: ReportAnswer['holdings'] = { known: false, reason: 'no bot trades here' }
  for (let from = 0; from < symbols.length; from += SYMBOLS_AT_ONCE) {
    const answer = await context.executor.call({
      verb: 'report', connection: envelopeRef(linked), symbols: symbols.slice(from, from + SYMBOLS_AT_ONCE), since, background: true, purpose: { reason: 'reconciliation' },
    })
    for (const order of answer.orders.items) items.set(order.exchangeOrderId, order)
    if (!answer.orders.whole) gaps.push(answer.orders.reason)
    holdings = answer.holdings
  }
  const orders: Told<ReportedOrder> = gaps.length === 0
    ? { whole: true, items: [...items.values()] } : { whole: false, items: [...items.values()], reason: gaps.join('; ') }
  return { orders, holdings }
}

/** Our orders are read anew once the report is there: what happened meanwhile is no difference. */
async function compareReported(
  context: Context, { connection }: Linked, told: Told<ReportedOrder>, before: readonly StoredOrder[], shown: { from: number; until: number },
): Promise<OrdersCompared> {
  const { journal, book } = context
  const since = await journal.ordersSince(connection.id, (before[0]?.order.createdAt ?? context.clock.now()) - SLACK_MS)
  const byClientId = new Map(since.map((stored) => [stored.order.clientOrderId, stored]))
  const others = told.items.map((order) => order.clientOrderId).filter((clientOrderId) => !byClientId.has(clientOrderId))
  for (const stored of await journal.ordersByClientId(book.accountKey(connection), others)) byClientId.set(stored.order.clientOrderId, stored)
  const compared = compareOrders({ since, byClientId, shownFrom: shown.from, shownUntil: shown.until, carriesOurMark: context.carriesOurMark }, told)
  // An order that a lane has in hand, or had until a moment ago, is that lane's.
  const atWork = (stored: StoredOrder): boolean => book.lane(stored.order.botId)?.current.has(stored.order.id) === true
  return { ...compared, lived: compared.lived.filter((stored) => !atWork(stored)) }
}

/** What no lane can book: as findings; and of it what the exchange did to positions that are not our bots'. */
interface Unbooked { readonly unbooked: readonly Difference[]; readonly strangers: readonly ReportedOrder[] }

/** Gives the lanes what they have to book. */
function handOver(context: Context, lanes: Lanes, linked: Linked, onAccount: readonly Lane[], { lived, forced }: OrdersCompared): Unbooked {
  const unbooked: Difference[] = []
  const strangers: ReportedOrder[] = []
  for (const stored of lived) {
    const { order } = stored
    const lane = context.book.lane(order.botId)
    const on = context.book.connection(order.connectionId) ?? linked
    if (lane !== undefined) lanes.enqueue(lane, { kind: 'run', run: () => takeOverLate(context, lane, on, stored) })
    else {
      unbooked.push({
        key: `order_differs ${order.id}`, code: 'order_differs', ours: order.state, theirs: 'it lived on', botId: null, orderId: order.id,
        detail: `Order ${order.clientOrderId} (${order.symbol}) lived on at the exchange; its bot was deleted, so nothing is booked.`,
      })
    }
  }
  for (const reported of forced) {
    if (decimal(reported.filled).isZero()) continue
    const long = reported.side === 'sell'
    const holders = onAccount.filter(({ bot, position }) => (
      bot.symbol === reported.symbol && !position.dust && !decimal(position.quantity).isZero() && decimal(position.quantity).isNegative() !== long
    ))
    const [lane] = holders
    if (lane !== undefined && holders.length === 1) lanes.enqueue(lane, { kind: 'run', run: () => takeOverForced(context, lane, linked, reported) })
    else {
      strangers.push(reported)
      unbooked.push(forcedUnbooked(reported, linked.connection.market, holders.length))
    }
  }
  return { unbooked, strangers }
}

function forcedUnbooked(reported: ReportedOrder, market: Market, holders: number): Difference {
  const theirs = `${reported.forced ?? ''}: ${reported.side} ${reported.filled} ${reported.symbol} (${market})`
  const what = holders === 0
    ? 'no bot holds that side: nothing is to be booked; what a bot lost by it is booked away already.'
    : `${holders} bots hold that side: nothing is booked. Adjust the position of those whose it was.`
  return {
    key: `forced_close ${reported.exchangeOrderId}`, code: 'forced_close', ours: `${holders} bots hold that side`, theirs, botId: null, orderId: null,
    detail: `The exchange closed by itself, ${theirs}, and ${what}`,
  }
}
