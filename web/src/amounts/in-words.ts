const SMALL = [
  'zero',
  'one',
  'two',
  'three',
  'four',
  'five',
  'six',
  'seven',
  'eight',
  'nine',
  'ten',
  'eleven',
  'twelve',
  'thirteen',
  'fourteen',
  'fifteen',
  'sixteen',
  'seventeen',
  'eighteen',
  'nineteen',
]
const TENS = ['', '', 'twenty', 'thirty', 'forty', 'fifty', 'sixty', 'seventy', 'eighty', 'ninety']
const THOUSANDS = ['', ' thousand', ' million', ' billion', ' trillion']
const MOST_DECIMALS = 6

/** A plain decimal as one says it, so that two that look alike do not sound alike; null: too long to be said. */
export function inWords(decimal: string): string | null {
  const [, minus, whole = '', fraction = ''] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(decimal) ?? []
  if (minus === undefined || whole.length > 3 * THOUSANDS.length || fraction.length > MOST_DECIMALS)
    return null
  const point =
    fraction === '' ? '' : ` point ${Array.from(fraction, (digit) => SMALL[Number(digit)]).join(' ')}`
  return `${minus === '' ? '' : 'minus '}${wholeInWords(whole)}${point}`
}

function wholeInWords(digits: string): string {
  const padded = digits.padStart(Math.ceil(digits.length / 3) * 3, '0')
  const groups = padded.match(/\d{3}/g) ?? []
  const said = groups.flatMap((group, index) =>
    group === '000' ? [] : [`${hundreds(Number(group))}${THOUSANDS[groups.length - 1 - index] ?? ''}`],
  )
  return said.length === 0 ? 'zero' : said.join(' ')
}

function hundreds(number: number): string {
  const [hundred, rest] = [Math.floor(number / 100), number % 100]
  const below =
    rest < 20
      ? SMALL[rest]
      : `${TENS[Math.floor(rest / 10)] ?? ''}${rest % 10 === 0 ? '' : `-${SMALL[rest % 10] ?? ''}`}`
  return [...(hundred > 0 ? [`${SMALL[hundred] ?? ''} hundred`] : []), ...(rest > 0 ? [below] : [])].join(' ')
}
