import type { Chance } from './chance.ts'
import { request } from './http.ts'

/** How an exchange goes wrong; `ms` is drawn anew each time. */
interface Kind { readonly fault: Record<string, unknown>; readonly ms?: readonly [number, number]; readonly storm?: true }

const order = (fault: Record<string, unknown>, ms?: readonly [number, number]): Kind => ({ fault: { method: 'POST', ...fault }, ...ms === undefined ? {} : { ms } })
const lookUp = (fault: Record<string, unknown>, ms?: readonly [number, number]): Kind => ({ fault: { method: 'GET', ...fault }, ...ms === undefined ? {} : { ms } })
const BUSY = { fault: 'status', status: 429, body: { code: -1003, msg: 'Too many requests; please use the websocket for live updates.' }, headers: { 'Retry-After': '1' } }

// Those that leave an order absent cost its lane the time of a proof, some 8 s; the others are over at once.
const KINDS: readonly (readonly [number, Kind])[] = [
  [5, order({ fault: 'drop-response', times: 2 })],
  // Up to beyond the order's deadline, when the exchange refuses it by its time window, and beyond its proof of absence.
  [4, order({ fault: 'accept-late' }, [100, 20_000])],
  [4, order({ fault: 'status', status: 503, body: 'upstream connect error', after: true })],
  [3, order({ fault: 'status', status: 200, body: '<html><body>Moved</body></html>', after: true })],
  [2, order({ fault: 'status', status: 200, body: '{"symbol":"BTCUSDT","orderId":28', after: true })],
  [2, order({ fault: 'hang', after: true })],
  [3, order({ fault: 'delay' }, [50, 3000])],
  [3, order({ fault: 'delay', after: true }, [50, 3000])],
  [1, order({ fault: 'drop-request' })],
  [1, order({ fault: 'hang' })],
  [1, order({ fault: 'status', status: 502, body: '' })],
  [1, lookUp({ fault: 'status', status: 503, body: 'upstream connect error', times: 2 })],
  [1, lookUp({ fault: 'drop-response' })],
  [1, lookUp({ fault: 'status', status: 200, body: '<html></html>' })],
  [1, lookUp({ fault: 'delay' }, [50, 2000])],
  [2, { storm: true, fault: { ...BUSY, times: 20 } }],
]
/** What nobody ran into by then is taken back: while lanes wait for a proof, faults would only pile up. */
const KEPT_MS = 3000

/** Bots that faults may hit, by the beginning of their client order ids; storms of 429 only where the probe does not trade. */
export interface Targets { readonly any: readonly string[]; readonly storms: readonly string[] }

/** Makes the exchange misbehave towards the bots of one installation. */
export class Faults {
  readonly #url: string
  readonly #targets: Targets
  readonly #chance: Chance
  #added: { readonly id: number; readonly at: number }[] = []

  constructor(exchangeUrl: string, targets: Targets, chance: Chance) {
    this.#url = exchangeUrl
    this.#targets = targets
    this.#chance = chance
  }

  /** One more fault, chosen by chance, for the next request of a bot that it fits. */
  async add(): Promise<void> {
    await this.#takeBack(performance.now() - KEPT_MS)
    const { fault, ms, storm } = this.#chance.pick(KINDS)
    const tags = storm === true ? this.#targets.storms : this.#targets.any
    const contains = this.#chance.pick(tags.map((tag) => [1, tag]))
    const body = { ...fault, contains, ...ms === undefined ? {} : { ms: Math.round(this.#chance.between(...ms)) } }
    const { id } = await control<{ id: number }>(this.#url, 'POST', '/faults', body)
    this.#added.push({ id, at: performance.now() })
  }

  /** Takes back what was not used up. */
  clear(): Promise<void> { return this.#takeBack(Infinity) }

  async #takeBack(before: number): Promise<void> {
    const old = this.#added.filter(({ at }) => at < before)
    this.#added = this.#added.filter(({ at }) => at >= before)
    for (const { id } of old) await control(this.#url, 'DELETE', `/faults/${id}`)
  }
}

/** A request to a control route of the simulator, after `/__sim`. */
export async function control<T>(exchangeUrl: string, method: string, route: string, body?: unknown): Promise<T> {
  const answer = await request(method, `${exchangeUrl}/__sim${route}`, body === undefined ? undefined : JSON.stringify(body), { timeoutMs: 180_000 })
  if (answer.kind !== 'answered' || answer.status >= 300) throw new Error(`${method} ${route}: ${answer.kind === 'answered' ? answer.text : answer.kind}`)
  return JSON.parse(answer.text) as T
}
