import type { TimelineEntry } from '../api/schema.ts'
import { signals } from '../texts/signals.ts'

const t = signals.page
/** What a signal's timeline has before any order. */
const BEFORE: ReadonlySet<string> = new Set(['received', 'decided'])

type Entry = Pick<TimelineEntry, 'event' | 'orderId'>

/**
 * What an entry of a timeline is called. An order is stored before anything of it leaves: so its first entry is
 * its making, whatever it was made for, and it is called sending only behind its being stored.
 */
export function eventName(entries: readonly Entry[], index: number): string {
  const entry = entries[index]
  if (entry === undefined) return ''
  const { event, orderId } = entry
  const before = entries.slice(0, index).filter((one) => one.orderId === orderId && !BEFORE.has(one.event))
  const names =
    before.length === 0 ? t.creations : before.some((one) => one.event === 'stored') ? {} : t.unstored
  return names[event] ?? t.events[event] ?? event.replaceAll('_', ' ')
}
