import { Limits, PLAIN_RULES, type LimitRules } from './limits.ts'
import type { ExchangeUrls } from './port.ts'

/** One request that may be made: exact path, or a pattern that matches the whole path (query left out). */
export interface Allowed { readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'; readonly path: string | RegExp }

/** One host of an exchange, as its folder describes it. */
export interface HostPlan {
  /** `binance`, `binance:futures`, `okx:eea`: what the settings call it. */
  readonly name: string
  readonly url: string
  readonly allowed: readonly Allowed[]
  /** How the exchange counts and words its limits there; absent: 429 and 418 are about the address. */
  readonly limits?: LimitRules
  /** Where it stands in a simulator, or behind a gateway, of which only the exchange's main address is known. */
  readonly derive?: (main: string) => string
}

/** Dates count seconds, and an answer may be long on its way. */
const MOST_DRIFT_MS = 5000

/** A request that is not on its exchange's list was about to be made: a mistake of ours, or an attempt at one. */
export class NotAllowed extends Error {
  constructor(method: string, host: string, path: string) {
    super(`${method} ${path} on ${host} is not on the list of allowed requests`)
    this.name = 'NotAllowed'
  }
}

/**
 * One host of an exchange: where it is, what may be asked of it, and what was learnt of it (clock, limits). There is one
 * for each, whatever the number of connections.
 */
export class Host {
  /** `binance`, `alpaca:data`: what the settings call it. */
  readonly name: string
  readonly origin: string
  /** Path in front of every path, for gateways; mostly empty. */
  readonly prefix: string
  /** Exchange's clock minus ours, ms. */
  offsetMs = 0
  readonly limits: Limits
  /** Dates of answers less our clock, ms: as last told, and as it was when clocks were compared. */
  #dated = 0
  #datedThen = 0
  readonly #exact: ReadonlySet<string>
  readonly #patterns: readonly Allowed[]

  constructor(name: string, url: string, allowed: readonly Allowed[], rules: LimitRules = PLAIN_RULES) {
    const { origin, pathname } = new URL(url)
    this.name = name
    this.limits = new Limits(name, rules)
    this.origin = origin
    this.prefix = pathname.replace(/\/+$/, '')
    this.#exact = new Set(allowed.flatMap(({ method, path }) => (typeof path === 'string' ? [`${method} ${path}`] : [])))
    this.#patterns = allowed.filter(({ path }) => typeof path !== 'string')
  }

  /** Learns from the date of an answer; null: it has none. */
  told(date: number | null, answeredAt: number): void {
    if (date !== null) this.#dated = date - answeredAt
  }

  /** Clocks were compared: `offsetMs` is true as long as dates do not move against our clock. */
  compared(): void { this.#datedThen = this.#dated }

  /**
   * Whether one of the clocks was set since they were compared. An exchange that refuses times from the past alone never
   * complains of a deadline that is too far ahead, and would keep it: then an order could be carried out after it counts as lost.
   */
  get isClockInDoubt(): boolean { return Math.abs(this.#dated - this.#datedThen) > MOST_DRIFT_MS }

  /** Throws `NotAllowed` unless the list has it. Called before anything is signed, and again before anything is sent. */
  permit(method: string, pathAndQuery: string): void {
    const query = pathAndQuery.indexOf('?')
    const path = query < 0 ? pathAndQuery : pathAndQuery.slice(0, query)
    if (this.#exact.has(`${method} ${path}`)) return
    // Dot segments, empty ones and escapes could reach another path at the exchange than the one that was compared.
    const straight = !/\/\.|\/\/|%|#|\\/.test(path)
    if (straight && this.#patterns.some((one) => one.method === method && one.path instanceof RegExp && one.path.test(path))) return
    throw new NotAllowed(method, this.name, path)
  }
}

/** The hosts of an exchange at their addresses, by name. */
export function openHosts(plans: readonly HostPlan[], exchange: string, urls: ExchangeUrls): ReadonlyMap<string, Host> {
  return new Map(plans.map(({ name, url, allowed, derive, limits }) => [name, new Host(name, addressOf(urls, exchange, name, url, derive), allowed, limits)]))
}

/**
 * The address of one host. As soon as any host of an exchange is overridden only overridden addresses are used: first
 * its own, then what is derived from the exchange's main one (`derive`), then any other that was given.
 */
export function addressOf(
  urls: ExchangeUrls, exchange: string, name: string, official: string, derive: (main: string) => string = (main) => main,
): string {
  const own = urls[name]
  if (own !== undefined) return own
  const main = urls[exchange]
  if (main !== undefined) return derive(main)
  const other = Object.keys(urls).find((id) => id.startsWith(`${exchange}:`))
  return other === undefined ? official : urls[other] ?? official
}
