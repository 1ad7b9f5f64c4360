import {
  decide, isDust, planFlipOpening, replanClose, type Decided as Verdict, type DecisionInput, type Need, type Neighbour, type PlannedLeg,
} from '#bots'
import { sleep } from '#clock'
import type { AccountAnswer } from '#contract'
import { decimal, Problem, text, type MarketRules, type Order, type Signal } from '#model'
import { effectiveSide } from '#signals'
import type { Decision, StoredOrder } from '#store'
import { ASK_LIMIT, askAgainMs } from './asking.ts'
import type { Lane } from './book.ts'
import { demandOwned, type Context } from './context.ts'
import { Stopped } from './ended.ts'
import type { Decided, Task } from './decided.ts'
import { exitTooOldFed } from './feed.ts'
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
  return verdict.outcome === 'needs' ? null : decidedAs(context, lane, signal, verdict)
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
  const now = context.clock.now()
  const long = !lane.position.quantity.startsWith('-')
  const signal: Signal = {
    id: cause, webhookId: lane.bot.webhookId, userId: lane.bot.userId, source: 'manual', receivedAt: now, symbol: lane.bot.symbol,
    side: long ? 'SELL' : 'BUY', size: null, dilution: false, flags: [], label: null, firedAt: null, ageFrom: now, warnings: [],
    unsupportedFields: [], payload: '{}', duplicates: 0, replayOf: null,
  }
  if (lane.position.quantity === '0') throw new Problem('nothing_to_close', 'The bot holds nothing.')
  const closing: Lane = { ...lane, bot: { ...lane.bot, onOpposite: 'close', paused: false, maxExitAgeSeconds: 0 } }
  const { verdict } = await verdictOn(context, closing, signal, { tries: 3 })
  // What counts as flat (dust; less than nothing on spot) would be opened by the same signal.
  if (verdict.legs.some((leg) => leg.kind === 'open')) throw new Problem('nothing_to_close', `The ${lane.position.quantity} ${lane.bot.base} that are left cannot be closed.`)
  if (verdict.outcome !== 'order') throw new Problem(verdict.code === 'nothing_to_close' || verdict.code === 'frozen' ? verdict.code : 'rules_violated', verdict.reason)
  const task: Task = { cause, signal: null, decision: null, openUntil: now, closeUntil: null }
  return { decision: null, task, linked: mustLink(context, lane), orders: ordersFor(context, lane, task, verdict.legs) }
}

/**
 * A waiting exit that need not wait for an uncertain opening: on one-way futures, where the bot is alone on account and
 * symbol, it goes out reduce-only for the position plus what the opening may have filled. Null: it has to wait.
 */
export function decideExitMeanwhile(context: Context, lane: Lane, signal: Signal, opening: Order): Decided | null {
  const linked = context.book.connection(lane.bot.connectionId)
  if (lane.bot.market !== 'futures' || linked?.connection.positionMode !== 'one-way' || opening.quantity === null) return null
  if (signal.size !== null || signal.flags.includes('TEST') || context.book.sharing(lane).length > 0) return null
  const uncertain = decimal(opening.quantity).minus(decimal(opening.filled))
  const position = decimal(lane.position.quantity).plus(opening.side === 'buy' ? uncertain : uncertain.negated())
  const verdict = decide({ ...inputOf(context, lane, signal), position: text(position), dust: false })
  if (verdict.outcome !== 'order' || verdict.legs.some((leg) => leg.kind !== 'close')) return null
  const half = verdict.flip === null ? '' : ' The other side is not opened, as nobody knows yet what is held.'
  const reason = `${verdict.reason} An opening is uncertain; this reduce-only close covers it too.${half}`
  return decidedAs(context, lane, signal, { ...verdict, flip: null, reason }, { closeRest: true })
}

/** After a close of a flip: what is still to be closed, or null when the position is flat (or dust). */
export async function decideRest(context: Context, lane: Lane, task: Task): Promise<PlannedLeg | null> {
  if (lane.position.quantity === '0') return null
  let { rules, price } = await facts(context, lane)
  // Right after a restart nothing may be known yet; what is left open then must not count as closed.
  for (let attempt = 1; rules === null && attempt < ASK_LIMIT; attempt += 1) {
    if (context.stopping) throw new Stopped()
    await sleep(context.clock, askAgainMs(attempt));
    ({ rules, price } = await facts(context, lane))
  }
  if (rules === null || isDust(lane.position.quantity, rules, price?.price ?? null)) return null
  if (task.closeUntil !== null && context.clock.now() > task.closeUntil) return null
  const linked = context.book.connection(lane.bot.connectionId)
  if (linked === undefined) return null // disconnected meanwhile: what is left stays, and is shown
  return replanClose({ rules, position: lane.position.quantity, positionMode: linked.connection.positionMode, price }).legs[0] ?? null
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
  const plan = decision?.plan === null || decision === null ? undefined : JSON.parse(decision.plan) as Pick<Task, 'flip' | 'closeRest'>
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
    now: context.clock.now(),
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
    const verdict = judge(inputOf(context, lane, signal))
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
        const rules = await context.feeds.rules(lane.bot.exchange, lane.bot.market, envelope)
        if (!rules.has(lane.bot.symbol)) missing.push(need)
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

function decidedAs(context: Context, lane: Lane, signal: Signal, verdict: Verdict, more: { closeRest?: true } = {}): Decided {
  if (verdict.code === 'already_long' || verdict.code === 'already_short') lane.doubtedAt = context.clock.now()
  const flip = verdict.flip === null ? undefined : { direction: verdict.flip.direction }
  const sends = verdict.outcome === 'order'
  const plan = sends && (flip !== undefined || more.closeRest === true) ? JSON.stringify({ flip, ...more }) : null
  const decision: Decision = {
    signalId: signal.id, botId: lane.bot.id, userId: lane.bot.userId, outcome: verdict.outcome, code: verdict.code,
    reason: signal.flags.includes('DEBUG') ? `${verdict.reason} ${traceOf(context, lane, signal)}` : verdict.reason,
    decidedAt: context.clock.now(), plan, done: plan === null,
    wouldSend: verdict.outcome === 'test' ? JSON.stringify(wouldSend(lane, verdict)) : null,
  }
  const task = taskOf(lane, signal.id, signal, decision)
  const linked = context.book.connection(lane.bot.connectionId)
  if (!sends || linked === undefined) {
    const late = verdict.code === 'signal_too_old' && closes(lane, signal)
    const notice = late ? { notice: exitTooOldFed(lane.bot.userId, lane.bot.id, lane.bot.symbol, verdict.reason) } : {}
    return { decision, task, linked: null, orders: [], ...notice }
  }
  claimSide(lane, verdict)
  return { decision, task, linked, orders: ordersFor(context, lane, task, verdict.legs) }
}

/** Whether a signal would close what the bot holds. */
const closes = ({ position: { quantity, dust } }: Lane, signal: Signal): boolean => (
  !dust && quantity !== '0' && quantity.startsWith('-') === (effectiveSide(signal) === 'BUY')
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

function ordersFor(context: Context, lane: Lane, task: Task, legs: readonly PlannedLeg[]): StoredOrder[] {
  const linked = mustLink(context, lane)
  return legs.map((leg, index) => makeOrder(context, lane, linked, task, leg, { leg: index, resend: 0, state: index === 0 ? 'submitting' : 'pending' }))
}

function wouldSend(lane: Lane, verdict: Verdict): readonly Record<string, unknown>[] {
  return verdict.legs.map((leg) => ({ symbol: lane.bot.symbol, market: lane.bot.market, type: 'market', ...leg }))
}
