import type { Warning } from '#model'
import { JsonNumber, type Json } from './json.ts'

const AHEAD_MS = 5000
/** The last instant of the year 9999: what ISO 8601 writes with four digits. */
const LAST_MS = 253_402_300_799_999
/** The zone furthest behind UTC, and the one furthest ahead of it: a clock that names none shows at most that. */
const BEHIND_MS = 12 * 3_600_000
const DAY_MS = 24 * 3_600_000

const ISO = new RegExp([
  /^(\d{4})[-/.]?(\d\d)[-/.]?(\d\d)/, /(?:[T ] ?(\d\d):?(\d\d)(?::?(\d\d)([.,]\d{1,9})?)?)?/, / ?(Z|UTC|GMT|[+-]\d\d(?::?\d\d)?)?(?: UTC| GMT)?$/,
].map(({ source }) => source).join(''), 'i')
/** As in mail and HTTP (RFC 5322, RFC 9110): `Mon, 23 Nov 2026 10:00:00 GMT`. */
const MAIL = /^(?:[a-z]{3}, ?)?(\d{1,2}) ([a-z]{3}) (\d{4}) (\d\d):(\d\d)(?::(\d\d))? (Z|UTC|GMT|[+-]\d{4})$/i
/** As JavaScript writes it: `Mon Nov 23 2026 10:00:00 GMT+0000 (Coordinated Universal Time)`. */
const SCRIPT = /^[a-z]{3} ([a-z]{3}) (\d\d) (\d{4}) (\d\d):(\d\d):(\d\d) GMT([+-]\d{4})(?: \([^)]{1,60}\))?$/i
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']
const EPOCH = /^\d{1,19}(\.\d{1,9})?([eE]\+?\d{1,2})?$/

export interface SignalTime {
  /** Epoch ms; null: none given, or not readable. */
  readonly firedAt: number | null
  /** Epoch ms from which the signal's age counts. */
  readonly ageFrom: number
  readonly warning: Warning | null
}

/**
 * Reads the payload's `time` and tells from when the signal's age counts. A time that can be read is an age, however
 * old: a message that comes days late is old, not fresh. ISO 8601, a mail's or a script's date, or epoch milliseconds,
 * seconds, micro- or nanoseconds, told apart by their digits. What lies ahead of receipt by more than 5 s or cannot be
 * read counts from receipt, with a warning. A time without its zone could be hours off either way: it counts from the
 * latest instant that it may mean.
 */
export function readTime(value: Json | undefined, receivedAt: number): SignalTime {
  if (value === undefined || value === null || value === '') {
    return { firedAt: null, ageFrom: receivedAt, warning: null }
  }
  const text = value instanceof JsonNumber ? value.source : typeof value === 'string' ? value.trim() : ''
  if (EPOCH.test(text)) {
    const { at, unit } = inMs(Number(text))
    const odd = unit === 'milliseconds' ? null : {
      code: `time_in_${unit}`, message: `\`time\` is read as epoch ${unit}; milliseconds are expected`,
    }
    return placed(at, at, receivedAt, odd)
  }
  const read = readDate(text)
  if (read === null) {
    const message = text.includes('{{')
      ? '`time` still holds a placeholder that was not replaced; the age counts from receipt. In TradingView write {{timenow}}'
      : '`time` is neither ISO 8601 nor epoch milliseconds; the age counts from receipt'
    return { firedAt: null, ageFrom: receivedAt, warning: { code: 'time_unreadable', message } }
  }
  const { at, latest } = read
  if (latest === at) return placed(at, at, receivedAt, null)
  const vague = `the age counts from ${latest < receivedAt ? 'the latest instant that it may mean' : 'receipt'}`
  const message = `\`time\` names no zone or hour; ${vague}. Write it whole, and end it with Z for UTC`
  return { firedAt: at, ageFrom: Math.min(latest, receivedAt), warning: { code: 'time_without_zone', message } }
}

function placed(firedAt: number, latest: number, receivedAt: number, odd: Warning | null): SignalTime {
  if (latest <= receivedAt + AHEAD_MS) return { firedAt, ageFrom: latest, warning: odd }
  const message = '`time` lies in the future; the age counts from receipt'
  const kept = firedAt <= LAST_MS ? firedAt : null
  return { firedAt: kept, ageFrom: receivedAt, warning: { code: 'time_out_of_range', message } }
}

/** Epoch time in whatever unit makes it a year between 1973 and 5138; less is read as seconds. */
function inMs(number: number): { at: number; unit: 'seconds' | 'milliseconds' | 'microseconds' | 'nanoseconds' } {
  if (number < 1e11) return { at: number * 1000, unit: 'seconds' }
  if (number < 1e14) return { at: number, unit: 'milliseconds' }
  if (number < 1e17) return { at: number / 1000, unit: 'microseconds' }
  return { at: number / 1e6, unit: 'nanoseconds' }
}

/** Epoch ms, and the latest that it may mean; null for what is no date, or a day or hour that there is not. */
function readDate(text: string): { at: number; latest: number } | null {
  const [iso, mail, script] = [ISO.exec(text), MAIL.exec(text), SCRIPT.exec(text)]
  if (mail !== null || script !== null) {
    const [, day = '', month = '', year = '', hour = '', minute = '', second = '00', zone = ''] = mail ?? swapped(script)
    const number = MONTHS.indexOf(month.toLowerCase()) + 1
    const at = number === 0 ? null : instant([year, String(number), day], `${hour}:${minute}:${second}`, zone)
    return at === null ? null : { at, latest: at }
  }
  if (iso === null) return null
  const [, year = '', month = '', day = '', hour, minute = '', second = '00', fraction, zone] = iso
  if (hour === undefined && zone !== undefined) return null
  const clock = hour === undefined ? '00:00:00' : `${hour}:${minute}:${second}${milliseconds(fraction)}`
  const at = instant([year, month, day], clock, zone ?? 'Z')
  if (at === null) return null
  return { at, latest: zone !== undefined ? at : at + BEHIND_MS + (hour === undefined ? DAY_MS : 0) }
}

/** JavaScript's month stands before its day. */
const swapped = (match: readonly string[] | null): readonly (string | undefined)[] => {
  const [all, month, day, ...rest] = match ?? []
  return [all, day, month, ...rest]
}

/** `.1234` and `,1` as `.123` and `.100`. */
const milliseconds = (fraction: string | undefined): string =>
  (fraction === undefined ? '' : `.${fraction.slice(1, 4).padEnd(3, '0')}`)

/** Epoch ms; null for a day or hour that there is not (30 February, 25:00). */
function instant(date: readonly string[], clock: string, zone: string): number | null {
  const day = date.map((part) => part.padStart(2, '0')).join('-')
  const digits = zone.replace(':', '')
  const offset = /^[a-z]/i.test(zone) ? 'Z' : `${digits.slice(0, 3)}:${digits.slice(3) || '00'}`
  const at = Date.parse(`${day}T${clock}${offset}`)
  if (Number.isNaN(at) || at < 0 || at > LAST_MS) return null
  // `Date.parse` takes 30 February for 2 March.
  return Number(day.slice(8)) <= 28 || new Date(`${day}T00:00:00Z`).toISOString().startsWith(day) ? at : null
}
