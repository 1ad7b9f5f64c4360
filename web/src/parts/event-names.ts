import type { TimelineEntry } from '../api/schema.ts'
import { signals } from '../texts/signals.ts'

const t = signals.page

type Entry = Pick<TimelineEntry, 'event' | 'orderId'>

/**
 * What an entry of a timeline is called. An order's first entry is its making, whatever it was made for: it is stored next,
 * and nothing leaves before that.
 */
export function eventName(entries: readonly Entry[], index: number): string {
  const entry = entries[index]
  if (entry === undefined) return ''
  const { event, orderId } = entry
  const first = entries.findIndex((one) => one.orderId === orderId && one.event in t.creations) === index
  return (first ? t.creations[event] : undefined) ?? t.events[event] ?? event.replaceAll('_', ' ')
}
