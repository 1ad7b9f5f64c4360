import { parseAmount, type Amount } from './amount.ts'
import { BadControl } from './venue.ts'

/** Readers for the fields of a control route's JSON body. Each throws BadControl with the field's name. */
export type ControlBody = Readonly<Record<string, unknown>>

/** Parses a body that must be a JSON object. */
export function parseBody(raw: string): ControlBody {
  let value: unknown
  try {
    value = JSON.parse(raw)
  } catch {
    throw new BadControl('the body is not JSON')
  }
  return asObject(value, 'the body')
}

export function asObject(value: unknown, name: string): ControlBody {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new BadControl(`${name} must be a JSON object`)
  }
  return value as ControlBody
}

export function text(body: ControlBody, field: string): string | undefined {
  const value = body[field]
  if (value === undefined || value === null) return undefined
  if (typeof value !== 'string') throw new BadControl(`${field} must be a string`)
  return value
}

export function requiredText(body: ControlBody, field: string): string {
  const value = text(body, field)
  if (value === undefined || value === '') throw new BadControl(`${field} is required, a string`)
  return value
}

export function flag(body: ControlBody, field: string): boolean | undefined {
  const value = body[field]
  if (value === undefined || value === null) return undefined
  if (typeof value !== 'boolean') throw new BadControl(`${field} must be true or false`)
  return value
}

export function count(body: ControlBody, field: string, least: number, most: number): number | undefined {
  const value = body[field]
  if (value === undefined || value === null) return undefined
  if (typeof value !== 'number' || !Number.isInteger(value) || value < least || value > most) {
    throw new BadControl(`${field} must be a whole number from ${least} to ${most}`)
  }
  return value
}

export function choice<const T extends string>(body: ControlBody, field: string, of: readonly T[]): T | undefined {
  const value = body[field]
  if (value === undefined || value === null) return undefined
  const found = of.find((each) => each === value)
  if (found === undefined) throw new BadControl(`${field} must be one of ${of.join(', ')}`)
  return found
}

/** A decimal, as a string or a number. */
export function decimal(body: ControlBody, field: string): Amount | undefined {
  const value = body[field]
  if (value === undefined || value === null) return undefined
  return asDecimal(value, field)
}

export function asDecimal(value: unknown, name: string): Amount {
  const written = typeof value === 'number' ? String(value) : value
  const parsed = typeof written === 'string' ? parseAmount(written) : undefined
  if (parsed === undefined) throw new BadControl(`${name} must be a decimal such as "0.001"`)
  return parsed
}

/** An object of decimals, e.g. {"USDT": "10000"}. */
export function decimals(body: ControlBody, field: string): Map<string, Amount> {
  const value = body[field]
  const amounts = new Map<string, Amount>()
  if (value === undefined || value === null) return amounts
  for (const [name, each] of Object.entries(asObject(value, field))) {
    amounts.set(name, asDecimal(each, `${field}.${name}`))
  }
  return amounts
}

export function texts(body: ControlBody, field: string): string[] | undefined {
  const value = body[field]
  if (value === undefined || value === null) return undefined
  if (!Array.isArray(value) || !value.every((each) => typeof each === 'string')) {
    throw new BadControl(`${field} must be a list of strings`)
  }
  return value
}

/** A moment, as ISO 8601 or milliseconds since the epoch. */
export function moment(body: ControlBody, field: string): number | undefined {
  const value = body[field]
  if (value === undefined || value === null) return undefined
  const ms = typeof value === 'number' ? value : typeof value === 'string' ? Date.parse(value) : Number.NaN
  if (!Number.isFinite(ms)) throw new BadControl(`${field} must be a time: ISO 8601 or milliseconds since the epoch`)
  return ms
}
