import { isDust, replanClose, waysOut, type PlannedLeg } from '#bots'
import { sleep } from '#clock'
import { decimal, Problem, text, ZERO, type Decimal, type MarketRules, type Position } from '#model'
import type { JournalBatch, StoredOrder } from '#store'
import { ASK_LIMIT, askAgainMs } from './asking.ts'
import { barredNow } from './barred.ts'
import type { Lane } from './book.ts'
import { leftAfter } from './closing.ts'
import type { Context } from './context.ts'
import { facts, readAccount } from './deciding.ts'
import { Stopped } from './ended.ts'
import type { ExitCode } from './exit-told.ts'
import { envelopeRef, type Linked } from './linked.ts'
import { closedElsewhere, goneOf, onAccount, type OnAccount } from './reconcile/follow-account.ts'
import { FOR_GOOD } from './redecide.ts'
import type { Ended } from './submit.ts'

/** What follows from an order of a close that has ended. `batch`: what is to be booked with it. */
export type Next =
  /** Nothing is left to be closed by it. `goesOn`: by others whose turn is still to come. */
  | { readonly kind: 'over'; readonly batch?: JournalBatch; readonly goesOn?: true }
  /** These go out in its place, one after another. */
  | { readonly kind: 'again'; readonly legs: readonly PlannedLeg[]; readonly batch?: JournalBatch }
  /** Something is left, and no more is tried: a person has to know. */
  | { readonly kind: 'stop'; readonly told: ExitCode; readonly code: string; readonly why: string; readonly remedy: string; readonly batch?: JournalBatch }

/** How often a close was tried since it last got on, and since when it is being tried; kept from one order to the next. */
export interface Tries {
  refusals: number
  /** Ended without a fill, refusals included. */
  idle: number
  readonly since: number
}

/** Refusals of a close that nothing but a person changes. */
const REFUSED_FOR_GOOD: ReadonlySet<string> = new Set([
  'credentials_rejected', 'signature_rejected', 'passphrase_rejected', 'key_expired', 'ip_not_allowed', 'permission_missing',
  'account_restricted', 'wrong_market', 'paper_account', 'demo_account',
])
/** Other refusals in a row after which no more is tried; the plan is made anew before each. */
const REFUSALS_LIMIT = 4
/** Waits before the next try, after that many that got nowhere. The first comes at once. */
const WAITS_MS = [0, 500, 1000, 2000, 5000] as const
/** Two readings which show that something is gone are this far apart. */
const APART_MS = 2000
/** So long a close without an age limit is tried. */
const TRIES_LIMIT_MS = 15 * 60_000

const LOOK_THERE = 'Look at the exchange and close it there or here.'

/**
 * What goes on from an order of a close that has ended with something left: a plan made anew, of all its parts, out of
 * fresh rules, balance and position, for as long as the close is young enough and there is hope. Waits before it answers
 * where the exchange got nowhere before.
 */
export async function nextOfClose(context: Context, lane: Lane, linked: Linked, ended: Ended, tries: Tries): Promise<Next> {
  const { stored } = ended.tracked
  if (stored.settled || leftAfter(lane, stored, lane.position).isZero()) {
    if (ended.kind === 'done') count(ended, tries) // the close got on: what was refused before does not count for its other orders
    return { kind: 'over' }
  }
  const hopeless = hopelessness(context, lane, ended, tries)
  if (hopeless !== null) return hopeless
  count(ended, tries)
  await sleep(context.clock, WAITS_MS[Math.min(tries.idle, WAITS_MS.length) - 1] ?? 0)
  for (let attempt = 1; ; attempt += 1) {
    if (context.stopping) throw new Stopped()
    const over = barred(context, lane, linked, ended) ?? tooOld(context, ended, tries)
    if (over !== null) return over
    try {
      const next = await planAnew(context, lane, linked, ended)
      return next.kind === 'again' ? tooOld(context, ended, tries) ?? next : next // reading takes its time
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      // What has to be read cannot be read now: an executor that is just being started again costs nobody an exit.
      if (FOR_GOOD.has(error.code) || REFUSED_FOR_GOOD.has(error.code) || attempt >= ASK_LIMIT) {
        return stop('exit_incomplete', error.code, `The account could not be read before the close was sent again: ${error.message}`, LOOK_THERE)
      }
      await sleep(context.clock, askAgainMs(attempt))
    }
  }
}

function count(ended: Ended, on: Tries): void {
  const got = ended.kind === 'done' && ended.tracked.stored.order.filled !== '0'
  const passes = ended.kind === 'rejected' && ended.passing === true // a halt says nothing of the close
  on.refusals = ended.kind === 'done' ? 0 : passes ? on.refusals : on.refusals + 1
  on.idle = got ? 1 : on.idle + 1
}

/** An order of a close that is proven absent, or was not sent: it goes out once more, unless something forbids it. */
export function sameCloseAgain(context: Context, lane: Lane, linked: Linked, ended: Ended & { kind: 'absent' }, tries: Tries): Next {
  const { order: { side, positionSide, quantity, reduceOnly } } = ended.tracked.stored
  const over = barred(context, lane, linked, ended) ?? tooOld(context, ended, tries)
  if (over !== null) return over
  if (FOR_GOOD.has(ended.code)) return stop('exit_refused', ended.code, `The close was not sent: ${ended.why}`, remedyFor(ended.code))
  return { kind: 'again', legs: [{ kind: 'close', side, positionSide, quantity, quoteQuantity: null, reduceOnly }] }
}

/** Why a close is not tried again whatever was read anew; null: there is hope. */
function hopelessness(context: Context, lane: Lane, ended: Ended, tries: Tries): Next | null {
  const { order } = ended.tracked.stored
  if (lane.cancelRequested === order.id) return stop('exit_incomplete', 'canceled_by_owner', 'The close was canceled by its owner.', 'Close again when you want to be out.')
  if (isClosed(context, lane)) return stop('exit_refused', 'market_closed', 'The market has closed before all was closed.', remedyFor('market_closed'))
  if (ended.kind !== 'rejected') return null
  const code = order.rejectCode ?? 'rejected'
  const said = order.rejectText === null || order.rejectText === '' ? code : order.rejectText
  if (order.state === 'failed') return stop('exit_incomplete', code, `The close was given up: ${said}`, LOOK_THERE)
  if (REFUSED_FOR_GOOD.has(code)) return stop('exit_refused', code, `The exchange refused the close: ${said}`, remedyFor(code))
  if (ended.passing !== true && tries.refusals >= REFUSALS_LIMIT) {
    return stop('exit_refused', code, `The exchange refused the close ${tries.refusals + 1} times, at last with: ${said}`, remedyFor(code))
  }
  return null
}

/** Whether the exchange's calendar says that the bot's market is closed. */
function isClosed({ feeds }: Context, { bot }: Lane): boolean {
  return feeds.rulesNow(bot)?.hours === 'calendar' && feeds.hours(bot.exchange)?.open === false
}

function barred(context: Context, lane: Lane, linked: Linked, { tracked }: Ended): Next | null {
  const bar = barredNow(context, lane, linked, tracked)
  return bar === null ? null : stop('exit_refused', bar.code, `The close is stopped: ${bar.text}`, 'Thaw it, then close again.')
}

function tooOld(context: Context, { tracked: { stored: { sendUntil } } }: Ended, { since }: Tries): Next | null {
  if (context.clock.now() < (sendUntil ?? since + TRIES_LIMIT_MS)) return null
  return stop('exit_too_old', 'signal_too_old', 'The close was tried until its age limit had passed.', LOOK_THERE)
}

const stop = (told: ExitCode, code: string, why: string, remedy: string): Next & { kind: 'stop' } => ({ kind: 'stop', told, code, why, remedy })

/** What a person does about a refusal that time does not heal. */
function remedyFor(code: string): string {
  if (code === 'market_closed') return 'Close it when the market is open; a bot with exitAtOpen does so by itself.'
  if (code === 'account_restricted') return 'The exchange does not serve this account or this machine\'s address: close it at the exchange.'
  return REFUSED_FOR_GOOD.has(code) ? 'Close it at the exchange, then connect a key that works and relink its bots.' : LOOK_THERE
}

interface Reading {
  readonly rules: MarketRules
  /** Null: the account could not be read. */
  readonly account: OnAccount | null
}

/** The rest, planned anew. Rejects with `Problem` where what must be known cannot be read. */
async function planAnew(context: Context, lane: Lane, linked: Linked, ended: Ended): Promise<Next> {
  const { stored } = ended.tracked
  let read = await readAnew(context, lane, linked, ended)
  let planned = planOf(context, lane, linked, stored, lane.position, read)
  if (planned.legs.length === 0 && lacks(lane, read)) {
    // An account's view may lag behind its trades: that something is gone has to be seen twice.
    await sleep(context.clock, APART_MS)
    read = await readAnew(context, lane, linked, ended)
    planned = planOf(context, lane, linked, stored, lane.position, read)
  }
  if (planned.legs.length > 0) return { kind: 'again', legs: planned.legs }
  // What one order leaves below the minimum is closed with those whose turn is still to come.
  const tiny = planOf(context, lane, linked, stored, lane.position, { ...read, account: null }).code === 'amount_below_minimum'
  if (tiny && (lane.closing.get(stored.cause)?.ahead ?? 0) > 0) return { kind: 'over', goesOn: true }
  const { position, batch } = lacks(lane, read) && !othersHold(context, lane) ? followed(context, lane, ended, read) : { position: lane.position, batch: undefined }
  const left = leftAfter(lane, stored, position)
  const asked = lane.closing.get(stored.cause)?.asked ?? null
  // Less than the exchange's smallest order of a part that was asked for is no rest.
  const trifle = asked !== null && left.lessThan(decimal(read.rules.minQuantity)) && left.lessThan(decimal(position.quantity).abs())
  if (left.isZero() || trifle) return { kind: 'over', ...batch === undefined ? {} : { batch } }
  return { ...whyNothing(lane, left, read, planned), ...batch === undefined ? {} : { batch } }
}

function planOf(
  context: Context, lane: Lane, linked: Linked, stored: StoredOrder, position: Position, { rules, account }: Reading,
): ReturnType<typeof replanClose> {
  const positionMode = context.book.connection(linked.connection.id)?.connection.positionMode ?? null
  return replanClose({
    rules, position: position.quantity, positionMode, price: context.feeds.freshPrice(lane.bot), available: account === null ? undefined : text(account.free),
    wanted: text(leftAfter(lane, stored, position)),
  })
}

/** Whether less is there than the bot holds by its books. */
const lacks = ({ position }: Lane, { account }: Reading): boolean => account !== null && goneOf(decimal(position.quantity), account.total).greaterThan(ZERO)

/** What keeps the rest from being closed. */
function whyNothing({ bot: { id, base }, position }: Lane, left: Decimal, { account }: Reading, planned: ReturnType<typeof replanClose>): Next & { kind: 'stop' } {
  if (account !== null && account.free.lessThan(left) && account.free.lessThan(account.total)) {
    const why = `${text(account.total.minus(account.free))} ${base} are locked at the exchange, by an order that is not Towerflow's.`
    return stop('exit_incomplete', 'coins_locked', why, 'Cancel that order, then close again.')
  }
  if (account?.total.lessThan(left) === true) {
    const why = `The account holds ${text(account.total)} ${base}, and several bots share it.`
    return stop('exit_incomplete', 'less_held', why, 'Adjust the position of the bot whose part is missing.')
  }
  return stop('exit_incomplete', planned.code, planned.reason, waysOut(id, position.quantity))
}

async function readAnew(context: Context, lane: Lane, linked: Linked, ended: Ended): Promise<Reading> {
  const { exchange, market } = lane.bot
  // What the refusal says we believed wrongly has to be read; the close goes on without what else cannot be had.
  const stale = ended.kind === 'rejected' ? ended.stale : ended.kind === 'absent' ? 'mode' : null
  // The executor has let go of rules that an answer showed to be old.
  if (stale === 'rules') await context.feeds.loadRules(exchange, market, envelopeRef(linked))
  else if (ended.kind !== 'done') await ifItCanBeHad(context.feeds.freshRules(exchange, market, envelopeRef(linked)))
  const { rules } = await facts(context, lane)
  if (rules === null) throw new Problem('exchange_unreachable', 'The market rules could not be had')
  const asked = readAccount(context, lane, linked)
  const account = stale === 'position' || stale === 'mode' ? await asked : await ifItCanBeHad(asked)
  return { rules, account: account === null ? null : onAccount(lane.bot, lane.position.quantity, account) }
}

async function ifItCanBeHad<T>(asked: Promise<T>): Promise<T | null> {
  try {
    return await asked
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    return null
  }
}

/**
 * The bot's position as the account has it: what is not there any more was closed elsewhere, and is booked away with a
 * finding. Coins in somebody's order are still there.
 */
function followed(context: Context, { bot, position: before }: Lane, { tracked: { stored: { order } } }: Ended, { account, rules }: Reading): { position: Position; batch: JournalBatch } {
  const held = account?.total ?? ZERO
  const gone = goneOf(decimal(before.quantity), held)
  const { position: after, batch } = closedElsewhere(context.clock, { bot, position: before, connectionId: order.connectionId, orderId: order.id, held, gone })
  const position = { ...after, dust: isDust(after.quantity, rules, context.feeds.freshPrice(bot)?.price ?? null) }
  // Less than an order is a fee that was not known: nobody needs to be told.
  const quiet = gone.lessThan(decimal(rules.minQuantity))
  return { position, batch: { ...batch, positions: [position], ...quiet ? { findings: [], feed: [] } : {} } }
}

/** Whether another bot of the account holds the same coin, or the same side of the symbol. */
function othersHold(context: Context, lane: Lane): boolean {
  const { bot: { market, base, connectionId }, position: { quantity } } = lane
  const linked = context.book.connection(connectionId)
  if (linked === undefined) return true
  const others = market === 'spot'
    ? context.book.onAccount(linked.connection).filter((other) => other.bot.id !== lane.bot.id && other.bot.base === base) : context.book.sharing(lane)
  const sameSide = (held: string): boolean => held !== '0' && (market === 'spot' || held.startsWith('-') === quantity.startsWith('-'))
  return others.some(({ position }) => sameSide(position.quantity) && !position.dust)
}
