/** A number as it was written: decimals stay exact, however many digits they have. */
export class JsonNumber {
  readonly source: string
  constructor(source: string) { this.source = source }
}
export type JsonObject = ReadonlyMap<string, Json>
export type Json = string | boolean | null | JsonNumber | readonly Json[] | JsonObject

const MAX_DEPTH = 32
const MAX_VALUES = 2000

/** What is wrong with a text that should be JSON, where, and what to do; never quotes the text, which may hold a key. */
export class JsonMistake extends Error {
  override readonly name = 'JsonMistake'
}

/**
 * Reads JSON (RFC 8259) strictly: numbers keep their source, a field that stands twice in one object is a mistake, and
 * so is a text nested deeper than 32 or with more than 2,000 values. Throws `JsonMistake`. `JSON.parse` would take the
 * last of two `side` fields in silence and round numbers; its messages quote the text.
 */
export function readJson(text: string): Json {
  const reader = new Reader(text)
  const value = reader.value(0)
  reader.end()
  return value
}

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y
const QUOTE = 34
const BACKSLASH = 92

class Reader {
  readonly #text: string
  #at = 0
  #values = 0

  constructor(text: string) { this.#text = text }

  value(depth: number): Json {
    this.#blanks()
    if (depth > MAX_DEPTH) throw this.#mistake(`is nested deeper than ${MAX_DEPTH}`)
    this.#values += 1
    if (this.#values > MAX_VALUES) throw new JsonMistake(`holds more than ${MAX_VALUES} values`)
    switch (this.#text.charCodeAt(this.#at)) {
      case 123: return this.#object(depth)
      case 91: return this.#array(depth)
      case QUOTE: return this.#string()
      case 116: return this.#word('true', true)
      case 102: return this.#word('false', false)
      case 110: return this.#word('null', null)
      default: return this.#number()
    }
  }

  end(): void {
    this.#blanks()
    if (this.#at < this.#text.length) throw this.#mistake('goes on after its end')
  }

  #object(depth: number): JsonObject {
    const members = new Map<string, Json>()
    this.#at += 1
    this.#blanks()
    if (this.#take(125)) return members
    for (;;) {
      this.#blanks()
      if (this.#text.charCodeAt(this.#at) !== QUOTE) throw this.#noName()
      const start = this.#at
      const name = this.#string()
      if (members.has(name)) { this.#at = start; throw this.#mistake('has the same field twice in one object: leave one of them out') }
      this.#blanks()
      if (!this.#take(58)) throw this.#mistake('lacks a colon after a field\'s name')
      members.set(name, this.value(depth + 1))
      this.#blanks()
      if (this.#take(44)) continue
      if (this.#take(125)) return members
      throw this.#noComma('}')
    }
  }

  #array(depth: number): Json[] {
    const items: Json[] = []
    this.#at += 1
    this.#blanks()
    if (this.#take(93)) return items
    for (;;) {
      items.push(this.value(depth + 1))
      this.#blanks()
      if (this.#take(44)) continue
      if (this.#take(93)) return items
      throw this.#noComma(']')
    }
  }

  #string(): string {
    const text = this.#text
    const start = this.#at
    let at = start + 1
    let plain = true
    for (; at < text.length; at += 1) {
      const code = text.charCodeAt(at)
      if (code === QUOTE) break
      if (code === BACKSLASH) { plain = false; at += 1 } else if (code < 32) {
        this.#at = at
        throw this.#mistake('has a line break or control character inside quotes: write it as \\n, or take it out')
      }
    }
    if (at >= text.length) throw this.#mistake('has a quote that is never closed')
    this.#at = at + 1
    if (plain) return text.slice(start + 1, at)
    try {
      return JSON.parse(text.slice(start, at + 1)) as string
    } catch {
      this.#at = start // only its escapes can be wrong; the engine's message would quote it
      throw this.#mistake('has a backslash that JSON does not know inside quotes: write \\\\ for a backslash')
    }
  }

  #number(): JsonNumber {
    NUMBER.lastIndex = this.#at
    const source = NUMBER.exec(this.#text)?.[0]
    if (source === undefined) throw this.#noValue()
    this.#at += source.length
    const next = this.#text.charCodeAt(this.#at)
    if (isWordCode(next) || next === 46) throw this.#mistake('has a number that JSON does not know: put it in quotes')
    return new JsonNumber(source)
  }

  #word<T>(word: string, value: T): T {
    if (!this.#text.startsWith(word, this.#at) || isWordCode(this.#text.charCodeAt(this.#at + word.length))) {
      throw this.#noValue()
    }
    this.#at += word.length
    return value
  }

  #blanks(): void {
    for (;;) {
      const code = this.#text.charCodeAt(this.#at)
      if (code !== 32 && code !== 10 && code !== 13 && code !== 9) return
      this.#at += 1
    }
  }

  #take(code: number): boolean {
    if (this.#text.charCodeAt(this.#at) !== code) return false
    this.#at += 1
    return true
  }

  /** Mistakes that people make again and again in alert messages get a remedy of their own. */
  #noValue(): JsonMistake {
    const rest = this.#text.slice(this.#at, this.#at + 12)
    if (rest === '') return this.#mistake('ends too early: a value or a closing bracket is missing')
    if (/^[“”„‟″'‘’`]/.test(rest)) return this.#mistake('has curly or single quotes: JSON needs straight double quotes (")')
    if (/^-?(nan|na\b|inf)/i.test(rest)) {
      return this.#mistake('has NaN, which TradingView writes where a value is missing: leave the field out or give it a number')
    }
    if (rest.startsWith(',')) return this.#mistake('has a comma too many, or lacks a value')
    if (/^[}\]]/.test(rest)) return this.#mistake('lacks a value before a closing bracket, or has a comma too many')
    if (/^[a-z_]/i.test(rest)) return this.#mistake('has a word without quotes: put text in straight double quotes (")')
    return this.#mistake('lacks a value')
  }

  #noName(): JsonMistake {
    const rest = this.#text.slice(this.#at, this.#at + 2)
    if (rest === '') return this.#mistake('ends too early: a closing bracket is missing')
    if (rest.startsWith('}')) return this.#mistake('has a comma before the closing bracket: take it out')
    if (this.#text.startsWith('{{', this.#at - 1)) {
      return this.#mistake('still has a {{placeholder}} that was not replaced: check its name')
    }
    if (/^[“”„‟″'‘’`]/.test(rest)) return this.#mistake('has curly or single quotes: JSON needs straight double quotes (")')
    return this.#mistake('has a field name without straight double quotes (")')
  }

  #noComma(closing: string): JsonMistake {
    if (this.#at >= this.#text.length) return this.#mistake(`ends too early: ${closing} is missing`)
    return this.#mistake(`lacks a comma between two values, or ${closing} at the end`)
  }

  #mistake(what: string): JsonMistake {
    const before = this.#text.slice(0, this.#at)
    const line = before.split('\n').length
    return new JsonMistake(`${what} (line ${line}, character ${this.#at - before.lastIndexOf('\n')})`)
  }
}

/** Letters, digits and `_` by their code. */
const isWordCode = (code: number): boolean =>
  (code >= 48 && code <= 57) || (code >= 65 && code <= 90) || (code >= 97 && code <= 122) || code === 95

/** Writes a value as compact JSON text; numbers as they were written. */
export function writeJson(value: Json): string {
  if (value instanceof JsonNumber) return value.source
  if (value instanceof Map) {
    let text = ''
    for (const [name, member] of value as JsonObject) text += `${text === '' ? '' : ','}${JSON.stringify(name)}:${writeJson(member)}`
    return `{${text}}`
  }
  if (Array.isArray(value)) return `[${(value as readonly Json[]).map(writeJson).join(',')}]`
  return JSON.stringify(value)
}

/** The value as an object; null if it is none. */
export const asObject = (value: Json | undefined): JsonObject | null => (value instanceof Map ? value as JsonObject : null)
