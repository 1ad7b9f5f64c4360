import { JsonNumber, readJson, writeJson, type Json, type JsonObject } from './json.ts'

export const REDACTED = '[redacted]'

/** Shortest key that a webhook may have; a shorter text is no key, and is not searched for inside other words. */
export const MIN_KEY_LENGTH = 8

// Fields whose values are taken out wherever they stand: the webhook's key, and credentials of other services that
// end up in alert messages. Compared without case, `_` and `-`.
const SECRET_FIELDS: ReadonlySet<string> = new Set([
  'key', 'webhookkey', 'apikey', 'secret', 'secretkey', 'apisecret', 'secrettoken', 'passphrase', 'password', 'pass', 'token',
  'accesstoken', 'authorization', 'privatekey',
])

/** A field's name as it is compared where spelling does not count. */
export const plainName = (name: string): string => name.replace(/[_\-\s]/g, '').toLowerCase()

/** Takes a secret out of a text, however often it stands there. Case counts. */
export function redactText(text: string, secret: string | null): string {
  if (secret === null || secret === '') return text
  if (secret.length < MIN_KEY_LENGTH) return text === secret ? REDACTED : text
  return text.replaceAll(secret, REDACTED)
}

/** Whether a payload has to be rewritten before it is stored. */
export function holdsSecrets(value: Json): boolean {
  if (Array.isArray(value)) return (value as readonly Json[]).some(holdsSecrets)
  if (!(value instanceof Map)) return false
  for (const [name, member] of value as JsonObject) {
    if (SECRET_FIELDS.has(plainName(name)) || (typeof member === 'object' && holdsSecrets(member))) return true
  }
  return false
}

/** A copy without the values of secret fields at any depth, and without the key wherever else it was repeated. */
export function redactJson(value: Json, key: string | null): Json {
  if (typeof value === 'string') return redactText(value, key)
  if (value instanceof JsonNumber) {
    const redacted = redactText(value.source, key)
    return redacted === value.source ? value : REDACTED
  }
  if (Array.isArray(value)) return (value as readonly Json[]).map((item) => redactJson(item, key))
  if (!(value instanceof Map)) return value
  const copy = new Map<string, Json>()
  for (const [name, member] of value as JsonObject) {
    copy.set(redactText(name, key), SECRET_FIELDS.has(plainName(name)) ? REDACTED : redactJson(member, key))
  }
  return copy
}

const WORD = /[\w-]+/g
const SECRETIVE = /key|secret|pass|token|auth/i
const VALUE = /(["'“”]?\s*[:=]\s*)(?:["'“”](?:\\.|[^"'“”\n\\])*["'“”]?|[^\s,;&}"'“”]+)/y
const RANDOM = /[\w+/=-]{16,}/g

/**
 * What may be shown of a delivery that was not accepted: its JSON without secrets or, of a text that is no JSON, its
 * beginning without what follows a word like `key` and without anything that looks random. At most `limit` characters.
 * Strangers send what is read here, so it takes time in proportion to the length, and a text is cut before it is searched.
 */
export function redactedExcerpt(bytes: Uint8Array, limit = 2000): string {
  const text = new TextDecoder().decode(bytes.subarray(0, 65_536)).trim()
  let shown: string
  try {
    const value = readJson(text)
    const key = value instanceof Map ? (value as JsonObject).get('key') : undefined
    shown = writeJson(redactJson(value, keyText(key)))
  } catch {
    // Not JSON, or none that we would read: what could be a secret is told by its looks alone.
    shown = redactLooks(wholeWords(text, limit))
  }
  return shown.toWellFormed().replaceAll('\u0000', '').slice(0, limit)
}

/** The beginning, without a word that the cut went through: half a secret does not look like one. */
function wholeWords(text: string, limit: number): string {
  if (text.length <= limit) return text
  let end = limit
  while (end > 0 && /[\w+/=-]/.test(text.charAt(end - 1))) end -= 1
  return text.slice(0, end)
}

/** Each word is looked at once, and a value is read only behind a word that names a secret: linear in the text. */
function redactLooks(text: string): string {
  let shown = ''
  let at = 0
  for (const { 0: word, index } of text.matchAll(WORD)) {
    if (index < at || !SECRETIVE.test(word)) continue
    VALUE.lastIndex = index + word.length
    const between = VALUE.exec(text)?.[1]
    if (between === undefined) continue
    shown += `${text.slice(at, index)}${word}${between}${REDACTED}`
    at = VALUE.lastIndex
  }
  return `${shown}${text.slice(at)}`
    .replace(RANDOM, (word) => (/\d/.test(word) && /[A-Za-z]/.test(word) ? REDACTED : word))
}

/** The key as text; null where there is none. */
export function keyText(value: Json | undefined): string | null {
  if (typeof value === 'string') return value
  return value instanceof JsonNumber ? value.source : null
}
