import { randomBytes as nodeRandomBytes } from 'node:crypto'

/** Time, chance and timers of one process; a simulation brings its own. */
export interface Clock {
  /** Epoch milliseconds, with fraction; never goes back within a process. */
  now(): number
  /** Cryptographically random bytes. */
  randomBytes(length: number): Uint8Array
  /** Calls once after `ms`; the answer cancels it. Does not keep the process alive, unless it is told to. */
  after(ms: number, run: () => void, keepsAlive?: 'keeps alive'): () => void
  /** Calls once in a later turn of the event loop, after what waits there for its own turn. */
  nextTurn(run: () => void): void
}

// Wall time at start plus the monotonic clock: steps of the system's clock cannot reorder a timeline. A drift above a
// second (suspend, NTP step) is taken over, forwards only.
let origin = performance.timeOrigin
let last = 0

function now(): number {
  let at = origin + performance.now()
  const drift = Date.now() - at
  if (drift > 1000) { origin += drift; at += drift }
  last = Math.max(last, at)
  return last
}

// One call to the system serves many: it costs 5 µs, and every id wants 8 bytes. What is handed out is wiped here.
const POOL_BYTES = 4096
let pool = Buffer.alloc(0)

function fromPool(length: number): Uint8Array {
  if (length > POOL_BYTES / 4) return nodeRandomBytes(length)
  if (pool.length < length) pool = nodeRandomBytes(POOL_BYTES)
  const bytes = Buffer.from(pool.subarray(0, length))
  pool.fill(0, 0, length)
  pool = pool.subarray(length)
  return bytes
}

/** The clock of a real process. */
export const systemClock: Clock = {
  now,
  randomBytes: fromPool,
  after(ms, run, keepsAlive) {
    const timer = setTimeout(run, ms)
    if (keepsAlive === undefined) timer.unref()
    return () => clearTimeout(timer)
  },
  nextTurn: (run) => { setImmediate(run) },
}

/** Resolves after `ms` on that clock. */
export const sleep = (clock: Clock, ms: number): Promise<void> => new Promise((resolve) => { clock.after(ms, resolve) })

/** Resolves in a later turn of the event loop: whatever waits there gets its own turn first. */
export const nextTurn = (clock: Clock): Promise<void> => new Promise((resolve) => { clock.nextTurn(resolve) })

/** The last id of each clock: with it ids of one process stay in order, however many it makes in a millisecond. */
const counts = new WeakMap<Clock, { lastMs: number; counter: number }>()

/**
 * A UUIDv7 (RFC 9562, 5.7 with a 12-bit counter, method 1): 48 bits of epoch ms, a counter that keeps ids of one
 * process in order, 62 random bits.
 */
export function newId(clock: Clock): string {
  let count = counts.get(clock)
  if (count === undefined) counts.set(clock, count = { lastMs: 0, counter: 0 })
  const ms = Math.max(Math.floor(clock.now()), count.lastMs)
  if (ms === count.lastMs) count.counter += 1
  else { count.lastMs = ms; count.counter = 0 }
  if (count.counter > 0xfff) { count.lastMs += 1; count.counter = 0 }
  const time = count.lastMs.toString(16).padStart(12, '0')
  const tail = Buffer.from(clock.randomBytes(8))
  tail[0] = 0x80 | ((tail[0] ?? 0) & 0x3f)
  const hex = tail.toString('hex')
  const version = (0x7000 | count.counter).toString(16)
  return `${time.slice(0, 8)}-${time.slice(8)}-${version}-${hex.slice(0, 4)}-${hex.slice(4)}`
}

let isoOf = { ms: Number.NaN, text: '' }

/** ISO 8601 UTC with milliseconds, as times travel in the API. */
export function iso(ms: number): string {
  const whole = Math.trunc(ms)
  if (whole !== isoOf.ms) isoOf = { ms: whole, text: new Date(ms).toISOString() } // many ask for the same instant
  return isoOf.text
}
