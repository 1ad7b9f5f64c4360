import { Decimal } from 'decimal.js'

// 60 digits hold whatever `decimal` reads; a quotient that has no end is cut, never rounded up.
const Exact = Decimal.clone({ precision: 60, rounding: Decimal.ROUND_DOWN, toExpNeg: -100, toExpPos: 100 })

/** Digits after the point that a text may have: `text` writes no more, so that `decimal` reads what it wrote. */
const MAX_DECIMALS = 30

/** A decimal amount, price or quantity. Never a `number`: money does not survive binary fractions. */
export type { Decimal }

const PLAIN = /^-?\d{1,30}(\.\d{1,30})?$/

/** Reads a plain decimal text (`"0.00100000"`); no exponent, sign only `-`. Throws `RangeError` for anything else. */
export function decimal(text: string): Decimal {
  if (!PLAIN.test(text)) throw new RangeError('not a plain decimal number')
  return new Exact(text)
}

/** Whether `decimal` would read this text. */
export const isDecimal = (text: string): boolean => PLAIN.test(text)

/**
 * Writes a decimal without exponent and without trailing zeros, as it travels in JSON and in the store. Digits after
 * the thirtieth behind the point, which only quotients have, are cut off.
 */
export function text(value: Decimal): string {
  const short = value.decimalPlaces() > MAX_DECIMALS ? value.toDecimalPlaces(MAX_DECIMALS) : value
  return short.isZero() ? '0' : short.toFixed()
}

/** Cuts a magnitude down to a multiple of `step` (never up: rounding must not increase risk). `step` > 0; sign kept. */
export function cutToStep(value: Decimal, step: Decimal): Decimal {
  return value.toNearest(step, Decimal.ROUND_DOWN)
}

/** Raises a magnitude to a multiple of `step`: only for telling people the least that would do. `step` > 0; sign kept. */
export function raiseToStep(value: Decimal, step: Decimal): Decimal {
  return value.toNearest(step, Decimal.ROUND_UP)
}

/** A price as people read it, and long enough to reckon with: 24 significant digits. */
export const asPrice = (value: Decimal): Decimal => value.toSignificantDigits(24, Decimal.ROUND_HALF_UP)

/** The smaller of two. */
export const smaller = (a: Decimal, b: Decimal): Decimal => (a.lessThan(b) ? a : b)

/** Zero, ready made. */
export const ZERO: Decimal = new Exact(0)
