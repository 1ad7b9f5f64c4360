import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { Pool, type Dispatcher } from 'undici'
import type { Clock } from '#clock'
import type { Host } from './host.ts'
import type { Hold, LimitScope } from './limits.ts'
import type { Caller, Key } from './port.ts'

const unzip = promisify(gunzip)

/** Sockets to one origin. A burst beyond that waits for a free one, and is dropped when its time is over. */
const MAX_SOCKETS = 128
const MAX_ANSWER_BYTES = 2 * 1024 * 1024
const MAX_TEXT = 300

/** Firewalls in front of exchanges turn away requests that name no program. */
const OUR_HEADERS = ['user-agent', 'towerflow'] as const

/** A request ready to go: signed, if it is. */
export interface Wire {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  /** With its query, exactly as signed; the host's prefix is put in front. */
  readonly path: string
  /** Name, value, name, value … */
  readonly headers: readonly string[]
  readonly body: string | null
}

export interface Timing {
  /** Not begun after this instant, epoch ms. */
  readonly startBy: number
  /** No answer by then: given up. */
  readonly deadline: number
  readonly caller: Caller
  /** Accepts more than the usual 2 MiB, compressed or not. */
  readonly maxBytes?: number
}

export type Headers = Readonly<Record<string, string | string[] | undefined>>

/** What came of a request. Never an exception: each of the three means something different to an order. */
export type Reply =
  | { readonly kind: 'answered'; readonly status: number; readonly headers: Headers; readonly text: string; readonly sentAt: number; readonly answeredAt: number }
  /** Provably not a byte of it left this machine. `deadline`, `unreachable`, `rate_limited`, `dropped`, or a stop's code. */
  | { readonly kind: 'not_sent'; readonly reason: string; readonly text: string; readonly retryAfterMs: number | null; readonly scope?: LimitScope }
  /** It was (or may have been) written, and no whole answer came. */
  | { readonly kind: 'lost'; readonly reason: 'timeout' | 'cut' | 'too_large'; readonly text: string; readonly sentAt: number }

/**
 * HTTP/1.1 to the exchanges, and nowhere else: a pool of kept sockets for each origin, a deadline on every request, no
 * redirect followed, no request ever sent twice, answers limited in size.
 */
export class Http {
  readonly #clock: Clock
  readonly #pools = new Map<string, Pool>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Sends one request once. Throws `NotAllowed` only. */
  send(host: Host, wire: Wire, timing: Timing): Promise<Reply> {
    host.permit(wire.method, wire.path)
    const now = this.#clock.now()
    const stopped = stoppedBy(timing.caller)
    if (stopped !== null) return Promise.resolve(stopped)
    if (now >= timing.startBy) return Promise.resolve(notSent('deadline', 'its deadline passed before it could be sent'))
    const held = host.limits.hold(timing.caller, wire.method, wire.path, now, host.offsetMs)
    if (held !== null) return Promise.resolve(heldBack(held))
    return new Promise((resolve) => {
      const flight = new Flight(this.#clock, host, wire, timing, resolve)
      this.#poolOf(host.origin).dispatch({
        method: wire.method, path: host.prefix + wire.path, headers: [...wire.headers, ...OUR_HEADERS], body: wire.body,
      }, flight)
    })
  }

  /** Cuts everything that is under way. */
  async close(): Promise<void> {
    await Promise.all([...this.#pools.values()].map((pool) => pool.destroy()))
    this.#pools.clear()
  }

  #poolOf(origin: string): Pool {
    let pool = this.#pools.get(origin)
    if (pool === undefined) {
      // Pipelining stays at 1: with more, a cut socket would make undici send what stood behind it a second time.
      // Our own deadlines replace undici's, which are only looked at about once a second.
      pool = new Pool(origin, {
        connections: MAX_SOCKETS, pipelining: 1, allowH2: false, headersTimeout: 0, bodyTimeout: 0,
        keepAliveTimeout: 30_000, keepAliveMaxTimeout: 120_000, keepAliveTimeoutThreshold: 1500, connect: { timeout: 5000 },
      })
      this.#pools.set(origin, pool)
    }
    return pool
  }
}

const notSent = (reason: string, text: string, retryAfterMs: number | null = null): Reply =>
  ({ kind: 'not_sent', reason, text, retryAfterMs })

const heldBack = ({ text, waitMs, scope }: Hold): Reply => ({ kind: 'not_sent', reason: 'rate_limited', text, retryAfterMs: waitMs, scope })

function stoppedBy(caller: Caller): Reply | null {
  if (caller.gone) return notSent('dropped', 'nobody waits for it any more')
  const stop = caller.stops?.() ?? null
  return stop === null ? null : notSent(stop.code, stop.text)
}

const NOT_BEGUN = new Error('not begun')

/** One request on its way. undici calls `onRequestStart` right before it writes the first byte. */
class Flight implements Dispatcher.DispatchHandler {
  readonly #clock: Clock
  readonly #host: Host
  readonly #wire: Wire
  readonly #timing: Timing
  readonly #stopTimer: () => void
  #resolve: ((reply: Reply) => void) | null
  #controller: Dispatcher.DispatchController | null = null
  #sentAt = 0
  #answeredAt = 0
  #status = 0
  #headers: Headers = {}
  #chunks: Buffer[] = []
  #size = 0

  constructor(clock: Clock, host: Host, wire: Wire, timing: Timing, resolve: (reply: Reply) => void) {
    this.#clock = clock
    this.#host = host
    this.#wire = wire
    this.#timing = timing
    this.#resolve = resolve
    this.#stopTimer = clock.after(Math.max(0, timing.deadline - clock.now()), () => this.#giveUp())
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    if (this.#resolve === null) throw NOT_BEGUN
    const now = this.#clock.now()
    // From here to the first byte nothing else runs: what stops an order by now has stopped it.
    const stopped = stoppedBy(this.#timing.caller) ?? (now >= this.#timing.startBy ? notSent('deadline', 'its deadline passed while it waited for a socket') : this.#paused(now))
    if (stopped !== null) {
      this.#end(stopped)
      // Throwing here, unlike aborting, leaves the socket as it is for the next request.
      throw NOT_BEGUN
    }
    this.#controller = controller
    this.#sentAt = now
    this.#host.limits.sent(this.#timing.caller, this.#wire.method, this.#wire.path, now)
  }

  /** A pause that began while it waited for a socket. */
  #paused(now: number): Reply | null {
    const { limits, offsetMs } = this.#host
    const held = limits.hold(this.#timing.caller, this.#wire.method, this.#wire.path, now, offsetMs)
    return held === null ? null : heldBack(held)
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: Headers): void {
    this.#answeredAt = this.#clock.now()
    this.#status = status
    this.#headers = headers
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#size += chunk.length
    if (this.#size > (this.#timing.maxBytes ?? MAX_ANSWER_BYTES)) {
      this.#end({ kind: 'lost', reason: 'too_large', text: 'the answer is larger than any expected one', sentAt: this.#sentAt })
      controller.abort(new Error('too large'))
      return
    }
    this.#chunks.push(chunk)
  }

  onResponseEnd(): void {
    const first = this.#chunks[0]
    const bytes = this.#chunks.length === 1 && first !== undefined ? first : Buffer.concat(this.#chunks)
    if (this.#headers['content-encoding'] === 'gzip') void this.#unzip(bytes)
    else this.#answered(bytes.toString())
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    const code = (error as NodeJS.ErrnoException).code ?? error.name
    if (this.#controller === null) this.#end(notSent('unreachable', `no connection to ${this.#host.origin} (${code})`))
    else this.#end({ kind: 'lost', reason: 'cut', text: `the connection broke before the answer was whole (${code})`, sentAt: this.#sentAt })
  }

  #giveUp(): void {
    if (this.#controller === null) {
      this.#end(notSent('deadline', `its deadline passed while it waited for a connection to ${this.#host.origin}`))
      return
    }
    this.#end({ kind: 'lost', reason: 'timeout', text: 'no answer in time', sentAt: this.#sentAt })
    this.#controller.abort(new Error('deadline'))
  }

  async #unzip(bytes: Buffer): Promise<void> {
    try {
      const plain = await unzip(bytes, { maxOutputLength: this.#timing.maxBytes ?? MAX_ANSWER_BYTES })
      this.#answered(plain.toString())
    } catch (error) {
      this.#end({ kind: 'lost', reason: 'cut', text: `the answer could not be unpacked (${(error as NodeJS.ErrnoException).code ?? 'no code'})`, sentAt: this.#sentAt })
    }
  }

  #answered(text: string): void {
    this.#end({ kind: 'answered', status: this.#status, headers: this.#headers, text, sentAt: this.#sentAt, answeredAt: this.#answeredAt })
  }

  #end(reply: Reply): void {
    const resolve = this.#resolve
    if (resolve === null) return
    this.#resolve = null
    this.#stopTimer()
    this.#chunks = []
    // Before anybody acts on the answer: what it says of limits holds for whatever is sent next.
    if (this.#status !== 0) {
      this.#host.told(dateOf(this.#headers), this.#answeredAt)
      this.#host.limits.told(this.#timing.caller, { status: this.#status, headers: this.#headers, body: reply.kind === 'answered' ? reply.text : '' }, this.#answeredAt)
    }
    resolve(reply)
  }
}

/** The pause that the exchange asked for, of this key or of the address; null: none. */
export const pauseOf = (host: Host, { who = '' }: Pick<Caller, 'who'>, now: number): Hold | null => host.limits.pause(who, now)

/**
 * An exchange's words, fit to be shown: one line, cut, and without any trace of the key: its name, and its secret and
 * passphrase, which some exchanges are sent and could repeat.
 */
export function words(text: string, key: Key | null): string {
  const plain = text.replace(/[\p{Cc}\s]+/gu, ' ').trim()
  const shown = key === null ? plain : withoutKey(plain, key)
  return shown.length > MAX_TEXT ? `${shown.slice(0, MAX_TEXT)}…` : shown
}

const SHORTEST_SECRET = 4

// Compared as bytes, so that no string of the secret comes to be.
function withoutKey(text: string, key: Key): string {
  const secret = key.secret.type === 'secret' ? key.secret.export() : null
  const redacted = [key.apiKey, secret, key.passphrase].reduce<Buffer>((bytes, part) => (
    part === null || part.length < SHORTEST_SECRET ? bytes : replaced(bytes, part)
  ), Buffer.from(text))
  secret?.fill(0)
  return redacted.toString()
}

function replaced(bytes: Buffer, part: Buffer): Buffer {
  const kept: Buffer[] = []
  let from = 0
  for (let at = bytes.indexOf(part); at >= 0; at = bytes.indexOf(part, from)) {
    kept.push(bytes.subarray(from, at), Buffer.from('[key]'))
    from = at + part.length
  }
  return from === 0 ? bytes : Buffer.concat([...kept, bytes.subarray(from)])
}

/** The exchange's clock as its answer tells: its `Date`, to the second and never ahead of it. Epoch ms, or null. */
export function dateOf(headers: Headers): number | null {
  const date = headers['date']
  const at = typeof date === 'string' ? Date.parse(date) : Number.NaN
  return Number.isNaN(at) ? null : at
}
