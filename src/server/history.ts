import { iso } from '#clock'
import { api } from '#contract'
import type { OrderEvent, OrderView, SignalView } from '#store'

type TimelineEntry = api.SignalAnswer['timeline'][number]

/** Milliseconds with one decimal: what a person reads, and what the clock can tell. */
const since = (start: number, at: number): number => Math.round((at - start) * 10) / 10

/** An order's own timeline; `ms` counts from its first entry. */
export function orderTimeline(events: readonly OrderEvent[]): TimelineEntry[] {
  const start = events[0]?.at ?? 0
  return events.map(({ event, at, detail }) => ({
    event, at: iso(at), ms: since(start, at), ...(detail === undefined ? {} : { detail }),
  }))
}

const MOST_ENTRIES = 2000

/**
 * Everything that happened to a signal, in order: received, decided (per bot), then what became of each order. `ms`
 * counts from the webhook's last byte.
 */
export function signalTimeline(view: SignalView, orders: readonly OrderView[]): TimelineEntry[] {
  const { signal, decisions } = view
  const entries: {
    at: number
    entry: Omit<TimelineEntry, 'at' | 'ms'>
  }[] = [{ at: signal.receivedAt, entry: { event: 'received' } }]
  for (const { decision } of decisions) {
    entries.push({
      at: decision.decidedAt,
      entry: { event: 'decided', detail: `${decision.outcome}: ${decision.code}`, botId: decision.botId },
    })
  }
  for (const { order, timeline } of orders) {
    for (const { event, at, detail } of timeline) {
      entries.push({
        at, entry: { event, orderId: order.id, botId: order.botId, ...(detail === undefined ? {} : { detail }) },
      })
    }
  }
  return entries.sort((a, b) => a.at - b.at).slice(0, MOST_ENTRIES)
    .map(({ at, entry }) => ({ ...entry, at: iso(at), ms: since(signal.receivedAt, at) }))
}
