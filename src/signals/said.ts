import { JsonNumber, type Json, type JsonObject } from './json.ts'

/** What a field's value says, before anything is known of its name. */
export type Said =
  /** Empty, or what TradingView and scripts write where there is no value: nothing is said. */
  | { readonly kind: 'nothing' }
  /** `false`, `"no"`, `"off"`, `"none"`. */
  | { readonly kind: 'no'; readonly text: string }
  | { readonly kind: 'yes' }
  /** `percent`: written with its sign. */
  | { readonly kind: 'number'; readonly number: number; readonly percent: boolean }
  | { readonly kind: 'text'; readonly text: string }
  /** A {{placeholder}} that was not replaced: what it would have said is not known. */
  | { readonly kind: 'unknown' }
  | { readonly kind: 'many' }

const NOTHING = /^(|null|nil|undefined|nan|na|n\/a|-+)$/
const NO = /^(false|no|n|off|none|disabled?|never)$/
const YES = /^(true|yes|y|on|enabled?)$/
/** As written by people: `65,000.5`, `1.234,5`, `-1`, `$65,000`, `10 %`, `0.5 USDT`, `5x`. */
const NUMBER = /^(?!0x)[$€£¥₿]?([+-]?\d[\d.,_' ]{0,60}|[+-]?\.\d{1,40})(e[+-]?\d{1,3})?\s{0,3}(%|[$€£¥₿]|[a-z]{0,6})$/

const nothing: Said = { kind: 'nothing' }
const MOST_LETTERS = 100

/** Reads one value. A list of one is that one. */
export function saidBy(value: Json): Said {
  if (value === null) return nothing
  if (typeof value === 'boolean') return value ? { kind: 'yes' } : { kind: 'no', text: 'false' }
  if (value instanceof JsonNumber) return { kind: 'number', number: Number(value.source), percent: false }
  if (typeof value !== 'string') return isEmpty(value) ? nothing : { kind: 'many' }
  const text = value.slice(0, MOST_LETTERS).trim()
  if (value.length <= MOST_LETTERS) {
    const lower = text.toLowerCase()
    if (NOTHING.test(lower)) return nothing
    if (NO.test(lower)) return { kind: 'no', text: lower }
    if (YES.test(lower)) return { kind: 'yes' }
    const [, digits, exponent = '', unit] = NUMBER.exec(lower) ?? []
    if (digits !== undefined) {
      // Its size hardly matters: whether it is nothing, one, or below nothing does.
      const number = Number(`${digits.replace(/[,_' ]/g, '').replace(/\.(?=.*\.)/g, '')}${exponent}`)
      if (!Number.isNaN(number)) return { kind: 'number', number, percent: unit === '%' }
    }
  }
  return text.includes('{{') ? { kind: 'unknown' } : { kind: 'text', text }
}

const isEmpty = (value: readonly Json[] | JsonObject): boolean =>
  (Array.isArray(value) ? value.length : (value as JsonObject).size) === 0

/** Whether anything within says something: templates often carry a whole tree of empty fields and zeros. */
export function saysAnything(value: Json): boolean {
  if (value instanceof Map) {
    const members = value as JsonObject
    for (const [name, member] of members) if (SWITCH.test(name) && isOff(member)) return false
    return [...members.values()].some(saysAnything)
  }
  if (Array.isArray(value)) return (value as readonly Json[]).some(saysAnything)
  const said = saidBy(value)
  return said.kind !== 'nothing' && said.kind !== 'no' && !(said.kind === 'number' && said.number === 0)
}

const SWITCH = /^(is[_-]?)?(enabled?|active|on|use)$/i

function isOff(value: Json): boolean {
  const said = saidBy(value)
  return said.kind === 'no' || (said.kind === 'number' && said.number === 0)
}
