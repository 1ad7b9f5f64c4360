import { parseAmount, type Amount } from '../../amount.ts'
import { illegal, mandatory, Refusal } from './refusal.ts'

/** Decoded parameters of one request. */
export type Params = ReadonlyMap<string, string>

/**
 * Decodes query and form body. A name in both is taken from the query; twice in one of them is -1101.
 * Source: rest-api.md "General Information on Endpoints", errors.md -1101.
 */
export function readParams(query: string, body: string): Params {
  const params = new Map<string, string>()
  if (body !== '') readInto(params, body)
  if (query !== '') {
    if (params.size === 0) readInto(params, query)
    else for (const [name, value] of readInto(new Map(), query)) params.set(name, value)
  }
  return params
}

function readInto(params: Map<string, string>, raw: string): Map<string, string> {
  for (const pair of raw.split('&')) {
    if (pair === '') continue
    const at = pair.indexOf('=')
    const name = decode(at < 0 ? pair : pair.slice(0, at))
    if (params.has(name)) throw new Refusal(-1101, 'Duplicate values for a parameter detected.')
    params.set(name, at < 0 ? '' : decode(pair.slice(at + 1)))
  }
  return params
}

function decode(raw: string): string {
  if (!raw.includes('%') && !raw.includes('+')) return raw
  try {
    return decodeURIComponent(raw.replaceAll('+', ' '))
  } catch {
    throw new Refusal(-1100, 'Illegal characters found in a parameter.')
  }
}

/** The parameter, or undefined where it is absent. Sent but empty is -1105. */
export function optional(params: Params, name: string): string | undefined {
  const value = params.get(name)
  if (value === '') throw new Refusal(-1105, `Parameter '${name}' was empty.`)
  return value
}

export function required(params: Params, name: string): string {
  const value = params.get(name)
  if (value === undefined || value === '') throw mandatory(name)
  return value
}

const DECIMAL_RANGE = '^([0-9]{1,20})(\\.[0-9]{1,20})?$'
const DECIMAL = /^([0-9]{1,20})(\.[0-9]{1,20})?$/

/** A decimal parameter as sent and as an amount. */
export type Decimal = { readonly text: string; readonly value: Amount }

export function optionalDecimal(params: Params, name: string): Decimal | undefined {
  const text = optional(params, name)
  if (text === undefined) return undefined
  if (!DECIMAL.test(text)) throw illegal(name, DECIMAL_RANGE)
  const value = parseAmount(text)
  if (value === undefined) throw new Refusal(-1111, `Parameter '${name}' has too much precision.`)
  return { text, value }
}

export function optionalWhole(params: Params, name: string): number | undefined {
  const text = optional(params, name)
  if (text === undefined) return undefined
  if (!/^[0-9]{1,20}$/.test(text)) throw illegal(name, '^[0-9]{1,20}$')
  return Number(text)
}

/** The `limit` of a list: within 1 and `most`. */
export function limitOf(params: Params, usual: number, most: number): number {
  const limit = optionalWhole(params, 'limit')
  if (limit === undefined) return usual
  if (limit < 1) throw new Refusal(-1130, "Data sent for parameter 'limit' is not valid.")
  return Math.min(limit, most)
}

/** "true"/"false" in any case. */
export function optionalFlag(params: Params, name: string): boolean | undefined {
  const text = optional(params, name)?.toLowerCase()
  if (text === undefined) return undefined
  if (text !== 'true' && text !== 'false') throw illegal(name, '^(true|false)$')
  return text === 'true'
}
