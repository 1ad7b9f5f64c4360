import { Secret } from './secret.ts'

const HIDDEN = '[hidden]'
const LONGEST = 2000
const DEEPEST = 6
const MOST = 100

// Names under which secrets travel in this program and in those of others. Compared without case, `-` and `_`.
const SECRET_NAMES = new Set([
  'apikey', 'secret', 'apisecret', 'secretkey', 'privatekey', 'passphrase', 'password', 'token', 'setuptoken', 'key',
  'masterkey', 'datakey',
  'credentials', 'sealed', 'ciphertext', 'envelope', 'authorization', 'cookie', 'setcookie', 'signature', 'hash',
  'body', 'payload', 'headers',
])

/** A copy that is fit for a log line. */
export function redact(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return cut(value)
  if (typeof value === 'bigint') return value.toString()
  if (typeof value !== 'object' || value === null) return value
  if (value instanceof Secret) return value.toJSON()
  if (value instanceof Error) return describeError(value, depth)
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`
  if (value instanceof Date) return value.toISOString()
  if (depth >= DEEPEST) return '[deeper]'
  if (Array.isArray(value)) return value.slice(0, MOST).map((item) => redact(item, depth + 1))
  const copy: Record<string, unknown> = {}
  for (const [name, item] of Object.entries(value).slice(0, MOST)) {
    copy[name] = SECRET_NAMES.has(name.toLowerCase().replace(/[-_]/g, '')) ? HIDDEN : redact(item, depth + 1)
  }
  return copy
}

function describeError(error: Error, depth: number): Record<string, unknown> {
  const code = (error as { code?: unknown }).code
  return {
    name: error.name,
    message: cut(error.message),
    ...(typeof code === 'string' ? { code } : {}),
    ...(error.stack === undefined ? {} : { stack: cut(error.stack) }),
    ...(error.cause === undefined || depth >= DEEPEST ? {} : { cause: redact(error.cause, depth + 1) }),
  }
}

/** Shortens what is too long for a line. */
export const cut = (text: string): string => (
  text.length > LONGEST ? `${text.slice(0, LONGEST)}… (${text.length} characters)` : text
)
