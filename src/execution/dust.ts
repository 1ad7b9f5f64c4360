import { isDust } from '#bots'
import { sleep } from '#clock'
import { Problem, type MarketRules } from '#model'
import { askAgainMs } from './asking.ts'
import type { Lane } from './book.ts'
import type { Context } from './context.ts'
import { Stopped } from './ended.ts'
import type { Change } from './ledger.ts'
import { envelopeRef } from './linked.ts'

/** Tries to have the market rules, which are only missing right after a start. */
const TRIES = 10

/**
 * What a close left below the minimum is dust from its booking on: kept, shown, and sold with the next position. It is
 * said in the very commit that books the close: were it said after it, a crash in between would leave a position that
 * can neither be closed nor opened anew. Answers the change as it is to be committed.
 */
export async function withDust(context: Context, lane: Lane, change: Change): Promise<Change> {
  const { stored: { order, settled } } = change.tracked
  const booked = change.batch.positions !== undefined && change.batch.positions.length > 0
  const position = booked ? change.position : lane.position
  const { averagePrice } = order
  if (!settled || order.kind !== 'close' || averagePrice === null || position.quantity === '0' || position.dust) return change
  const rules = context.feeds.rulesNow(lane.bot) ?? await rulesAtLast(context, lane)
  if (rules === null || !isDust(position.quantity, rules, averagePrice)) return change
  const dusty = { ...position, dust: true }
  return { ...change, position: dusty, batch: { ...change.batch, positions: [dusty] } }
}

/** Throws `Stopped` where execution ends before: the close is then booked at the next start, by what it leaves. */
async function rulesAtLast(context: Context, lane: Lane): Promise<MarketRules | null> {
  const { bot: { exchange, market, symbol } } = lane
  const linked = context.book.connection(lane.bot.connectionId)
  for (let tries = 1; tries <= TRIES; tries += 1) {
    if (context.stopping) throw new Stopped()
    try {
      return (await context.feeds.rules(exchange, market, linked === undefined ? undefined : envelopeRef(linked))).get(symbol) ?? null
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      await sleep(context.clock, askAgainMs(tries))
    }
  }
  return null
}
