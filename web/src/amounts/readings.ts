/** Digits before or after the point that an amount may have; the server takes no more. */
const MOST_DIGITS = 30

/** Separators by what they can mean; the two Arabic ones mean one thing each. */
const DECIMALS = ['.', ',', '\u066b']
const GROUPS = ['.', ',', ' ', "'", '_', '\u066c']
const NUMBER = /^[\d.,\u066b\u066c '_]*\d[\d.,\u066b\u066c '_]*$/
const EXPONENT = /^([^eE]+)[eE]([-+]?\d{1,2})$/

/**
 * Every amount that a text without a sign can mean, as plain decimals, each once. None: it is no number. A
 * separator before exactly three digits is read both ways, whichever it is: no country's habit is taken for the
 * writer's.
 */
export function readingsOf(text: string): readonly string[] {
  const [, mantissa, exponent] = EXPONENT.exec(text) ?? [null, text, '0']
  if (mantissa === undefined || exponent === undefined || !NUMBER.test(mantissa)) return []
  const number = mantissa.replace(/^0+(?=\d)/, '')
  const usual = [...whole(number), ...DECIMALS.flatMap((mark) => split(number, mark, /^\d*$/))]
  // Rare ways of writing raise a doubt; alone they are no reading.
  const rare =
    usual.length === 0
      ? []
      : [...DECIMALS.flatMap((mark) => split(number, mark, GROUPED_DECIMALS)), ...slip(number)]
  return [...new Set([...usual, ...rare].flatMap((parts) => plain(parts, Number(exponent))))]
}

interface Parts {
  readonly whole: string
  readonly fraction: string
}

/** Decimals that a few write in groups of three from the point: `10.000,5` is a little more than ten then. */
const GROUPED_DECIMALS = /^\d{3}[.,]\d{1,3}$/

/** Without decimals. */
const whole = (text: string): Parts[] => digitsOf(text).map((digits) => ({ whole: digits, fraction: '' }))

/** With `mark` before decimals that look so. */
function split(text: string, mark: string, decimals: RegExp): Parts[] {
  const at = text.indexOf(mark)
  if (at === -1 || text.includes(mark, at + 1)) return []
  const [before, after] = [text.slice(0, at), text.slice(at + 1)]
  if ((before === '' && after === '') || !decimals.test(after)) return []
  return (before === '' ? ['0'] : digitsOf(before)).map((digits) => ({
    whole: digits,
    fraction: after.replaceAll(/\D/g, ''),
  }))
}

/** A space or an apostrophe before three digits groups them, or slipped in for the point. */
function slip(text: string): Parts[] {
  const [, before, after] = /^([1-9]\d{0,2})[ '_](\d{3})$/.exec(text) ?? []
  return before === undefined || after === undefined ? [] : [{ whole: before, fraction: after }]
}

/** The digits of a whole number, in groups by one separator, of three or as in India; none: it is not written so. */
function digitsOf(text: string): string[] {
  if (/^\d+$/.test(text)) return [text]
  return GROUPS.some((mark) => {
    const groups = text.split(mark)
    const [first = '', ...rest] = groups
    if (groups.length < 2 || !/^[1-9]\d{0,2}$/.test(first)) return false
    const last = rest.at(-1) ?? ''
    const three = rest.every((group) => /^\d{3}$/.test(group))
    const indian =
      first.length < 3 && /^\d{3}$/.test(last) && rest.slice(0, -1).every((group) => /^\d\d$/.test(group))
    return three || indian
  })
    ? [text.replaceAll(/\D/g, '')]
    : []
}

/** A plain decimal without zeros that say nothing; none where it is longer than we keep. */
function plain({ whole: given, fraction }: Parts, exponent: number): string[] {
  const zeros = '0'.repeat(Math.abs(exponent))
  const digits = exponent < 0 ? zeros + given + fraction : given + fraction + zeros
  const point = exponent < 0 ? given.length : given.length + exponent
  const [before, after] = [
    digits.slice(0, point).replace(/^0+(?=\d)/, ''),
    digits.slice(point).replace(/0+$/, ''),
  ]
  if (before.length > MOST_DIGITS || after.length > MOST_DIGITS) return []
  return [after === '' ? before : `${before}.${after}`]
}
