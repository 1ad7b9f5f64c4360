import type { Warning } from '#model'
import { JsonNumber, type Json } from './json.ts'

const DAY_MS = 24 * 60 * 60 * 1000
const AHEAD_MS = 5000
/** The last instant of the year 9999: what ISO 8601 writes with four digits. */
const LAST_MS = 253_402_300_799_999

const ISO = /^(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d(?::\d\d(?:[.,]\d{1,9})?)?)\s*([Zz]|[+-]\d\d:?\d\d)?$/
const EPOCH = /^\d{1,16}(\.\d{1,9})?$/

export interface SignalTime {
  /** Epoch ms; null: none given, or not readable. */
  readonly firedAt: number | null
  /** Epoch ms from which the signal's age counts. */
  readonly ageFrom: number
  readonly warning: Warning | null
}

/**
 * Reads the payload's `time` and tells from when the signal's age counts: from that time if it lies between receipt −
 * 24 h and receipt + 5 s, else from receipt, with a warning. ISO 8601 or epoch milliseconds, as number or text. Epoch
 * **seconds** are not guessed at: read as milliseconds they lie in 1970, so they count from receipt, and the warning
 * says why. A time without its zone could be hours off either way, so it counts from receipt too.
 */
export function readTime(value: Json | undefined, receivedAt: number): SignalTime {
  if (value === undefined || value === null || value === '') {
    return { firedAt: null, ageFrom: receivedAt, warning: null }
  }
  const text = value instanceof JsonNumber ? value.source : typeof value === 'string' ? value.trim() : ''
  if (EPOCH.test(text)) return placed(Number(text), receivedAt, text)
  const match = ISO.exec(text)
  const firedAt = match === null ? null : parseIso(match[1] ?? '', match[2] ?? '', match[3] ?? 'Z')
  if (match === null || firedAt === null) {
    const message = text.includes('{{')
      ? '`time` still holds a placeholder that was not replaced; the age counts from receipt. In TradingView write {{timenow}}'
      : '`time` is neither ISO 8601 nor epoch milliseconds; the age counts from receipt'
    return { firedAt: null, ageFrom: receivedAt, warning: { code: 'time_unreadable', message } }
  }
  if (match[3] === undefined) {
    return { firedAt, ageFrom: receivedAt, warning: { code: 'time_without_zone', message: '`time` names no zone; the age counts from receipt. End it with Z for UTC' } }
  }
  return placed(firedAt, receivedAt, text)
}

function placed(firedAt: number, receivedAt: number, text: string): SignalTime {
  if (firedAt >= receivedAt - DAY_MS && firedAt <= receivedAt + AHEAD_MS) {
    return { firedAt, ageFrom: firedAt, warning: null }
  }
  const seconds = /^\d{10}(\.\d+)?$/.test(text)
  const message = seconds
    ? '`time` looks like epoch seconds; milliseconds are expected. The age counts from receipt'
    : `\`time\` lies ${firedAt > receivedAt ? 'in the future' : 'more than 24 hours back'}; the age counts from receipt`
  const kept = firedAt <= LAST_MS ? firedAt : null
  return { firedAt: kept, ageFrom: receivedAt, warning: { code: seconds ? 'time_in_seconds' : 'time_out_of_range', message } }
}

/** Epoch ms; null for a day or hour that there is not (30 February, 25:00). */
function parseIso(day: string, clock: string, zone: string): number | null {
  const time = clock.replace(',', '.').replace(/(\.\d{3})\d+$/, '$1')
  const offset = /^z$/i.test(zone) ? 'Z' : zone.length === 5 ? `${zone.slice(0, 3)}:${zone.slice(3)}` : zone
  const at = Date.parse(`${day}T${time}${offset}`)
  if (Number.isNaN(at) || at < 0 || at > LAST_MS) return null
  // `Date.parse` takes 30 February for 2 March.
  return Number(day.slice(8)) <= 28 || new Date(`${day}T00:00:00Z`).toISOString().startsWith(day) ? at : null
}
