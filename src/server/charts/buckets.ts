import { invalidInput } from '../validation.ts'

export type Bucket = 'hour' | 'day'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const MOST = 400

/**
 * Edges of hours, or of days in a time zone, epoch ms, ascending: the first at or before `from`, the last at or after
 * `to`. Days of summer time's beginning and end have 23 and 25 hours. Problem `invalid_input` for more than 400.
 */
export function edgesOf(from: number, to: number, bucket: Bucket, timeZone: string): readonly number[] {
  if (to <= from) throw invalidInput([{ path: 'to', message: 'must be later than `from`' }])
  if ((to - from) / (bucket === 'hour' ? HOUR_MS : DAY_MS) > MOST) {
    throw invalidInput([{ path: 'from', message: `must be at most ${MOST} ${bucket}s before \`to\`` }])
  }
  const next = bucket === 'hour'
    ? (at: number) => at + HOUR_MS
    : (at: number) => dayStart(at + DAY_MS + 2 * HOUR_MS, timeZone)
  const edges = [bucket === 'hour' ? Math.floor(from / HOUR_MS) * HOUR_MS : dayStart(from, timeZone)]
  for (let at = edges[0] ?? from; at < to;) {
    at = next(at)
    edges.push(at)
  }
  return edges
}

/** Whether that is a time zone by its IANA name. */
export function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).format(0) !== ''
  } catch (error) {
    if (error instanceof RangeError) return false
    throw error
  }
}

/** When the day in which a time lies began there. */
function dayStart(at: number, timeZone: string): number {
  const midnight = Math.floor((at + offset(at, timeZone)) / DAY_MS) * DAY_MS
  // The offset may have changed since: midnight counts with the one that held then.
  const guess = midnight - offset(at, timeZone)
  return midnight - offset(guess, timeZone)
}

const formats = new Map<string, Intl.DateTimeFormat>()

const WEEK_MS = 7 * DAY_MS
const MOST_WEEKS = 5000
const weeks = new Map<string, number | null>()

/**
 * What local time is ahead of UTC then, ms. Asked of the zone's table costs 0.1 ms, and signals wait meanwhile: so once
 * a week, at its two ends, and exactly only in weeks in which clocks change (null).
 */
function offset(at: number, timeZone: string): number {
  const week = Math.floor(at / WEEK_MS)
  const key = `${timeZone} ${week}`
  let known = weeks.get(key)
  if (known === undefined) {
    const [begin, end] = [exactOffset(week * WEEK_MS, timeZone), exactOffset((week + 1) * WEEK_MS, timeZone)]
    known = begin === end ? begin : null
    if (weeks.size >= MOST_WEEKS) weeks.clear()
    weeks.set(key, known)
  }
  return known ?? exactOffset(at, timeZone)
}

function exactOffset(at: number, timeZone: string): number {
  const known = formats.get(timeZone)
  const format = known ?? new Intl.DateTimeFormat('en', {
    timeZone, hourCycle: 'h23', year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric',
  })
  if (known === undefined) formats.set(timeZone, format)
  const part = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, Number(value)]))
  const local = Date.UTC(part['year'] ?? 0, (part['month'] ?? 1) - 1, part['day'], part['hour'], part['minute'], part['second'])
  return local - Math.floor(at / 1000) * 1000
}
