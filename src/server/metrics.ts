import type { Histogram, Registry } from 'prom-client'
import type { ServerParts } from './parts.ts'

const BUCKETS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5, 20]
const MOST_WAITING = 1000

interface Made {
  readonly registry: Registry
  readonly requests: Histogram
  readonly hooks: Histogram
}

/**
 * Figures for Prometheus. The library is loaded when somebody first asks; what was counted until then is kept, up to a
 * limit.
 */
export class Metrics {
  readonly #execution: ServerParts['execution']
  #made: Made | null = null
  #loading: Promise<Made> | null = null
  #waiting: ((made: Made) => void)[] = []

  constructor(execution: ServerParts['execution']) {
    this.#execution = execution
  }

  /** An API request was answered, after `ms`. */
  answered(method: string, route: string, status: number, ms: number): void {
    this.#count((made) => { made.requests.observe({ method, route, status }, ms / 1000) })
  }

  /** A delivery to a hook was answered with this code, after `ms`. */
  delivered(code: string, ms: number): void {
    this.#count((made) => { made.hooks.observe({ code }, ms / 1000) })
  }

  /** The text that Prometheus scrapes. */
  async text(): Promise<{ readonly contentType: string; readonly text: string }> {
    this.#loading ??= this.#make()
    const { registry } = await this.#loading
    return { contentType: registry.contentType, text: await registry.metrics() }
  }

  #count(apply: (made: Made) => void): void {
    if (this.#made !== null) apply(this.#made)
    else if (this.#waiting.length < MOST_WAITING) this.#waiting.push(apply)
  }

  async #make(): Promise<Made> {
    const { Gauge, Histogram, Registry, collectDefaultMetrics } = await import('prom-client')
    const registry = new Registry()
    collectDefaultMetrics({ register: registry })
    const registers = [registry]
    const made: Made = {
      registry,
      requests: new Histogram({
        name: 'towerflow_http_request_seconds', help: 'API requests', labelNames: ['method', 'route', 'status'],
        buckets: BUCKETS, registers,
      }),
      hooks: new Histogram({
        name: 'towerflow_hook_seconds', help: 'Deliveries to webhooks, from last byte to answer, by code',
        labelNames: ['code'], buckets: BUCKETS, registers,
      }),
    }
    const execution = this.#execution
    const figures = {
      lanes: 'Bots in memory', waiting: 'Signals and requests that wait in lanes',
      uncertain: 'Bots with an order of unknown outcome',
    } as const
    for (const name of ['lanes', 'waiting', 'uncertain'] as const) {
      new Gauge({
        name: `towerflow_${name}`, help: figures[name], registers, collect() { this.set(execution.stats()[name]) },
      })
    }
    for (const apply of this.#waiting) apply(made)
    this.#waiting = []
    this.#made = made
    return made
  }
}
