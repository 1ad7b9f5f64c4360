import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { JsonMistake, JsonNumber, readJson, writeJson, type Json } from './json.ts'

/** As `JSON.parse` would give it. */
function plain(value: Json): unknown {
  if (value instanceof JsonNumber) return Number(value.source)
  if (value instanceof Map) return Object.fromEntries([...value as ReadonlyMap<string, Json>].map(([name, member]) => [name, plain(member)]))
  return Array.isArray(value) ? (value as readonly Json[]).map(plain) : value
}
const mistake = (text: string): string => {
  try {
    readJson(text)
  } catch (error) {
    if (error instanceof JsonMistake) return error.message
    throw error
  }
  return ''
}
// Texts that are nearly JSON: pieces of it in any order.
const pieces = fc.array(fc.constantFrom(
  '{', '}', '[', ']', ',', ':', '"', '"a"', '"b":', '1', '-', '0', '.', 'e', '+', 'true', 'null', 'fals', ' ', '\n', '\\', '\\u00', '\\n', '\t', '{{x}}', '1.5e-7', '“', '\u0000', '😀', '\ud800',
), { maxLength: 12 }).map((parts) => parts.join(''))

describe('readJson', () => {
  it('reads every JSON text as JSON.parse does', () => {
    fc.assert(fc.property(fc.json({ maxDepth: 4 }), (text) => {
      expect(plain(readJson(text))).toEqual(JSON.parse(text))
    }), { numRuns: 500 })
  })

  it('takes nothing that JSON.parse refuses, and refuses nothing that it takes', () => {
    fc.assert(fc.property(fc.oneof(pieces, fc.string()), (text) => {
      let expected: unknown
      let valid = true
      try { expected = JSON.parse(text) } catch { valid = false }
      const said = mistake(text)
      if (said.startsWith('has the same field twice')) return
      expect(said === '').toBe(valid)
      if (valid) expect(plain(readJson(text))).toEqual(expected)
    }), { numRuns: 5000 })
  })

  it('writes what it read', () => {
    fc.assert(fc.property(fc.jsonValue(), (value) => {
      expect(JSON.parse(writeJson(readJson(JSON.stringify(value))))).toEqual(JSON.parse(JSON.stringify(value)))
    }))
  })

  it('keeps numbers as they were written', () => {
    expect(writeJson(readJson('[0.1, 1e-7, 12345678901234567.123, -0, 1.50]'))).toBe('[0.1,1e-7,12345678901234567.123,-0,1.50]')
  })

  it('refuses a field that stands twice, also by another spelling of the same name', () => {
    expect(mistake('{"side":"BUY","side":"SELL"}')).toContain('same field twice')
    expect(mistake('{"side":"BUY","s\\u0069de":"SELL"}')).toContain('same field twice')
    expect(mistake('{"a":{"x":1},"b":{"x":1}}')).toBe('')
  })

  it('has limits of depth and of values', () => {
    expect(mistake(`${'['.repeat(33)}${']'.repeat(33)}`)).toBe('')
    expect(mistake(`${'['.repeat(100_000)}`)).toContain('nested deeper')
    expect(mistake(`[${'1,'.repeat(3000)}1]`)).toContain('more than 2000 values')
  })

  it('takes __proto__ for a name like any other', () => {
    expect(writeJson(readJson('{"__proto__":{"a":1},"constructor":2}'))).toBe('{"__proto__":{"a":1},"constructor":2}')
  })

  it.each([
    ['{"symbol":"A",}', 'comma before the closing bracket', 'line 1, character 15'],
    ['{“symbol”:“A”}', 'curly or single quotes', 'line 1, character 2'],
    ["{'symbol':'A'}", 'curly or single quotes', ''],
    ['{"size":NaN}', 'NaN, which TradingView writes', ''],
    ['{"size":{{strategy.order.contracts}}}', 'placeholder', ''],
    ['{{strategy.order.alert_message}}', 'placeholder', ''],
    ['{"symbol":"A"\n"side":"BUY"}', 'lacks a comma', 'line 2, character 1'],
    ['{"symbol":"A"', 'ends too early', ''],
    ['{"symbol":"A', 'never closed', ''],
    ['{"symbol":"A\nB"}', 'line break', ''],
    ['{"symbol":"A\u001fB"}', 'control character', ''],
    ['{"symbol":BTC}', 'word without quotes', ''],
    ['{symbol:"A"}', 'without straight double quotes', ''],
    ['{"size":007}', 'put it in quotes', ''],
    ['{"a":"\\x"}', 'backslash', ''],
    ['{"a":1}{"b":2}', 'goes on after its end', ''],
    ['{"a":}', 'lacks a value', ''],
    ['{"a" 1}', 'colon', ''],
  ])('%s: says what is wrong and where', (text, what, where) => {
    expect(mistake(text)).toContain(what)
    expect(mistake(text)).toContain(where)
  })

  it('never quotes the text, which may hold a key', () => {
    fc.assert(fc.property(pieces, (text) => {
      expect(mistake(`{"key":"s3cr3t-s3cr3t", s3cr3t ${text}`)).not.toContain('s3cr3t')
    }))
  })
})
