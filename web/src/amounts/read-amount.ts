import { plainCharacters } from './characters.ts'
import { readingsOf } from './readings.ts'

/** What stands in an amount's field. `sure`: as the server wrote it, or as somebody chose it: it is not asked about. */
export interface Typed {
  readonly text: string
  readonly sure: boolean
}
export const typed = (text: string): Typed => ({ text, sure: false })
export const sure = (text: string): Typed => ({ text, sure: true })

/** What a field takes, beside a plain number. */
export interface Rule {
  /** No decimals. */
  readonly whole?: boolean
  /** A minus in front is allowed. */
  readonly signed?: boolean
  readonly least?: number
  readonly most?: number
  /** A placeholder of TradingView (`{{strategy.order.contracts}}`) in place of a number. */
  readonly placeholder?: boolean
}

export type Amount =
  | { readonly kind: 'empty' }
  /** `text`: a plain decimal, as the API takes it. `rewritten`: it is not what stands in the field. */
  | { readonly kind: 'number'; readonly text: string; readonly rewritten: boolean }
  /** Somebody has to say which is meant, the largest first. One reading: whether it is that. */
  | { readonly kind: 'question'; readonly readings: readonly string[] }
  | { readonly kind: 'mistake'; readonly message: string }

const LONGEST = 80
const PLAIN = /^-?(?:0|[1-9]\d*)(?:\.\d+)?$/
const PLACEHOLDER = /^\{\{[\w.]+\}\}$/

/**
 * Reads what a person typed as an amount. What could mean two amounts is a question, never a guess: ten thousand in one
 * country is ten in the next. What can mean only one is read, and `rewritten` where the field shows it otherwise.
 */
export function readAmount({ text: field, sure: known }: Typed, rule: Rule = {}): Amount {
  const text = field.trim()
  if (text === '') return { kind: 'empty' }
  if (rule.placeholder === true && PLACEHOLDER.test(text)) return number(text, field)
  if (text.length > LONGEST) return mistake('is too long for an amount')
  const { characters, foreign, trouble } = plainCharacters(text)
  if (trouble !== null) return mistake(trouble)
  const sign = /^[-+]/.exec(characters)?.[0] ?? ''
  const unsigned = characters.slice(sign.length)
  const read = known && PLAIN.test(text) ? [unsigned] : readingsOf(unsigned)
  if (read.length === 0) return mistake(whyNot(unsigned))
  if (sign === '-' && rule.signed !== true) return mistake('must not be negative')
  const readings = read
    .map((one) => (sign === '-' && /[1-9]/.test(one) ? `-${one}` : one))
    .toSorted((a, b) => Number(b) - Number(a))
  const fitting = readings.filter((one) => whyUnfit(one, rule) === null)
  const [only] = fitting
  if (only === undefined) return mistake(whyUnfit(readings[0] ?? '', rule) ?? '')
  // A reading that the field would refuse may still be the one that was meant: then it is asked all the same.
  const asked = readings.length > 1 || foreign || /[eE]/.test(unsigned)
  return asked ? { kind: 'question', readings: fitting } : number(PLAIN.test(text) ? text : only, field)
}

/** The plain number in a field: '' where it is empty; null where it cannot be sent as it stands. */
export function plainOf(value: Typed, rule: Rule = {}): string | null {
  const amount = readAmount(value, rule)
  return amount.kind === 'empty' ? '' : amount.kind === 'number' ? amount.text : null
}

const number = (text: string, field: string): Amount => ({ kind: 'number', text, rewritten: text !== field })
const mistake = (message: string): Amount => ({ kind: 'mistake', message })

const EXAMPLE = 'write it like 10000 or 0.5'

function whyNot(text: string): string {
  if (/^[\d.,]+e[-+]?\d+$/i.test(text)) return `is beyond every amount: ${EXAMPLE}`
  if (text.includes('%')) return 'must be an amount, not a percentage'
  if (/^\d[\d.,]*\s?[kmb]$/i.test(text)) return `has a letter in place of zeros: ${EXAMPLE}`
  if (/\p{Sc}|[A-Za-z]/u.test(text)) return `must be a number without a unit: ${EXAMPLE}`
  return `is not a number: ${EXAMPLE}`
}

function whyUnfit(reading: string, { whole = false, least, most }: Rule): string | null {
  if (whole && reading.includes('.')) return 'must be a whole number'
  // Bounds are small: of a number that is too long for a float its size alone is looked at.
  const size = Number(reading)
  if (least !== undefined && most !== undefined && (size < least || size > most))
    return `must be between ${least} and ${most}`
  if (least !== undefined && size < least) return `must be ${least} or more`
  return most !== undefined && size > most ? `must be ${most} or less` : null
}
