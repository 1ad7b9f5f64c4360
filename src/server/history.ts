import { iso } from '#clock'
import { api } from '#contract'
import type { OrderEvent, OrderView, SignalView } from '#store'

type TimelineEntry = api.SignalAnswer['timeline'][number]

/** Milliseconds with one decimal: what a person reads, and what the clock can tell. */
const since = (start: number, at: number): number => Math.round((at - start) * 10) / 10

/**
 * An order's events as they followed from each other. An order is stored before anything of it is sent: so it was being
 * submitted from when it was known to be stored, not from when it was put into the commit. What two processes tell was
 * told by two clocks, which may be a moment apart: what follows is never shown before what it follows from.
 */
function inOrder(events: readonly OrderEvent[]): readonly OrderEvent[] {
  const steps = STEPS.flatMap((name) => events.find(({ event }) => event === name) ?? [])
  const [stored] = steps
  if (stored?.event !== 'stored') return neverBack(events)
  const first = events.findIndex((one) => steps.includes(one))
  const others = events.filter((one) => !steps.includes(one))
  const told = steps.map((one) => (one.event === 'submitting' ? { ...one, at: stored.at } : one))
  return neverBack([...others.slice(0, first), ...told, ...others.slice(first)])
}

/** The beginning of every order that was sent, in this order. */
const STEPS: readonly string[] = ['stored', 'submitting', 'sent']

function neverBack(events: readonly OrderEvent[]): readonly OrderEvent[] {
  let last = 0
  return events.map((one) => ({ ...one, at: last = Math.max(last, one.at) }))
}

/** An order's own timeline; `ms` counts from its first entry. */
export function orderTimeline(events: readonly OrderEvent[]): TimelineEntry[] {
  const ordered = inOrder(events)
  const start = ordered[0]?.at ?? 0
  return ordered.map(({ event, at, detail }) => ({
    event, at: iso(at), ms: since(start, at), ...(detail === undefined ? {} : { detail }),
  }))
}

const MOST_ENTRIES = 2000

/**
 * Everything that happened to a signal, in order: received, decided (per bot), then what became of each order, beginning
 * with that it was stored. `ms` counts from the webhook's last byte.
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
    for (const { event, at, detail } of inOrder(timeline)) {
      entries.push({
        at, entry: { event, orderId: order.id, botId: order.botId, ...(detail === undefined ? {} : { detail }) },
      })
    }
  }
  return entries.sort((a, b) => a.at - b.at).slice(0, MOST_ENTRIES)
    .map(({ at, entry }) => ({ ...entry, at: iso(at), ms: since(signal.receivedAt, at) }))
}
