import { parseAmount, type Amount } from '../amount.ts'
import type { WireRequest } from '../venue.ts'

type Value = string | number | boolean

/** Parameters of a request by name. A bad one is refused in the exchange's own words, which the maker gives. */
export class Fields {
  readonly #values: ReadonlyMap<string, Value>
  readonly #refusal: (what: string) => Error

  constructor(values: Iterable<readonly [string, Value]>, refusal: (what: string) => Error) {
    this.#values = new Map(values)
    this.#refusal = refusal
  }

  /** Those of the query; with a body that is a JSON object also its members that are no objects. */
  static of({ query, body }: Pick<WireRequest, 'query' | 'body'>, refusal: (what: string) => Error): Fields {
    const members = body === '' ? [] : Object.entries(objectOf(body, refusal)).filter((entry): entry is [string, Value] => ['string', 'number', 'boolean'].includes(typeof entry[1]))
    return new Fields([...new URLSearchParams(query), ...members], refusal)
  }

  /** Undefined where it is absent or empty. */
  text(name: string): string | undefined {
    const value = this.#values.get(name)
    return value === undefined || value === '' ? undefined : String(value)
  }

  required(name: string): string {
    const value = this.text(name)
    if (value === undefined) throw this.#refusal(`${name} is required`)
    return value
  }

  one<const T extends string>(name: string, of: readonly T[], usual?: T): T {
    const value = this.text(name) ?? usual
    const found = of.find((each) => each === value)
    if (found === undefined) throw this.#refusal(`${name} is not valid`)
    return found
  }

  amount(name: string): Amount | undefined {
    const value = this.text(name)
    const read = value === undefined ? undefined : parseAmount(value)
    if (value !== undefined && read === undefined) throw this.#refusal(`${name} is not a number`)
    return read
  }

  /** A whole number, brought into its range. */
  whole(name: string, usual: number, least: number, most: number): number {
    const value = this.text(name)
    if (value === undefined) return usual
    if (!/^\d{1,15}$/.test(value)) throw this.#refusal(`${name} is not a whole number`)
    return Math.min(Math.max(Number(value), least), most)
  }
}

function objectOf(body: string, refusal: (what: string) => Error): object {
  try {
    const parsed: unknown = JSON.parse(body)
    if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) return parsed
  } catch {
    throw refusal('the body is not JSON')
  }
  throw refusal('the body is not an object')
}
