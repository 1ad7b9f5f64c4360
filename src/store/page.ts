import { createHash } from 'node:crypto'
import { Problem } from '#model'

/** A list's page: newest first; `next` is the cursor of what follows, null at the end. */
export interface Page<T> {
  readonly items: readonly T[]
  readonly next: string | null
}

/** Which page. `limit` 1 to 200, 50 by default; `cursor` as `next` gave it. */
export interface PageRequest {
  readonly limit?: number | undefined
  readonly cursor?: string | undefined
}

const LIMIT_DEFAULT = 50
const LIMIT_MAX = 200

/** A request for a page, read: how many rows to fetch (one more than are shown), and behind which key. */
export interface Span {
  readonly limit: number
  readonly fetch: number
  /** Key of the last item shown before; null: from the newest. */
  readonly after: string | null
  readonly binding: string
}

/**
 * Reads a page request. A cursor is the key of the last item shown, bound to list, user and filter: with another one it
 * is `invalid_input`. It is opaque, not secret: it points into the caller's own list, and every query names the user.
 */
export function readSpan(list: string, filter: Readonly<Record<string, unknown>>, request: PageRequest = {}): Span {
  const limit = request.limit ?? LIMIT_DEFAULT
  if (!Number.isInteger(limit) || limit < 1 || limit > LIMIT_MAX) throw invalid('limit', `must be a whole number from 1 to ${LIMIT_MAX}`)
  const binding = digest(list, filter)
  return { limit, fetch: limit + 1, after: request.cursor === undefined ? null : keyOf(request.cursor, binding), binding }
}

/** Makes a page of the rows that were fetched for a span; `key` names each row's place in the list. */
export function toPage<T>(span: Span, rows: readonly T[], key: (row: T) => string): Page<T> {
  const items = rows.length > span.limit ? rows.slice(0, span.limit) : rows
  const last = items.at(-1)
  const next = rows.length > span.limit && last !== undefined
    ? Buffer.from(JSON.stringify([key(last), span.binding])).toString('base64url')
    : null
  return { items, next }
}

function keyOf(cursor: string, binding: string): string {
  let parts: unknown
  try {
    parts = JSON.parse(Buffer.from(cursor.slice(0, 1000), 'base64url').toString('utf8'))
  } catch (error) {
    if (error instanceof SyntaxError) throw invalid('cursor', 'is not a cursor of this list')
    throw error
  }
  if (!Array.isArray(parts) || parts.length !== 2 || typeof parts[0] !== 'string' || !/^[\w:.-]{1,128}$/.test(parts[0])) {
    throw invalid('cursor', 'is not a cursor of this list')
  }
  if (parts[1] !== binding) throw invalid('cursor', 'belongs to another list or filter')
  return parts[0]
}

function digest(list: string, filter: Readonly<Record<string, unknown>>): string {
  const given = Object.entries(filter).filter(([, value]) => value !== undefined).sort(([a], [b]) => (a < b ? -1 : 1))
  return createHash('sha256').update(JSON.stringify([list, given])).digest('base64url').slice(0, 12)
}

const invalid = (path: string, message: string): Problem => new Problem('invalid_input', `The ${path} ${message}.`, { errors: [{ path, message }] })
