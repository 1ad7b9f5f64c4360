import type { Clock } from '#clock'
import type { Market, MarketRules, Problem } from '#model'
import { parseJson } from './answer.ts'
import { ContractSizes } from './contracts.ts'
import type { Host } from './host.ts'
import { pauseOf, type Http, type Reply, type Wire } from './http.ts'
import type { Call, Caller, Key } from './port.ts'
import { queryOf, withQuery, type Params } from './query.ts'
import {
  bodyOf, LIST_DEADLINE_MS, problemIn, READ_DEADLINE_MS, readReply, type Answer, type Wording,
} from './reading.ts'
import { isAboutKey, type Code } from './refusal.ts'

/** What is asked, before it is signed. */
export interface Request {
  readonly method: Wire['method']
  readonly path: string
  /** In the query, or wherever the exchange's `sign` puts them. */
  readonly params?: Params
  /** Members of a JSON body, or of a form; undefined ones are left out. */
  readonly body?: Readonly<Record<string, unknown>>
  /** Name, value, name, value …: beside those that `sign` adds. */
  readonly headers?: readonly string[]
}

/** When a request is made, on the exchange's clock, whole ms: it counts until `at + windowMs`, where the exchange allows to say so. */
export interface Stamp {
  readonly at: number
  readonly windowMs: number
  /** Rises with every request of this process, µs: for exchanges that want each number once. */
  readonly nonce: number
}

/** How one exchange is spoken to. Each folder's `manner` is one of these. */
export interface Manner {
  readonly wording: Wording
  /** The largest receive window that is used, ms; where the exchange has none, how long a request may at most be under way. */
  readonly windowMs: number
  /** Signs exactly what is sent. The allowlist was asked before. */
  sign(request: Request, key: Key, stamp: Stamp, host: Host): Wire
  /** How the exchange tells its time (epoch ms); null: it has no such question. */
  readonly clock: { request(host: Host): Request; read(body: unknown): number | null } | null
  /** Whether this refusal says that the clocks differ, and with that that nothing was carried out. */
  isClockSkew(code: Code): boolean
}

export const NOBODY: Caller = { gone: false }

/** Who asks. */
export type Asker = Pick<Call, 'key' | 'caller'>

/** One exchange while it is open: its hosts, its manner, and the ways of asking. All functions of its folder work with it. */
export class Desk {
  readonly http: Http
  readonly clock: Clock
  readonly manner: Manner
  readonly hosts: ReadonlyMap<string, Host>
  /** Base per contract, for exchanges that count contracts; by market. */
  readonly contracts: Readonly<Record<Market, ContractSizes>>
  #lastNonce = 0

  /** `markets` reads a list of markets anew, without a key. */
  constructor(http: Http, clock: Clock, manner: Manner, hosts: ReadonlyMap<string, Host>, markets: (desk: Desk, market: Market) => Promise<readonly MarketRules[]>) {
    this.contracts = { spot: new ContractSizes(() => markets(this, 'spot')), futures: new ContractSizes(() => markets(this, 'futures')) }
    this.http = http
    this.clock = clock
    this.manner = manner
    this.hosts = hosts
  }

  host(name: string): Host {
    const host = this.hosts.get(name)
    if (host === undefined) throw new Error(`no host is called ${name}`)
    return host
  }

  /** A stamp of now. `windowMs`: less than the manner's, for what has a deadline. */
  stamp(host: Host, windowMs: number = this.manner.windowMs): Stamp {
    this.#lastNonce = Math.max(this.#lastNonce + 1, Math.floor(this.clock.now() * 1000))
    return { at: Math.floor(this.clock.now() + host.offsetMs), windowMs, nonce: this.#lastNonce }
  }

  /** The only way to a signature: what is not on the host's list throws `NotAllowed`. */
  sign(host: Host, request: Request, key: Key, stamp: Stamp = this.stamp(host)): Wire {
    host.permit(request.method, request.path)
    return this.manner.sign(request, key, stamp, host)
  }

  /** A signed request that may be asked again (not an order); a clock that differs is set right once. `by`: epoch ms, where it may not take as long as usual. */
  async ask(asker: Asker, host: Host, request: Request, by = Infinity): Promise<Answer> {
    const once = async (): Promise<Answer> =>
      readReply(await this.#send(host, this.sign(host, request, asker.key), asker.caller, { by }), asker.key, this.manner.wording)
    const answer = await once()
    if (answer.kind !== 'refused' || answer.code === null || !this.manner.isClockSkew(answer.code)) return this.#told(asker, answer)
    return await this.compareClocks(host, READ_DEADLINE_MS) ? this.#told(asker, await once()) : answer
  }

  /** A request without a key. */
  async askOpenly(host: Host, path: string, params: Params = {}): Promise<Answer> {
    return readReply(await this.#send(host, openWire({ method: 'GET', path, params }), NOBODY), null, this.manner.wording)
  }

  /** The same by POST, for exchanges that are asked like that. */
  async askByBody(host: Host, path: string, body: NonNullable<Request['body']>, caller: Caller = NOBODY): Promise<Answer> {
    return readReply(await this.#send(host, openWire({ method: 'POST', path, body }), caller), null, this.manner.wording)
  }

  /** The same for a large list, compressed; its text is not parsed yet. `asker` null: without a key. */
  async askList(asker: Asker | null, host: Host, path: string, params: Params, maxBytes: number): Promise<Answer> {
    const request: Request = { method: 'GET', path, params }
    const wire = asker === null ? openWire(request) : this.sign(host, request, asker.key)
    const reply = await this.#send(host, { ...wire, headers: [...wire.headers, 'accept-encoding', 'gzip'] }, asker?.caller ?? NOBODY, { maxBytes })
    const answer = readReply(reply, asker?.key ?? null, this.manner.wording, true)
    return asker === null ? answer : this.#told(asker, answer)
  }

  /**
   * Asks for the exchange's time and keeps the difference, unless it is beyond `mostMs`: without a complaint of the
   * exchange a large one is more likely a server that does not tell its time. False: no answer.
   */
  async compareClocks(host: Host, withinMs: number, mostMs = Infinity): Promise<boolean> {
    const { clock } = this.manner
    if (clock === null) return false
    const began = this.clock.now()
    const reply = await this.http.send(host, openWire(clock.request(host)), { startBy: began + withinMs, deadline: began + withinMs, caller: NOBODY })
    const theirs = reply.kind === 'answered' ? clock.read(parseJson(reply.text)) : null
    if (reply.kind !== 'answered' || theirs === null) return false
    const offset = theirs - (reply.sentAt + reply.answeredAt) / 2
    if (Math.abs(offset) > mostMs) return true
    host.offsetMs = offset
    host.compared()
    return true
  }

  /** The body of an answer that had to be a good one. Throws `Problem`. */
  body(answer: Answer): unknown { return bodyOf(answer, this.manner.wording) }

  /** What to throw where there is no good answer. */
  problem(answer: Exclude<Answer, { kind: 'ok' }>): Problem { return problemIn(answer, this.manner.wording) }

  /** How long to wait before asking again, ms; null: as you like. */
  waitFor(host: Host, caller: Caller): number | null { return pauseOf(host, caller, this.clock.now())?.waitMs ?? null }

  /** Lets whoever asks hear where it is the key that was refused. */
  #told({ caller }: Asker, answer: Answer): Answer {
    if (answer.kind !== 'refused' || caller.onKeyRefused === undefined) return answer
    const { code, message } = this.problem(answer)
    if (isAboutKey(code)) caller.onKeyRefused(code, message)
    return answer
  }

  async #send(host: Host, wire: Wire, caller: Caller, { maxBytes, by = Infinity }: { readonly maxBytes?: number; readonly by?: number } = {}): Promise<Reply> {
    const deadline = Math.min(this.clock.now() + (maxBytes === undefined ? READ_DEADLINE_MS : LIST_DEADLINE_MS), by)
    return this.http.send(host, wire, { startBy: deadline, deadline, caller, ...maxBytes === undefined ? {} : { maxBytes } })
  }
}

/** A request without a key, ready to go. */
export const openWire = ({ method, path, params = {}, headers = [], body }: Request): Wire => ({
  method, path: withQuery(path, queryOf(params)), headers: body === undefined ? headers : [...headers, 'content-type', 'application/json'],
  body: body === undefined ? null : JSON.stringify(body),
})
