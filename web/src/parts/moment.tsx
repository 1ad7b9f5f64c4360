import { useSyncExternalStore } from 'react'

const full = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' })
const day = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium' })
const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' })
const short = new Intl.DateTimeFormat(undefined, { month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto' })

const UNITS: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [['year', 31_536_000], ['month', 2_592_000], ['day', 86_400], ['hour', 3600], ['minute', 60]]

let now = Date.now()
const watchers = new Set<() => void>()
setInterval(() => {
  now = Date.now()
  for (const watcher of watchers) watcher()
}, 20_000)
const watch = (watcher: () => void): (() => void) => {
  watchers.add(watcher)
  return () => { watchers.delete(watcher) }
}

/** `3 minutes ago`, `in 2 days`. */
export function distance(at: number, from: number): string {
  const seconds = (at - from) / 1000
  const [unit, length] = UNITS.find(([, one]) => Math.abs(seconds) >= one) ?? ['second', 1]
  return unit === 'second' ? 'just now' : relative.format(Math.round(seconds / length), unit)
}

const FORMS = { full, day, clock, short } as const

/** A time in the reader's zone; UTC, to the millisecond, when one points at it. */
export function Moment({ at, as = 'full' }: { readonly at: string; readonly as?: keyof typeof FORMS | 'ago' }) {
  const current = useSyncExternalStore(watch, () => now)
  const date = new Date(at)
  return (
    <time dateTime={at} title={`${at.replace('T', ' ').replace('Z', '')} UTC`}>
      {as === 'ago' ? distance(date.getTime(), Math.max(current, date.getTime() < current + 60_000 ? date.getTime() : current)) : FORMS[as].format(date)}
    </time>
  )
}
