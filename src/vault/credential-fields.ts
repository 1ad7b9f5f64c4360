import { isUtf8 } from 'node:buffer'
import { MAX_PLAINTEXT_BYTES, VaultError } from './seal/index.ts'

// JSON.parse would leave every credential as a string on the heap, where nothing can wipe it. This reads the one shape
// that credentials have, and leaves bytes.

const MAX_FIELDS = 8
const NAME = /^[A-Za-z][A-Za-z0-9_]{0,31}$/
const ESCAPED = new Map([['"', 0x22], ['\\', 0x5c], ['/', 0x2f], ['b', 8], ['f', 12], ['n', 10], ['r', 13], ['t', 9]]
  .map(([letter, byte]) => [String(letter).charCodeAt(0), Number(byte)]))

/**
 * Reads `{"apiKey": "…", "secret": "…", …}`: a flat JSON object of text fields, each value as its own buffer of UTF-8.
 * The caller wipes the values (`wipeFields`) and the input. Throws `malformed_credentials` without quoting any of it.
 */
export function readCredentialFields(json: Uint8Array): Map<string, Buffer> {
  const fields = new Map<string, Buffer>()
  try {
    readObject({ json, at: 0 }, fields)
    return fields
  } catch (error) {
    wipeFields(fields)
    throw error
  }
}

/**
 * The same object with one more text field in front: what was found out about a key and belongs to it. `json` is one
 * that `readCredentialFields` reads and lacks `name`; name and value are plain words. The caller wipes both.
 */
export function withCredentialField(json: Uint8Array, name: string, value: string): Buffer {
  if (!NAME.test(name) || !/^[a-z0-9-]{1,32}$/.test(value)) throw malformed()
  const start = json.indexOf(0x7b)
  return Buffer.concat([Buffer.from(`{"${name}":"${value}",`), json.subarray(start + 1)])
}

/** Overwrites the values with zeros. */
export function wipeFields(fields: ReadonlyMap<string, Buffer>): void {
  for (const value of fields.values()) value.fill(0)
}

interface Cursor { readonly json: Uint8Array; at: number }

const malformed = (): VaultError => new VaultError('malformed_credentials')

function readObject(cursor: Cursor, fields: Map<string, Buffer>): void {
  if (cursor.json.length > MAX_PLAINTEXT_BYTES || !isUtf8(cursor.json)) throw malformed()
  expect(cursor, '{')
  do {
    const name = readText(cursor).toString()
    if (!NAME.test(name) || fields.has(name) || fields.size === MAX_FIELDS) throw malformed()
    expect(cursor, ':')
    fields.set(name, readText(cursor))
  } while (take(cursor, ','))
  expect(cursor, '}')
  skipSpace(cursor)
  if (cursor.at !== cursor.json.length) throw malformed()
}

function readText(cursor: Cursor): Buffer {
  expect(cursor, '"')
  const end = plainEnd(cursor)
  if (end !== null) {
    const text = Buffer.from(cursor.json.subarray(cursor.at, end))
    cursor.at = end + 1
    return text
  }
  // An escape is never shorter than what it stands for, so the rest of the input is room enough.
  const out = Buffer.alloc(cursor.json.length - cursor.at)
  let length = 0
  try {
    for (;;) {
      const byte = cursor.json[cursor.at++]
      if (byte === undefined || byte < 0x20) throw malformed()
      if (byte === 0x22) return Buffer.from(out.subarray(0, length))
      if (byte === 0x5c) length += readEscape(cursor, out, length)
      else out[length++] = byte
    }
  } finally {
    out.fill(0)
  }
}

/** Where a text without escapes, nearly every one, ends; null where it has one, or is not as it has to be. */
function plainEnd({ json, at }: Cursor): number | null {
  for (let end = at; end < json.length; end++) {
    const byte = json[end] ?? 0
    if (byte === 0x22) return end
    if (byte < 0x20 || byte === 0x5c) return null
  }
  return null
}

function readEscape(cursor: Cursor, out: Buffer, at: number): number {
  const letter = cursor.json[cursor.at++]
  const byte = ESCAPED.get(letter ?? 0)
  if (byte !== undefined) { out[at] = byte; return 1 }
  if (letter !== 0x75) throw malformed()
  const first = readHex4(cursor)
  if (first < 0xd800 || first > 0xdfff) return out.write(String.fromCharCode(first), at)
  if (first > 0xdbff || cursor.json[cursor.at++] !== 0x5c || cursor.json[cursor.at++] !== 0x75) throw malformed()
  const second = readHex4(cursor)
  if (second < 0xdc00 || second > 0xdfff) throw malformed()
  return out.write(String.fromCharCode(first, second), at)
}

function readHex4(cursor: Cursor): number {
  const digits = Buffer.from(cursor.json.subarray(cursor.at, cursor.at + 4)).toString('latin1')
  if (!/^[0-9a-fA-F]{4}$/.test(digits)) throw malformed()
  cursor.at += 4
  return Number.parseInt(digits, 16)
}

function expect(cursor: Cursor, character: string): void {
  if (!take(cursor, character)) throw malformed()
}

function take(cursor: Cursor, character: string): boolean {
  skipSpace(cursor)
  if (cursor.json[cursor.at] !== character.charCodeAt(0)) return false
  cursor.at++
  return true
}

function skipSpace(cursor: Cursor): void {
  for (;;) {
    const byte = cursor.json[cursor.at]
    if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) return
    cursor.at++
  }
}
