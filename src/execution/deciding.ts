import {
  decide, isDust, planFlipOpening, replanClose, sizeCounts, type Decided as Verdict, type DecisionInput, type Need, type Neighbour, type PlannedLeg,
} from '#bots'
import { iso, sleep } from '#clock'
import type { AccountAnswer } from '#contract'
import { decimal, Problem, text, type Decimal, type MarketRules, type Order, type Signal } from '#model'
import { effectiveSide } from '#signals'
import type { Decision, StoredOrder } from '#store'
import { ASK_LIMIT, askAgainMs } from './asking.ts'
import { holdsNothing, type Lane } from './book.ts'
import { closesAll } from './closing.ts'
import { demandOwned, type Context } from './context.ts'
import { Stopped } from './ended.ts'
import type { Decided, Task } from './decided.ts'
import { exitTold, type ExitNews } from './exit-told.ts'
import type { Tracked } from './ledger.ts'
import { envelopeRef, type Linked } from './linked.ts'
import { makeOrder } from './make-order.ts'
import type { Rehearsal } from './port.ts'
import { keepMode } from './position-mode.ts'

/** Why openings are frozen after a backup was restored. */
const ADOPTING = 'orders sent since the restored backup are still being looked for'
const EVERY_NEED: readonly Need[] = ['price', 'rules', 'account', 'hours']

/** Decides with what is in memory; null: something must be asked for first, `decideWaiting` does. */
export function decideNow(context: Context, lane: Lane, signal: Signal): Decided | null {
  const verdict = decide(inputOf(context, lane, signal))
  return verdict.outcome === 'needs' || deniedByOldRules(context, lane, verdict) ? null : decidedAs(context, lane, signal, verdict)
}

/** Decides, asking for prices, rules and account facts as needed, for as long as the signal is young enough. */
export async function decideWaiting(context: Context, lane: Lane, signal: Signal): Promise<Decided> {
  const { verdict, counted } = await verdictOn(context, lane, signal)
  return decidedAs(context, lane, counted, verdict)
}

/** What would be decided now, without any effect. */
export async function rehearse(context: Context, lane: Lane, signal: Signal): Promise<Rehearsal> {
  const { verdict } = await verdictOn(context, lane, signal, { tries: 1 })
  return { botId: lane.bot.id, outcome: verdict.outcome, code: verdict.code, reason: verdict.reason, orders: wouldSend(lane, verdict) }
}

/** A close of everything that its owner asked for. Rejects with `nothing_to_close`, or what refuses it. */
export async function decideClose(context: Context, lane: Lane, cause: string): Promise<Decided> {
  if (lane.position.quantity === '0') throw new Problem('nothing_to_close', 'The bot holds nothing.')
  const { verdict, closing } = await closeVerdict(context, lane, cause)
  // What counts as flat (dust; less than nothing on spot) would be opened by the same signal.
  if (verdict.legs.some((leg) => leg.kind === 'open')) throw new Problem('nothing_to_close', `The ${lane.position.quantity} ${lane.bot.base} that are left cannot be closed.`)
  if (verdict.outcome !== 'order') throw new Problem(verdict.code === 'nothing_to_close' || verdict.code === 'frozen' ? verdict.code : 'rules_violated', verdict.reason)
  const task: Task = { cause, signal: null, decision: null, openUntil: closing.ageFrom, closeUntil: null }
  return { decision: null, task, linked: mustLink(context, lane), orders: ordersFor(context, lane, task, verdict.legs) }
}

/** What a signal to close everything would come to. */
async function closeVerdict(context: Context, lane: Lane, cause: string): Promise<{ verdict: Verdict; closing: Signal }> {
  const now = context.clock.now()
  const { bot } = lane
  const closing: Signal = {
    id: cause, webhookId: bot.webhookId, userId: bot.userId, source: 'manual', receivedAt: now, symbol: bot.symbol,
    side: lane.position.quantity.startsWith('-') ? 'BUY' : 'SELL', size: null, dilution: false, flags: [], label: null, firedAt: null, ageFrom: now,
    warnings: [], unsupportedFields: [], payload: '{}', duplicates: 0, replayOf: null,
  }
  const asIs: Lane = { ...lane, bot: { ...bot, onOpposite: 'close', paused: false, maxExitAgeSeconds: 0, exitAtOpen: false } }
  return { verdict: (await verdictOn(context, asIs, closing, { tries: 3 })).verdict, closing }
}

/**
 * A waiting exit that need not wait for an opening of which it is not known what it filled. On one-way futures, where the
 * bot is alone on account and symbol, it goes out reduce-only for the position plus what the opening may have filled;
 * in hedge mode, where it is alone on that side, for as much of that as the account is read to hold; else for what the
 * bot is known to hold. Null: nothing can go out now. What the opening turns out to have filled is closed afterwards.
 */
export async function decideExitMeanwhile(context: Context, lane: Lane, signal: Signal, opening: Tracked): Promise<Decided | null> {
  if (sizeCounts(signal, lane.bot) || signal.flags.includes('TEST')) return null
  const meanwhile = await heldMeanwhile(context, lane, opening)
  if (meanwhile === null) return null
  const verdict = decide({ ...inputOf(context, lane, signal), position: text(meanwhile.held), dust: false })
  if (verdict.outcome !== 'order' || verdict.atOpen === true || verdict.legs.some((leg) => leg.kind !== 'close')) return null
  const half = verdict.flip === null ? '' : ' The other side is not opened, as nobody knows yet what is held.'
  return decidedAs(context, lane, signal, { ...verdict, flip: null, reason: `${verdict.reason} An opening is uncertain; ${meanwhile.how}.${half}` }, { closeRest: true })
}

/** The same for a close that its owner asked for. What is told stands until all is closed, whatever happens in between. */
export async function decideCloseMeanwhile(context: Context, lane: Lane, cause: string, opening: Tracked): Promise<Decided | null> {
  const meanwhile = await heldMeanwhile(context, lane, opening)
  if (meanwhile === null) return null
  const { verdict, closing } = await closeVerdict(context, { ...lane, position: { ...lane.position, quantity: text(meanwhile.held), dust: false } }, cause)
  if (verdict.outcome !== 'order' || verdict.legs.some((leg) => leg.kind !== 'close')) return null
  const task: Task = { cause, signal: null, decision: null, openUntil: closing.ageFrom, closeUntil: null, closeRest: true }
  const told = exitTold(context, lane, {
    code: 'exit_waits', orderId: opening.stored.order.id, wentAhead: true, why: `A close went out ahead of an opening; ${meanwhile.how}.`, remedy: 'See what became of that order.',
  })
  return { decision: null, task, linked: mustLink(context, lane), orders: ordersFor(context, lane, task, verdict.legs), told }
}

/** What can be closed while it is not known what an opening filled, base, signed, and how; null: nothing for sure. */
async function heldMeanwhile(context: Context, lane: Lane, opening: Tracked): Promise<{ held: Decimal; how: string } | null> {
  const linked = context.book.connection(lane.bot.connectionId)
  if (linked === undefined) return null
  const { order } = opening.stored
  const known = decimal(lane.position.quantity)
  const unbooked = decimal(order.quantity ?? '0').minus(opening.bookedQuantity)
  const most = known.plus(order.side === 'buy' ? unbooked : unbooked.negated())
  const alone = lane.bot.market === 'futures' && context.book.sharing(lane).length === 0
  const held = !alone ? known : linked.connection.positionMode === 'one-way' ? most : await readHeld(context, lane, linked, order, most) ?? known
  if (held.isZero() || held.isNegative() !== (order.side === 'sell')) return null
  return { held, how: alone && linked.connection.positionMode === 'one-way' ? 'this reduce-only close covers it too' : 'what it filled is closed once that is known' }
}

/** Hedge mode: what of `most` the account holds on the opening's side, base, signed; null: it could not be read. */
async function readHeld(context: Context, lane: Lane, linked: Linked, { side }: Order, most: Decimal): Promise<Decimal | null> {
  try {
    const { positions } = await readAccount(context, lane, linked)
    const there = positions.find((one) => one.symbol === lane.bot.symbol && one.side === (side === 'buy' ? 'long' : 'short'))
    const amount = decimal(there?.quantity ?? '0').abs()
    const smaller = amount.lessThan(most.abs()) ? amount : most.abs()
    return side === 'buy' ? smaller : smaller.negated()
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    return null
  }
}

/** What is still held of a close of everything, in as many orders as it takes; none where the position is flat or dust, or nothing can be sent. */
export async function decideRest(context: Context, lane: Lane, task: Task): Promise<readonly PlannedLeg[]> {
  if (lane.position.quantity === '0' || lane.position.dust) return []
  let { rules, price } = await facts(context, lane)
  // Right after a restart nothing may be known yet; what is left open then must not count as closed.
  for (let attempt = 1; rules === null && attempt < ASK_LIMIT; attempt += 1) {
    if (context.stopping) throw new Stopped()
    await sleep(context.clock, askAgainMs(attempt));
    ({ rules, price } = await facts(context, lane))
  }
  if (rules === null || isDust(lane.position.quantity, rules, price?.price ?? null)) return []
  if (task.closeUntil !== null && context.clock.now() > task.closeUntil) return []
  const linked = context.book.connection(lane.bot.connectionId)
  if (linked === undefined) return [] // disconnected meanwhile: what is left stays, and is shown
  return replanClose({ rules, position: lane.position.quantity, positionMode: linked.connection.positionMode, price }).legs
}

/** The second half of a flip, sized now; its age counts from the signal. */
export async function decideFlipOpening(context: Context, lane: Lane, task: Task): Promise<{ kind: 'open'; leg: PlannedLeg } | { kind: 'end'; reason: string }> {
  const { signal, flip } = task
  if (signal === null || flip === undefined) throw new Error('only a flip opens after its close')
  const planned = await ageingVerdictOn(context, lane, signal, { tries: ASK_LIMIT }, (input) => planFlipOpening(input, flip))
  return planned.outcome === 'order' && planned.legs[0] !== undefined ? { kind: 'open', leg: planned.legs[0] } : { kind: 'end', reason: planned.reason }
}

/** A lane with a close that went ahead of an uncertain opening trades in both directions: nobody knows how much it needs. */
function neighbours({ position, opening, exitAhead }: Lane): Neighbour[] {
  const own: Neighbour = { quantity: position.dust ? '0' : position.quantity, opening }
  return exitAhead ? [own, { quantity: '0', opening: 'long' }, { quantity: '0', opening: 'short' }] : [own]
}

/** The task that a signal or request means for a bot; the age limits are those of the bot as it is now. */
export function taskOf(lane: Lane, cause: string, signal: Signal | null, decision: Decision | null): Task {
  const limit = (seconds: number): number | null => (seconds === 0 || signal === null ? null : signal.ageFrom + seconds * 1000)
  const plan = decision?.plan === null || decision === null ? undefined : JSON.parse(decision.plan) as Pick<Task, 'flip' | 'closeRest' | 'atOpen'>
  // An exit that went ahead of an uncertain opening did not age meanwhile, and the rest that it closes does not either.
  const closeUntil = plan?.closeRest === true ? null : limit(lane.bot.maxExitAgeSeconds)
  return { cause, signal, decision, openUntil: limit(lane.bot.maxSignalAgeSeconds), closeUntil, ...plan }
}

/** Everything that a decision is made from, as it stands in memory. */
export function inputOf(context: Context, lane: Lane, signal: Signal): DecisionInput {
  const { bot, position } = lane
  const linked = context.book.connection(bot.connectionId)
  const hours = context.feeds.hours(bot.exchange)
  const freeze = linked === undefined ? null : context.freezes.on(linked.connection.id, linked.connection.userId)
  return {
    signal, bot, position: position.quantity, dust: position.dust,
    rules: context.feeds.rulesNow(bot) ?? null,
    price: context.feeds.freshPrice(bot),
    marketOpen: hours?.open ?? null,
    positionMode: linked?.connection.positionMode ?? null,
    others: bot.market === 'spot' ? [] : context.book.sharing(lane).flatMap(neighbours),
    guards: {
      connection: linked?.connection.status ?? 'active',
      ...freeze === null && context.adopting.any ? { freeze: 'entries', freezeReason: ADOPTING } : { freeze: freeze?.mode ?? 'none', freezeReason: freeze?.reason },
    },
    exitWaits: lane.atOpen.some(({ task }) => closesAll(lane, task)), now: context.clock.now(),
  }
}

/**
 * What the bot makes of the signal, whatever has to be asked for first, asked again within the age limit; and the signal
 * with the age that counted for it: what follows from the verdict goes by that age too.
 */
export async function verdictOn(context: Context, lane: Lane, signal: Signal, limit: { tries: number } = { tries: ASK_LIMIT }): Promise<{ verdict: Verdict; counted: Signal }> {
  const verdict = await ageingVerdictOn(context, lane, signal, limit)
  const younger = verdict.code === 'signal_too_old' ? unaged(context, lane, signal) : null
  if (younger === null) return { verdict, counted: signal }
  const exit = await ageingVerdictOn(context, lane, younger, limit)
  const closes = exit.outcome === 'order' && exit.legs.every((leg) => leg.kind === 'close')
  return closes ? { verdict: { ...exit, flip: null }, counted: younger } : { verdict, counted: signal }
}

async function ageingVerdictOn(context: Context, lane: Lane, signal: Signal, limit: { tries: number }, judge = decide): Promise<Verdict> {
  for (let attempt = 0; ; attempt += 1) {
    let verdict = judge(inputOf(context, lane, signal))
    if (verdict.outcome !== 'needs' && deniedByOldRules(context, lane, verdict)) {
      await freshen(context, lane)
      demandOwned(lane)
      verdict = judge(inputOf(context, lane, signal))
    }
    if (verdict.outcome !== 'needs') {
      claimSide(lane, verdict) // in this very turn: another bot of the account may be about to decide
      return verdict
    }
    const missing = await ask(context, lane, verdict.what)
    if (missing.length === 0 && attempt < ASK_LIMIT) continue
    if (attempt + 1 >= limit.tries) {
      // Whatever is not here now: a price that was fresh has grown old while something else was asked for.
      const last = judge({ ...inputOf(context, lane, signal), unavailable: EVERY_NEED })
      if (last.outcome === 'needs') throw new Error(`a decision asks for ${last.what.join(', ')} although it was told that there is none`)
      claimSide(lane, last)
      return last
    }
    await sleep(context.clock, askAgainMs(attempt + 1))
    demandOwned(lane)
  }
}

/** Refusals that only the market's rules make: nobody hears them by rules that may have changed meanwhile. */
const BY_RULES: ReadonlySet<string> = new Set(['amount_below_minimum', 'amount_above_maximum', 'symbol_halted'])

const deniedByOldRules = (context: Context, lane: Lane, { code }: Verdict): boolean => BY_RULES.has(code) && context.feeds.rulesMayBeOld(lane.bot)

/** Reads the market's rules anew; where that fails, those that are here have to do. */
async function freshen(context: Context, { bot }: Lane): Promise<void> {
  const linked = context.book.connection(bot.connectionId)
  try {
    await context.feeds.freshRules(bot.exchange, bot.market, linked === undefined ? undefined : envelopeRef(linked))
  } catch (error) {
    if (!(error instanceof Problem)) throw error
  }
}

/** While an order of the bot was uncertain its exits could not go out; that time does not count for their age. */
function unaged(context: Context, lane: Lane, signal: Signal): Signal | null {
  const span = lane.uncertainSpan
  if (span === null) return null
  const waited = (span.to ?? context.clock.now()) - Math.max(span.from, signal.receivedAt)
  return waited > 0 ? { ...signal, ageFrom: signal.ageFrom + waited } : null
}

/** Asks for what is missing; answers what could not be had. */
async function ask(context: Context, lane: Lane, what: readonly Need[]): Promise<Need[]> {
  const linked = context.book.connection(lane.bot.connectionId)
  const envelope = linked === undefined ? undefined : envelopeRef(linked)
  const missing: Need[] = []
  for (const need of what) {
    try {
      if (need === 'price') await context.feeds.price(lane.bot, envelope)
      else if (need === 'rules') {
        const { exchange, market, symbol } = lane.bot
        const listed = (await context.feeds.rules(exchange, market, envelope)).has(symbol)
          || (await context.feeds.freshRules(exchange, market, envelope)).has(symbol)
        if (!listed) missing.push(need)
      } else if (need === 'hours') {
        if (context.feeds.hours(lane.bot.exchange) === null) { context.feeds.watchSoon(); missing.push(need) }
      } else if (linked === undefined) missing.push(need)
      else await readAccount(context, lane, linked)
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      missing.push(need)
    }
  }
  return missing
}

/** Reads balances, positions and mode of the account; a changed mode is kept. */
export async function readAccount(context: Context, lane: Lane, linked: Linked): Promise<AccountAnswer> {
  const answer = await context.executor.call({
    verb: 'account', connection: envelopeRef(linked), symbol: lane.bot.symbol, purpose: { botId: lane.bot.id, reason: 'position and balance before an order' },
  })
  await keepMode(context, linked.connection.id, answer.positionMode)
  return answer
}

/** Rules and price, asked for if need be; null what could not be had. */
export async function facts(context: Context, lane: Lane): Promise<{ rules: MarketRules | null; price: DecisionInput['price'] }> {
  await ask(context, lane, ['rules', 'price'])
  return { rules: context.feeds.rulesNow(lane.bot) ?? null, price: context.feeds.freshPrice(lane.bot) }
}

export function mustLink(context: Context, lane: Lane): Linked {
  const linked = context.book.connection(lane.bot.connectionId)
  if (linked === undefined) throw new Problem('nothing_to_close', 'The bot is disconnected; connect it first.')
  return linked
}

/** `firstLeg`: the number of its first order, where the same signal had orders before. */
export function decidedAs(context: Context, lane: Lane, signal: Signal, verdict: Verdict, more: { closeRest?: true } = {}, firstLeg = 0): Decided {
  if (verdict.code === 'already_long' || verdict.code === 'already_short') lane.doubtedAt = context.clock.now()
  const flip = verdict.flip === null ? undefined : { direction: verdict.flip.direction }
  const sends = verdict.outcome === 'order'
  const atOpen = verdict.atOpen === true ? { atOpen: verdict.atOpen } : {}
  const plan = sends && (flip !== undefined || more.closeRest === true || verdict.atOpen === true) ? JSON.stringify({ flip, ...more, ...atOpen }) : null
  const decision: Decision = {
    signalId: signal.id, botId: lane.bot.id, userId: lane.bot.userId, outcome: verdict.outcome, code: verdict.code,
    reason: signal.flags.includes('DEBUG') ? `${verdict.reason} ${traceOf(context, lane, signal)}` : verdict.reason,
    decidedAt: context.clock.now(), plan, done: plan === null,
    wouldSend: verdict.outcome === 'test' ? JSON.stringify(wouldSend(lane, verdict)) : null,
  }
  const task = taskOf(lane, signal.id, signal, decision)
  const linked = context.book.connection(lane.bot.connectionId)
  if (!sends || linked === undefined) {
    return { decision, task, linked: null, orders: [], ...refusedExit(context, lane, signal, verdict) }
  }
  claimSide(lane, verdict)
  const told = verdict.atOpen === true ? { told: toldOfOpening(context, lane, signal) } : {}
  return { decision, task, linked, orders: ordersFor(context, lane, task, verdict.legs, firstLeg), ...told }
}

/** What is told of an exit that sends nothing although the bot holds what it would close. */
function refusedExit(context: Context, lane: Lane, signal: Signal, { outcome, code, reason }: Verdict): { told?: ExitNews } {
  const asked = (outcome === 'skipped' || outcome === 'refused') && code !== 'symbol_mismatch' && code !== 'exit_waits_for_opening' && signal.source !== 'replay' && !signal.flags.includes('TEST')
  if (!asked || !closes(lane, signal) || context.book.lane(lane.bot.id) !== lane) return {}
  return { told: exitTold(context, lane, {
    code: code === 'signal_too_old' ? 'exit_too_old' : 'exit_refused', why: `An exit was not carried out: ${reason}`,
    remedy: REMEDIES[code] ?? 'Close it here ("bots close") or at the exchange.', signalId: signal.id,
  }) }
}

/** What is told of an exit that waits for the market's opening. */
export function toldOfOpening(context: Context, lane: Lane, signal: Signal | null): ExitNews {
  const next = context.feeds.hours(lane.bot.exchange)?.nextOpen ?? null
  return exitTold(context, lane, {
    code: 'exit_at_open', signalId: signal?.id, why: `The market is closed${next === null ? '' : ` until ${iso(next)}`}; the exit is carried out when it opens.`,
    remedy: 'Nothing is left to do.',
  })
}

/** What to do about an exit that was refused; by the decision's code. */
const REMEDIES: Readonly<Record<string, string>> = {
  frozen: 'Thaw trading, then close it.',
  bot_disconnected: 'Connect the bot again and close it, or close it at the exchange.',
  market_closed: 'Close it when the market is open; with "exitAtOpen" the bot does so by itself.',
  amount_below_minimum: 'Write it off with an adjustment of the position, or add to it and close both.',
}

/** Whether a signal would close what the bot holds. */
export const closes = (lane: Lane, signal: Signal): boolean => (
  !holdsNothing(lane) && lane.position.quantity.startsWith('-') === (effectiveSide(signal) === 'BUY')
)

/** Which side the bot is about to open: others of its account may not oppose it from now on. */
function claimSide(lane: Lane, { outcome, flip, legs }: Verdict): void {
  if (outcome !== 'order') return
  const opens = legs.find((leg) => leg.kind === 'open')
  lane.opening = flip?.direction ?? (opens === undefined ? null : opens.side === 'buy' ? 'long' : 'short')
}

/** What a decision was made from, for a signal with the flag `DEBUG`. */
function traceOf(context: Context, lane: Lane, signal: Signal): string {
  const { position, dust, rules, price, positionMode, others, guards, marketOpen, now } = inputOf(context, lane, signal)
  const parts = [
    `position ${position}${dust ? ' (dust)' : ''}`, `signal ${Math.round(now - signal.ageFrom)} ms old`,
    price === null ? 'no fresh price' : `price ${price.price}, ${Math.round(now - price.at)} ms old`,
    rules === null ? 'no rules' : `step ${rules.quantityStep}, minimum ${rules.minQuantity} ${rules.base} and ${rules.minNotional ?? 'no'} ${rules.quote}`,
    `connection ${guards.connection}`, ...positionMode === null ? [] : [`${positionMode} mode`], ...marketOpen === null ? [] : [`market ${marketOpen ? 'open' : 'closed'}`],
    ...others.length === 0 ? [] : [`${others.length} other bots on the account`],
  ]
  return `[${parts.join('; ')}]`
}

function ordersFor(context: Context, lane: Lane, task: Task, legs: readonly PlannedLeg[], firstLeg = 0): StoredOrder[] {
  const linked = mustLink(context, lane)
  return legs.map((leg, index) => makeOrder(context, lane, linked, task, leg, { leg: firstLeg + index, resend: 0, state: index === 0 ? 'submitting' : 'pending' }))
}

function wouldSend(lane: Lane, verdict: Verdict): readonly Record<string, unknown>[] {
  return verdict.legs.map((leg) => ({ symbol: lane.bot.symbol, market: lane.bot.market, type: 'market', ...leg }))
}
