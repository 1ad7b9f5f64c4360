import { FLAGS, type FieldError, type Flag, type SignalSide, type Warning } from '#model'
import { readAmount } from './amount.ts'
import type { ParsedPayload } from './draft.ts'
import { fieldKind, meantField } from './fields.ts'
import { asObject, JsonMistake, JsonNumber, readJson, writeJson, type Json, type JsonObject } from './json.ts'
import { holdsSecrets, keyText, MIN_KEY_LENGTH, redactJson, redactText } from './redact.ts'
import { saysNone, shapingFields } from './shaping.ts'
import type { Why } from './stance.ts'
import { strangeIn } from './symbols.ts'
import { readTime } from './time.ts'

/** Largest body, bytes. The HTTP layer answers 413 before it comes to this. */
export const MAX_BODY_BYTES = 65_536
const MAX_SYMBOL = 64
const MAX_LABEL = 64
const MAX_KEY = 512
const MAX_DEBUG = 16_384
const MAX_LISTED = 20

const utf8 = new TextDecoder('utf-8', { fatal: true })
const EXAMPLE = '{"symbol":"{{ticker}}","side":"{{strategy.order.action}}"}'

/**
 * Reads a signal's payload: JSON whatever the content type said, with a byte-order mark or stray line breaks around it.
 * Nothing that could hold the webhook's key is in the draft or in an error; the key itself is beside them, to be
 * compared and dropped. `receivedAt`: epoch ms of the last byte. Never throws: every mistake found is in `errors`.
 */
export function parsePayload(bytes: Uint8Array, receivedAt: number): ParsedPayload {
  const members = readBody(bytes)
  if (typeof members === 'string') return { ok: false, errors: [{ path: 'body', message: members }], key: null }
  const reading = new Reading(members)
  const symbol = reading.symbol()
  const side = reading.side()
  const size = reading.size()
  const dilution = reading.dilution()
  const flags = reading.flags()
  const label = reading.label()
  const time = readTime(members.get('time'), receivedAt)
  if (time.warning !== null) reading.warnings.push(time.warning)
  reading.debug()
  reading.others(side)
  const { key, errors, warnings, unsupportedFields } = reading
  if (errors.length > 0 || symbol === null || side === null) {
    return { ok: false, errors: errors.slice(0, MAX_LISTED), key }
  }
  const payload = writeJson(key !== null || holdsSecrets(members) ? redactJson(members, key) : members)
  const { firedAt, ageFrom } = time
  const draft = { symbol, side, size, dilution, flags, label, firedAt, ageFrom, warnings, unsupportedFields, payload }
  return { ok: true, draft, key }
}

/** The payload's fields, or what is wrong with the body as a whole. */
function readBody(bytes: Uint8Array): JsonObject | string {
  if (bytes.length > MAX_BODY_BYTES) return `The body is larger than ${MAX_BODY_BYTES} bytes.`
  const utf16 = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)
  if (utf16) return 'The body is UTF-16: send it as UTF-8.'
  let text: string
  try {
    text = utf8.decode(bytes).trim()
  } catch {
    return 'The body is not valid UTF-8.' // the only thing that a fatal decoder throws for
  }
  if (text === '') return `The body is empty. Send JSON such as ${EXAMPLE}`
  if (!/^[{["]/.test(text)) return `The body is not JSON but plain text. Write the alert's message as JSON, such as ${EXAMPLE}`
  let value: Json
  try {
    value = readJson(text)
  } catch (error) {
    if (!(error instanceof JsonMistake)) throw error
    return `The body is not valid JSON: it ${error.message}.`
  }
  return asObject(value) ?? (Array.isArray(value)
    ? 'The body is a list: send one signal, a JSON object, per request.'
    : `The body is not a JSON object. Send one such as ${EXAMPLE}`)
}

/** One payload while it is read: gathers every mistake instead of stopping at the first. */
class Reading {
  readonly errors: FieldError[] = []
  readonly warnings: Warning[] = []
  readonly unsupportedFields: string[] = []
  readonly key: string | null
  readonly #members: JsonObject

  constructor(members: JsonObject) {
    this.#members = members
    this.key = this.#key()
  }

  symbol(): string | null {
    const value = this.#required('symbol', 'the market, such as BTCUSDT')
    if (value === null) return null
    const symbol = typeof value === 'string' ? value.trim() : ''
    if (symbol === '') return this.#wrong('symbol', 'must be text such as "BTCUSDT"')
    if (symbol.includes('{{')) return this.#placeholder('symbol', '{{ticker}}')
    if (symbol.length > MAX_SYMBOL) return this.#wrong('symbol', `must have at most ${MAX_SYMBOL} characters`)
    const strange = strangeIn(symbol)
    if (!/^[\x21-\x7e\u00a1-\ud7ff\ue000-\ufffd]+$/.test(symbol)) {
      const which = strange === null ? '' : `: it holds ${strange}`
      return this.#wrong('symbol', `must have no spaces or control characters${which}`)
    }
    return this.#free('symbol', symbol)
  }

  side(): SignalSide | null {
    const value = this.#required('side', 'BUY or SELL')
    if (value === null) return null
    const side = typeof value === 'string' ? value.trim().toUpperCase() : ''
    if (side === 'BUY' || side === 'SELL') return side
    if (side.includes('{{')) return this.#placeholder('side', '{{strategy.order.action}} (in alerts of a strategy)')
    return this.#wrong('side', side === 'LONG' || side === 'SHORT' || side === 'FLAT'
      ? `must be BUY or SELL, not ${side.toLowerCase()}: in TradingView write {{strategy.order.action}}`
      : 'must be BUY or SELL')
  }

  size(): string | null {
    const value = this.#members.get('size')
    if (value === undefined || value === null) return null
    const written = value instanceof JsonNumber ? value.source : value
    if (typeof written !== 'string') return this.#wrong('size', 'must be a number such as 100 or "0.001"')
    const amount = readAmount(written)
    if (amount.kind === 'mistake') return this.#wrong('size', amount.message)
    return amount.kind === 'none' ? null : this.#free('size', amount.text)
  }

  dilution(): boolean {
    const value = this.#members.get('dilution')
    if (value === undefined || value === null || value === '') return false
    if (typeof value === 'boolean') return value
    const word = typeof value === 'string' ? value.trim().toLowerCase() : ''
    if (word !== 'true' && word !== 'false') this.#wrong('dilution', 'must be true or false')
    return word === 'true'
  }

  /** Whatever is not one of the flags is a mistake: a mistyped TEST must not become a live order. */
  flags(): Flag[] {
    const value = this.#members.get('flag')
    if (value === undefined) return []
    const flags = new Set<Flag>()
    for (const item of Array.isArray(value) ? value as readonly Json[] : [value as Json]) {
      const word = typeof item === 'string' ? item.trim().toUpperCase() : ''
      const flag = FLAGS.find((known) => known === word)
      if (flag !== undefined) flags.add(flag)
      else this.#wrong('flag', 'must be TEST, DEBUG or REVERSE, one or a list of them; leave the field out for none')
    }
    return [...flags]
  }

  label(): string | null {
    const value = this.#members.get('id')
    if (value === undefined || value === null) return null
    const text = value instanceof JsonNumber ? value.source : value
    if (typeof text !== 'string') {
      this.warnings.push({
        code: 'id_ignored', message: '`id` is neither text nor a number; it is kept in the payload only',
      })
      return null
    }
    const whole = redactText(text, this.key).replace(/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]+/gu, ' ').trim()
    if (whole.length > MAX_LABEL) {
      this.warnings.push({
        code: 'id_cut', message: `\`id\` is cut to ${MAX_LABEL} characters; the payload has all of it`,
      })
    }
    return whole.slice(0, MAX_LABEL).toWellFormed() || null
  }

  debug(): void {
    const value = this.#members.get('debug')
    if (value !== undefined && writeJson(value).length > MAX_DEBUG) {
      this.#wrong('debug', `must have at most ${MAX_DEBUG} characters`)
    }
  }

  /** Fields that are not ours: a mistake where one looks like a flag, else a warning; some keep `side` from opening. */
  others(side: SignalSide | null): void {
    const shaping = side === null ? [] : shapingFields(this.#members, (name) => fieldKind(name) !== 'unknown', side)
    for (const { path, why } of shaping) {
      const shown = this.#shownPath(path)
      this.unsupportedFields.push(shown)
      const message = `\`${shown}\` ${SAYS[why]}: openings are refused, closes run without it`
      this.#warn({ code: 'unsupported_field', message })
    }
    for (const [name, value] of this.#members) {
      const kind = fieldKind(name)
      if (kind === 'known') continue
      const shown = this.#shownName(name)
      if (kind === 'flag-like') {
        this.errors.push({
          path: shown,
          message: 'is not read, and could have been meant to stop a live order: write "flag": "TEST" (or "DEBUG", "REVERSE")',
        })
      } else if (!saysNone(name, value) && !shaping.some(({ path }) => path === name || path.startsWith(`${name}.`))) {
        const meant = meantField(name)
        const hint = meant === null ? '' : `; did you mean \`${meant}\`?`
        this.#warn({ code: 'unknown_field', message: `\`${shown}\` is not a field of a signal and was ignored${hint}` })
      }
    }
  }

  #key(): string | null {
    const value = this.#members.get('key')
    if (value === undefined || value === null) return null
    const key = keyText(value)
    if (key === null || key.length > MAX_KEY) this.#wrong('key', `must be text of at most ${MAX_KEY} characters`)
    return key
  }

  #required(name: string, what: string): Json | null {
    const value = this.#members.get(name)
    if (value !== undefined && value !== null) return value
    const similar = [...this.#members.keys()].slice(0, 50).find((other) => other !== name && meantField(other) === name)
    const hint = similar === undefined ? '' : ` (there is \`${this.#shownName(similar)}\`: name it \`${name}\`)`
    return this.#wrong(name, `is missing: ${what}${hint}`)
  }

  /** Says that the key must not be repeated where it would have to be stored to trade. */
  #free(name: string, text: string): string | null {
    const leaks = this.key !== null && this.key.length >= MIN_KEY_LENGTH && text.includes(this.key)
    return leaks ? this.#wrong(name, 'must not hold the webhook\'s key') : text
  }

  #placeholder(name: string, correct: string): null {
    return this.#wrong(name, `still holds a placeholder that was not replaced: in TradingView write ${correct}`)
  }

  #wrong(path: string, message: string): null {
    this.errors.push({ path, message })
    return null
  }

  #warn(warning: Warning): void {
    if (this.warnings.length < MAX_LISTED) this.warnings.push(warning)
  }

  /** Of a long path its end: that is the field itself. */
  #shownPath(path: string): string {
    return this.#shownName(path.length > 64 ? `…${redactText(path, this.key).slice(-63)}` : path)
  }

  #shownName(name: string): string {
    return redactText(name, this.key).replace(/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]+/gu, ' ').slice(0, 64).toWellFormed()
  }
}

const SAYS: Readonly<Record<Why, string>> = {
  shapes: 'shapes an order in a way that is not supported',
  ends: 'says that a position ends, or that none is held',
  against: 'names the other side than `side`',
  off: 'says that nothing is to be traded',
  unknown: 'names a position or an action that is not known',
}
