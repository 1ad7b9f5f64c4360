import { hash as digest } from 'node:crypto'
import { iso } from '#clock'
import { AuditError } from './audit-error.ts'

// One entry, one line:
//   {"seq":7,"at":"…","prev":"<hash of entry 6>","event":"submit",…,"hash":"<SHA-256>"}
// The hash is taken over the line's own bytes before `,"hash"`, so nobody has to agree on a canonical JSON; `prev` is
// among them, which makes the chain. No key is involved: anyone can verify, and whoever can write the file can forge
// all of it. Against that stand the server's copy of the entries and the file's owner.

export type AuditEventName =
  | 'submit' | 'test' | 'lookup' | 'cancel' | 'account' | 'report' | 'leverage' | 'check' | 'markets' | 'price' | 'watch' | 'rewrap'
  /** No use of a key: what was stopped, let go, limited, deleted, and by whom. */
  | 'freeze' | 'thaw' | 'caps' | 'forget'
  /** What came of an earlier entry, which `of` names. */
  | 'outcome'
  /** Something is missing before this entry: a torn line, or orders that the store knows and the file does not. */
  | 'gap'

/** One use of a key: which, what for, for which order. Never holds a credential; unknown fields are not written. */
export interface AuditEvent {
  readonly event: AuditEventName
  readonly connectionId?: string | undefined
  readonly userId?: string | undefined
  readonly orderId?: string | undefined
  readonly clientOrderId?: string | undefined
  readonly botId?: string | undefined
  readonly signalId?: string | undefined
  readonly leg?: number | undefined
  /** `submit`: the order, so that it can be booked from here where the store has lost it. */
  readonly sent?: AuditedOrder | undefined
  /** `outcome`: the seq of the entry it belongs to. */
  readonly of?: number | undefined
  /** Cut at 200 characters. */
  readonly outcome?: string | undefined
  /** Cut at 200 characters. */
  readonly reason?: string | undefined
  /** `gap`: ids of orders that were sent and are missing here, at most 100 an entry. */
  readonly orders?: readonly string[] | undefined
}

export interface AuditedOrder {
  readonly kind: 'open' | 'close'
  readonly symbol: string
  readonly side: 'buy' | 'sell'
  readonly positionSide: 'both' | 'long' | 'short'
  readonly quantity: string | null
  readonly quoteQuantity: string | null
  readonly reduceOnly: boolean
}

/** The last entry: what the next one continues. */
export interface AuditHead {
  /** 0: nothing was written yet. */
  readonly seq: number
  readonly hash: string
}

/** An entry as it stands in the file. */
export interface AuditEntry extends AuditEvent, AuditHead {
  /** ISO 8601 UTC. */
  readonly at: string
  readonly prev: string
  /** `gap`: how many bytes before this entry are the remains of a torn line, and their SHA-256. */
  readonly torn?: number
  readonly tornHash?: string
}

export const GENESIS: AuditHead = { seq: 0, hash: 'A'.repeat(43) }
export const MAX_LINE_BYTES = 16_384
/** More than what 100 ms of a busy executor could leave behind unflushed. */
export const MAX_TORN_BYTES = 1_048_576
const MAX_ID = 128
const MAX_TEXT = 200
const MAX_ORDERS = 100
const TAIL = /,"hash":"([A-Za-z0-9_-]{43})"\}$/
const TAIL_LENGTH = ',"hash":""}'.length + 43

export const sha256 = (bytes: string | Uint8Array): string => digest('sha256', bytes, 'base64url')

/** The next entry after `head`, and its line with the newline. Throws `invalid_event`. */
export function nextLine(
  head: AuditHead, atMs: number, event: AuditEvent, torn?: Uint8Array,
): { entry: AuditEntry; line: string } {
  const content = {
    seq: head.seq + 1,
    at: iso(atMs),
    prev: head.hash,
    event: event.event,
    connectionId: shortId(event.connectionId),
    userId: shortId(event.userId),
    orderId: shortId(event.orderId),
    clientOrderId: shortId(event.clientOrderId),
    botId: shortId(event.botId),
    signalId: shortId(event.signalId),
    leg: whole(event.leg),
    sent: event.sent,
    of: whole(event.of),
    outcome: event.outcome?.slice(0, MAX_TEXT),
    reason: event.reason?.slice(0, MAX_TEXT),
    orders: shortList(event.orders),
    ...(torn === undefined ? {} : { torn: torn.length, tornHash: sha256(torn) }),
  }
  const hashed = JSON.stringify(content).slice(0, -1)
  const hash = sha256(hashed)
  return { entry: { ...content, hash }, line: `${hashed},"hash":"${hash}"}\n` }
}

/** Reads one line without its newline; null where it is not an entry whose own hash is right. */
export function readLine(line: Uint8Array): AuditEntry | null {
  if (line.length > MAX_LINE_BYTES || !looksWhole(line)) return null
  const text = Buffer.from(line.buffer, line.byteOffset, line.length)
  if (sha256(text.subarray(0, -TAIL_LENGTH)) !== text.toString('latin1', text.length - 45, text.length - 2)) return null
  try {
    const entry = JSON.parse(text.toString()) as AuditEntry
    const complete = Number.isSafeInteger(entry.seq) && typeof entry.prev === 'string' && typeof entry.event === 'string'
    return complete ? entry : null
  } catch (error) {
    if (error instanceof SyntaxError) return null
    throw error
  }
}

/** Whether a line ends as every entry does. A torn one does not; one that does and is still wrong was changed. */
export function looksWhole(line: Uint8Array): boolean {
  if (line.length <= TAIL_LENGTH) return false
  const end = line.subarray(-TAIL_LENGTH)
  return TAIL.test(Buffer.from(end.buffer, end.byteOffset, end.length).toString('latin1'))
}

function shortId(id: string | undefined): string | undefined {
  if (id !== undefined && (typeof id !== 'string' || id.length > MAX_ID)) throw new AuditError('invalid_event')
  return id
}

function whole(value: number | undefined): number | undefined {
  if (value !== undefined && !Number.isSafeInteger(value)) throw new AuditError('invalid_event')
  return value
}

function shortList(ids: readonly string[] | undefined): readonly string[] | undefined {
  if (ids !== undefined && ids.length > MAX_ORDERS) throw new AuditError('invalid_event')
  ids?.forEach(shortId)
  return ids
}
