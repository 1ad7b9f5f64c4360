import type { Alpaca } from './state.ts'
import { timeOf } from './state.ts'

const ONE_HOUR_MS = 3_600_000
const ONE_DAY_MS = 86_400_000
const MAXIMUM_DAYS = 400

/** New York's time of a moment, with its offset: "2022-04-28T14:07:04.451-04:00". */
function newYork(ms: number): string {
  const parts = Object.fromEntries(
    new Intl.DateTimeFormat('en-US', { timeZone: 'America/New_York', timeZoneName: 'longOffset' })
      .formatToParts(ms)
      .map((part) => [part.type, part.value]),
  )
  const offset = (parts['timeZoneName'] ?? 'GMT-05:00').replace('GMT', '')
  const local = new Date(ms + Number(offset.slice(0, 3)) * ONE_HOUR_MS)
  return local.toISOString().slice(0, -1) + offset
}

/** The market is open or closed as the test has set it; the next change is always some hours away. */
export function clockView(x: Alpaca) {
  const now = timeOf(x)
  const opensIn = x.marketOpen ? 18 : 12
  const closesIn = x.marketOpen ? 6 : 18
  return {
    timestamp: newYork(now),
    is_open: x.marketOpen,
    next_open: newYork(now + opensIn * ONE_HOUR_MS),
    next_close: newYork(now + closesIn * ONE_HOUR_MS),
  }
}

/** Working days without regard to holidays, except that today agrees with the clock. */
export function calendarView(x: Alpaca, start: string | null, end: string | null) {
  const today = newYork(timeOf(x)).slice(0, 10)
  const first = Date.parse(start ?? today)
  const last = Date.parse(end ?? '') || first + 30 * ONE_DAY_MS
  const days = []
  for (let at = first, i = 0; at <= last && i < MAXIMUM_DAYS; at += ONE_DAY_MS, i += 1) {
    const date = new Date(at).toISOString().slice(0, 10)
    const weekday = new Date(at).getUTCDay()
    if (date === today ? !x.marketOpen : weekday === 0 || weekday === 6) continue
    const hours = date === today ? { open: '00:00', close: '23:59' } : { open: '09:30', close: '16:00' }
    days.push({ date, ...hours, session_open: '0400', session_close: '2000', settlement_date: date })
  }
  return days
}
