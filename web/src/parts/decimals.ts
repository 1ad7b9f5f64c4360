// Figures as people read them. Decimals come as texts and stay texts: no digit passes through a float, and
// there is one rounding.

const DECIMAL = /^([-+]?)(\d+)(?:\.(\d+))?$/
/** Of a figure that is not zero at least so many digits that say something are shown. */
const SIGNIFICANT = 2
/** A price is shown with so many, unless its whole part is longer. */
const PRICE_SIGNIFICANT = 8
const COIN_PLACES = 8
/** Coins that stand for a currency, and are counted like it. */
const STABLE = new Set(
  'BFUSD BUSD DAI EURC EURI EURT FDUSD PYUSD RLUSD TUSD USD1 USDC USDD USDE USDG USDP USDS USDT'.split(' '),
)
/** ISO 4217, as the browser knows it. */
const FIAT = new Set(Intl.supportedValuesOf('currency'))

interface Digits {
  readonly minus: boolean
  readonly whole: string
  readonly fraction: string
}

function digitsOf(decimal: string): Digits {
  const [, sign, whole = '0', fraction = ''] = DECIMAL.exec(decimal) ?? []
  return { minus: sign === '-', whole, fraction }
}
const isZero = ({ whole, fraction }: Digits): boolean => !/[1-9]/.test(whole + fraction)

/** Rounded to so many decimals, halves away from zero; fewer stay fewer. Never `-0`. */
export function rounded(decimal: string, places: number): string {
  if (!DECIMAL.test(decimal)) return decimal
  const { minus, whole, fraction } = digitsOf(decimal)
  const kept = BigInt(whole + fraction.slice(0, places))
  const raised = (kept + ((fraction[places] ?? '0') >= '5' ? 1n : 0n)).toString()
  const count = Math.min(places, fraction.length)
  const padded = raised.padStart(count + 1, '0')
  const text = count === 0 ? padded : `${padded.slice(0, -count)}.${padded.slice(-count)}`
  return minus && raised !== '0' ? `-${text}` : text
}

/** The exact sum. */
export function sum(decimals: readonly string[]): string {
  const all = decimals.map(digitsOf)
  const places = Math.max(0, ...all.map(({ fraction }) => fraction.length))
  const total = all.reduce(
    (so_far, { minus, whole, fraction }) =>
      so_far + BigInt(whole + fraction.padEnd(places, '0')) * (minus ? -1n : 1n),
    0n,
  )
  const digits = (total < 0n ? -total : total).toString().padStart(places + 1, '0')
  const sign = total < 0n ? '-' : ''
  return `${sign}${digits.slice(0, digits.length - places)}${places === 0 ? '' : `.${digits.slice(-places)}`}`
}

/** Decimals of a currency: its own of ISO 4217, two of a coin that stands for one, eight of any other coin. */
export function currencyPlaces(unit: string): number {
  if (STABLE.has(unit)) return 2
  return FIAT.has(unit)
    ? (new Intl.NumberFormat('en', { style: 'currency', currency: unit }).resolvedOptions()
        .maximumFractionDigits ?? 2)
    : COIN_PLACES
}

/**
 * Decimals that an amount of a currency is shown with: the currency's own, more where they would show nothing
 * of it.
 */
export const placesOf = (amount: string, unit: string): number =>
  Math.max(currencyPlaces(unit), significantPlaces(amount, SIGNIFICANT))

/** Decimals that show so many digits from the first that is not zero; 0 for zero. */
function significantPlaces(decimal: string, count: number): number {
  const digits = digitsOf(decimal)
  if (isZero(digits)) return 0
  const whole = digits.whole.replace(/^0+/, '')
  return Math.max(0, whole === '' ? digits.fraction.search(/[1-9]/) + count : count - whole.length)
}

interface Form {
  /** A plus in front of what is more than zero. */
  readonly sign?: boolean
  /** Decimals that are shown even where they are zeros. */
  readonly atLeast?: number
}

/** A decimal with all its digits: groups of thousands, no zeros that say nothing. What is no decimal stays as it is. */
export function figure(decimal: string, { sign = false, atLeast = 0 }: Form = {}): string {
  if (!DECIMAL.test(decimal)) return decimal
  const digits = digitsOf(decimal)
  const part = digits.fraction.replace(/0+$/, '').padEnd(atLeast, '0')
  const grouped = digits.whole.replaceAll(/\B(?=(\d{3})+(?!\d))/g, ' ')
  const mark = isZero(digits) ? '' : digits.minus ? '−' : sign ? '+' : ''
  return `${mark}${grouped}${part === '' ? '' : `.${part}`}`
}

/** An amount of a currency, without its name. `places`: where it stands among others. */
export function money(
  amount: string,
  unit: string,
  {
    sign = false,
    places = placesOf(amount, unit),
  }: { readonly sign?: boolean; readonly places?: number } = {},
): string {
  const own = currencyPlaces(unit)
  return figure(rounded(amount, places), { sign, atLeast: own === COIN_PLACES ? 0 : Math.min(own, places) })
}

/** A price, an average above all, which may have more digits than anybody reads. */
export const price = (decimal: string): string =>
  figure(rounded(decimal, significantPlaces(decimal, PRICE_SIGNIFICANT)))

/** Parts and their sum, as they are shown above one another. */
export interface Column {
  readonly parts: readonly string[]
  readonly total: string
}

/** Beyond it nobody adds up by hand. */
const MOST_PLACES = 12

/** The fewest decimals with which all columns add up as they are shown, and nothing that is not zero looks like it. */
export function placesThatAddUp(columns: readonly Column[], unit: string): number {
  const all = columns.flatMap(({ parts, total }) => [...parts, total])
  const first = Math.max(currencyPlaces(unit), ...all.map((amount) => placesOf(amount, unit)))
  const adds = (places: number): boolean =>
    columns.every(({ parts, total }) =>
      isZero(digitsOf(sum([...parts.map((part) => rounded(part, places)), negated(rounded(total, places))]))),
    )
  let places = Math.min(first, MOST_PLACES)
  while (places < MOST_PLACES && !adds(places)) places += 1
  return places
}

const negated = (decimal: string): string => (decimal.startsWith('-') ? decimal.slice(1) : `-${decimal}`)
