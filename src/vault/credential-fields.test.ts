import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readCredentialFields, VaultError, wipeFields, withCredentialField } from '#vault'

const read = (json: string | Uint8Array): Record<string, string> =>
  Object.fromEntries([...readCredentialFields(Buffer.from(json))].map(([name, value]) => [name, value.toString()]))
const value = fc.string({ unit: 'binary', maxLength: 100 })

test('reads what JSON.stringify writes, whatever is in it', () => {
  fc.assert(fc.property(fc.record({ apiKey: value, secret: value, passphrase: value }), (fields) => {
    fc.pre(Object.values(fields).every((text) => text.isWellFormed()))
    expect(read(JSON.stringify(fields))).toEqual(fields)
    expect(read(JSON.stringify(fields, null, 2))).toEqual(fields)
  }))
})

test('reads every escape that JSON knows', () => {
  const json = String.raw`{ "secret" : "\"\\\/\b\f\n\r\t\u0041\u00e9\u6771\ud83d\ude00" }`
  expect(read(json)).toEqual(JSON.parse(json))
})

test('a PEM key keeps its line ends', () => {
  const pem = '-----BEGIN PRIVATE KEY-----\nTEST\n-----END PRIVATE KEY-----\n'
  expect(read(JSON.stringify({ secret: pem })).secret).toBe(pem)
})

describe('refuses', () => {
  test.each([
    '', '{}', '[]', '"x"', 'null', '{"a":1}', '{"a":null}', '{"a":{}}', '{"a":["x"]}', '{"a":"x"', '{"a":"x"}}', '{"a":"x"} x',
    '{"a":"x",}', '{"a" "x"}', '{a:"x"}', '{"a":"x","a":"y"}', '{"__proto__":"x"}', '{"":"x"}', '{"a":"\n"}', String.raw`{"a":"\x"}`,
    String.raw`{"a":"\u00"}`, String.raw`{"a":"\ud800"}`, String.raw`{"a":"\ud800\u0041"}`, String.raw`{"a":"\udc00"}`, '{"a":"x',
    `{${Array.from({ length: 9 }, (_, i) => `"f${i}":"x"`).join()}}`, `{"a":"${'x'.repeat(8192)}"}`,
  ])('%j', (json) => {
    expect(() => read(json)).toThrow(expect.objectContaining({ name: 'VaultError', code: 'malformed_credentials' }))
  })

  test('bytes that are not UTF-8', () => {
    expect(() => read(Buffer.from('7b2261223a22ff227d', 'hex'))).toThrow(VaultError)
  })

  test('any other bytes, with an error that quotes none of them', () => {
    fc.assert(fc.property(fc.string({ minLength: 12 }), (junk) => {
      try {
        read(junk)
      } catch (error) {
        if (!(error instanceof VaultError)) throw error
        expect(error.message).not.toContain(junk)
      }
    }))
  })
})

test('wiping leaves zeros, and the values do not share memory with the input', () => {
  const json = Buffer.from('{"secret":"TEST"}')
  const fields = readCredentialFields(json)
  wipeFields(fields)
  expect([...fields.get('secret') ?? [1]]).toEqual([0, 0, 0, 0])
  expect(json.toString()).toContain('TEST')
})

test('a field that was found out is put in front, and everything else stays', () => {
  const json = Buffer.from(' {"apiKey":"k","secret":"s\\u0041"}')
  const more = withCredentialField(json, 'site', 'eu')
  const read = readCredentialFields(more)
  expect([...read].map(([name, bytes]) => [name, bytes.toString()])).toEqual([['site', 'eu'], ['apiKey', 'k'], ['secret', 'sA']])
  for (const [name, text] of [['si"te', 'eu'], ['site', 'e"u'], ['site', '']] as const) expect(() => withCredentialField(json, name, text)).toThrow(VaultError)
  // A name that is there already makes an object that nobody reads.
  expect(() => readCredentialFields(withCredentialField(json, 'secret', 'eu'))).toThrow(VaultError)
})
