import type { Hook } from './desk.ts'
import { isUnsettled, type Journal, type JournalOrder, type JournalSignal } from './journal.ts'

/** Nothing may stand still for longer, once it is left in peace. */
export const STUCK_MS = 30_000

/** Orders that have not ended, and signals that not every bot of their hook has decided. */
export function unfinished(journal: Journal, hookOf: (signal: JournalSignal) => Hook | undefined): { readonly orders: JournalOrder[]; readonly signals: JournalSignal[] } {
  return {
    orders: journal.orders.filter(isUnsettled),
    signals: journal.signals.filter((signal) => signal.decisions.length < (hookOf(signal)?.bots.length ?? 0)),
  }
}

/**
 * What stands still: an order that has not ended 30 s after it was made, and a signal whose bot has done nothing at all for as
 * long; counted from `calmSince` (epoch ms) on. A long queue that moves is no reason for alarm: its machine may be slow.
 */
export function stuckIn(journal: Journal, hookOf: (signal: JournalSignal) => Hook | undefined, calmSince: number, now: number): { readonly id: string; readonly text: string; readonly evidence: unknown }[] {
  const stands = (since: number): boolean => now - Math.max(calmSince, since) > STUCK_MS
  const moved = new Map<string, number>()
  const move = (botId: string, at: string): void => { moved.set(botId, Math.max(moved.get(botId) ?? 0, Date.parse(at))) }
  for (const order of journal.orders) move(order.botId, order.updatedAt)
  for (const { decisions } of journal.signals) for (const { botId, at } of decisions) move(botId, at)
  const { orders, signals } = unfinished(journal, hookOf)
  return [
    ...orders.filter((order) => stands(Date.parse(order.createdAt)))
      .map((order) => ({ id: order.id, text: `order ${order.clientOrderId} is ${order.state} after ${STUCK_MS / 1000} s of calm`, evidence: order })),
    ...signals.filter((signal) => hookOf(signal)?.bots.some((bot) => !signal.decisions.some(({ botId }) => botId === bot.id) && stands(moved.get(bot.id) ?? 0)))
      .map((signal) => ({ id: signal.id, text: `${signal.label ?? signal.id} is undecided, and its bot has done nothing for ${STUCK_MS / 1000} s of calm`, evidence: signal })),
  ]
}
