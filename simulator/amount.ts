/**
 * Exact decimal amounts as integers of 10^-18.
 *
 * An exchange's arithmetic has to be exact, and it stands on the hot path of an order: a bigint is both. Eight
 * decimals of price times eight of quantity fit with room to spare. Products and quotients are cut toward zero,
 * as the exchanges do where they name it.
 */
export type Amount = bigint

const SCALE = 18
const ONE: Amount = 10n ** 18n
const POWERS = Array.from({ length: SCALE + 1 }, (_, i) => 10n ** BigInt(i))
const PATTERN = /^(\d{1,20})(?:\.(\d{1,18}))?$/

/** Reads a plain positive decimal ("0.00100000"). Answers undefined for signs, exponents, blanks, over 18 decimals. */
export function parseAmount(text: string): Amount | undefined {
  const match = PATTERN.exec(text)
  if (match === null) return undefined
  const fraction = match[2]
  const whole = BigInt(match[1]!) * ONE
  return fraction === undefined ? whole : whole + BigInt(fraction) * POWERS[SCALE - fraction.length]!
}

/** Reads an amount that is written in our own code; a malformed one is a mistake of ours. */
export function amount(text: string): Amount {
  const negative = text.startsWith('-')
  const value = parseAmount(negative ? text.slice(1) : text)
  if (value === undefined) throw new Error(`not an amount: ${text}`)
  return negative ? -value : value
}

/** Product, cut toward zero. */
export function times(a: Amount, b: Amount): Amount {
  return (a * b) / ONE
}

/** Quotient, cut toward zero. */
export function over(a: Amount, b: Amount): Amount {
  return (a * ONE) / b
}

/** The largest multiple of `step` that is not above `a`; a step of zero leaves `a` as it is. */
export function floorTo(a: Amount, step: Amount): Amount {
  return step === 0n ? a : a - (a % step)
}

/** Cuts to so many decimals, toward zero. */
export function cut(a: Amount, decimals: number): Amount {
  return a - (a % POWERS[SCALE - decimals]!)
}

export function lesser(a: Amount, b: Amount): Amount {
  return a < b ? a : b
}

export function magnitude(a: Amount): Amount {
  return a < 0n ? -a : a
}

/** How many decimals a decimal text is written with, trailing zeros not counted. */
export function decimalsOf(text: string): number {
  const dot = text.indexOf('.')
  if (dot < 0) return 0
  let end = text.length
  while (end > dot + 1 && text.charCodeAt(end - 1) === 48) end -= 1
  return end - dot - 1
}

/** Writes with exactly so many decimals, cut toward zero: `fixed(amount('1.5'), 8)` is "1.50000000". */
export function fixed(a: Amount, decimals: number): string {
  const negative = a < 0n
  const digits = ((negative ? -a : a) / POWERS[SCALE - decimals]!).toString()
  const padded = digits.length > decimals ? digits : digits.padStart(decimals + 1, '0')
  const point = padded.length - decimals
  const text = decimals === 0 ? padded : `${padded.slice(0, point)}.${padded.slice(point)}`
  return negative ? `-${text}` : text
}

/** Writes without needless zeros: `plain(amount('1.50'))` is "1.5". */
export function plain(a: Amount): string {
  const text = fixed(a, SCALE)
  let end = text.length
  while (text.charCodeAt(end - 1) === 48) end -= 1
  if (text.charCodeAt(end - 1) === 46) end -= 1
  return text.slice(0, end)
}
