import { Decimal } from 'decimal.js'

// 40 digits hold any product of two exchange amounts without rounding.
const Exact = Decimal.clone({ precision: 40, toExpNeg: -60, toExpPos: 60 })

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

/** Writes a decimal without exponent and without trailing zeros, as it travels in JSON and in the store. */
export const text = (value: Decimal): string => (value.isZero() ? '0' : value.toFixed())

/** Cuts a magnitude down to a multiple of `step` (never up: rounding must not increase risk). `step` > 0; sign kept. */
export function cutToStep(value: Decimal, step: Decimal): Decimal {
  return value.toNearest(step, Decimal.ROUND_DOWN)
}

/** The smaller of two. */
export const smaller = (a: Decimal, b: Decimal): Decimal => (a.lessThan(b) ? a : b)

/** Zero, ready made. */
export const ZERO: Decimal = new Exact(0)
