import { decimal, isDecimal, text, ZERO } from '#model'

// Reads what exchanges answer: tolerant of what is absent, strict about what is there. Everything comes in as
// `unknown`; nothing here throws.

const LONG_INTEGER = /\d{16}/
const WHOLE_AND_LONG = /^-?\d{16,}$/

/** Parses JSON; integers beyond 2^53 (order ids have 19 digits at some exchanges) become texts. `undefined`: not JSON. */
export function parseJson(source: string): unknown {
  try {
    return LONG_INTEGER.test(source) ? JSON.parse(source, withAllDigits) : JSON.parse(source)
  } catch {
    return undefined
  }
}

/** By how the number is written, so that what looks like one inside a text stays as it is. */
const withAllDigits = (_name: string, value: unknown, context?: { readonly source?: string }): unknown => (
  typeof value === 'number' && context?.source !== undefined && WHOLE_AND_LONG.test(context.source) ? context.source : value
)

/** A member of an object; undefined where there is none. */
export function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined
}

/** A member that is an id or a word: text as it is, an integer as text; null otherwise. */
export function word(value: unknown, name: string): string | null {
  const found = member(value, name)
  if (typeof found === 'string') return found === '' ? null : found
  return Number.isSafeInteger(found) ? String(found) : null
}

/** A member that is a decimal amount, in its plain form without trailing zeros; null otherwise. */
export function amount(value: unknown, name: string): string | null {
  return plainAmount(member(value, name))
}

/** `"0.00100000"`, `1e-7`, `12` → `0.001`, `0.0000001`, `12`; null for what is none. */
export function plainAmount(found: unknown): string | null {
  if (typeof found === 'number') return Number.isFinite(found) ? numberText(found) : null
  if (typeof found !== 'string' || !isDecimal(found)) return null
  return found.includes('.') ? withoutZeros(found) : found
}

/** A member that is a time in epoch ms. */
export function time(value: unknown, name: string): number | null {
  const found = member(value, name)
  return typeof found === 'number' && Number.isFinite(found) && found > 0 ? found : null
}

export const list = (value: unknown): readonly unknown[] | null => (Array.isArray(value) ? value : null)

/** Quote ÷ base, 18 decimals; null where nothing was traded or a part is missing. */
export function averageOf(quote: string | null, base: string | null): string | null {
  if (quote === null || base === null) return null
  const [cost, filled] = [decimal(quote), decimal(base)]
  return filled.isZero() || !cost.greaterThan(ZERO) ? null : text(cost.dividedBy(filled).toDecimalPlaces(18))
}

/** Whether an amount is above zero. */
export const positive = (value: string | null): value is string => value !== null && /[1-9]/.test(value) && !value.startsWith('-')

function withoutZeros(value: string): string {
  let end = value.length
  while (value.charCodeAt(end - 1) === 48) end -= 1
  if (value.charCodeAt(end - 1) === 46) end -= 1
  const cut = value.slice(0, end)
  return cut === '-0' ? '0' : cut
}

function numberText(value: number): string {
  const plain = String(value)
  if (!plain.includes('e')) return plain
  return withoutZeros(value.toFixed(20))
}
