const NUMBER = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,4}))?$/
const MAX_DIGITS = 30

export type Amount =
  | { readonly kind: 'amount'; readonly text: string }
  /** 0, or nothing at all. */
  | { readonly kind: 'none' }
  | { readonly kind: 'mistake'; readonly message: string }

/**
 * Reads an amount as people and scripts write it (`0.5`, `.5`, `1e-7`) into a plain decimal text, exactly: no digit is
 * rounded away. At most 30 digits stand before and after the point; more is a mistake, as is everything negative.
 */
export function readAmount(written: string): Amount {
  const given = written.trim()
  if (given === '') return { kind: 'none' }
  const match = NUMBER.exec(given)
  const whole = match?.[2] ?? ''
  const fraction = match?.[3] ?? ''
  if (match === null || whole + fraction === '') return { kind: 'mistake', message: whyNoNumber(given) }
  if (!/[1-9]/.test(whole + fraction)) return { kind: 'none' }
  if (match[1] === '-') return { kind: 'mistake', message: 'must not be negative: the side says the direction' }
  const plain = match[4] === undefined ? shift(whole, fraction, 0) : shift(whole, fraction, Number(match[4]))
  if (plain === null) {
    return { kind: 'mistake', message: `has more than ${MAX_DIGITS} digits before or after the point` }
  }
  return { kind: 'amount', text: plain }
}

/** Moves the point by an exponent; null where the result would be longer than we keep. */
function shift(whole: string, fraction: string, exponent: number): string | null {
  if (Math.abs(exponent) > 2 * MAX_DIGITS || whole.length > 200 || fraction.length > 200) return null
  let before = whole
  let after = fraction
  if (exponent > 0) {
    before += after.slice(0, exponent).padEnd(exponent, '0')
    after = after.slice(exponent)
  } else if (exponent < 0) {
    const padded = before.padStart(-exponent, '0')
    after = padded.slice(exponent) + after
    before = padded.slice(0, exponent)
  }
  before = before.replace(/^0+(?=\d)/, '') || '0'
  if (before.length > MAX_DIGITS || after.length > MAX_DIGITS) return null
  return after === '' ? before : `${before}.${after}`
}

function whyNoNumber(given: string): string {
  if (given.includes('%')) {
    return 'must be an amount, not a percentage: quote currency when it opens, base currency when it closes'
  }
  if (given.includes('{{')) return 'still holds a {{placeholder}} that was not replaced: check its name in the alert'
  if (/^[+-]?(nan|na|null|undefined|inf(inity)?)$/i.test(given)) {
    return 'is not a number: the alert had no value for it; leave it out for the whole amount'
  }
  if (given.includes(',')) return 'must be a plain number: a point before the decimals, no thousands separators'
  if (/\d\s*[A-Za-z]+$/.test(given)) return 'must be a plain number without a unit'
  return 'must be a plain number such as 100 or "0.001"'
}
