import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { startPostgres, type TestPostgres } from '../postgres.ts'
import type { Chance } from './chance.ts'
import { Host, type Zone } from './host.ts'
import { pause } from './http.ts'
import type { ChaosOptions, Victim } from './options.ts'

/** An installation: one host, or several on one PostgreSQL and one master key. */
export interface Place {
  readonly name: string
  /** Of the host that is asked, and of any of them, as a sender's load balancer picks one. */
  readonly url: string
  anyUrl(): string
  readonly folder: string
  readonly setupToken: string
  /** Where its processes log. */
  readonly logFile: string
  /** Kills at once, and sees to it that what nobody else starts again is started. */
  kill(victim: Victim): Promise<Killed>
  /** Resolves when every host is ready. */
  ready(): Promise<void>
  stop(): Promise<void>
  /** Removes its data; not called where they are evidence. */
  remove(): void
}

/** `at`: from when on its recovery counts, of the monotonic clock. `back` resolves when what was killed runs again and all is ready. */
export interface Killed { readonly victim: Victim; readonly at: number; back(): Promise<void> }

/** For how long a server is stopped: from a hiccup to well beyond its lease. */
const STOP_MS = [200, 25_000] as const

export async function startPlace(name: string, { options, exchangeUrl, env }: {
  readonly options: ChaosOptions; readonly exchangeUrl: string; readonly env: Readonly<Record<string, string>>
}, chance: Chance, ports: readonly number[]): Promise<Place> {
  const folder = mkdtempSync(path.join(tmpdir(), `towerflow-chaos-${name}-`))
  const postgres = options.database === 'postgres' ? await startPostgres({ durable: true, apart: true }) : null
  const logFile = path.join(folder, 'log')
  const shared = {
    TOWERFLOW_LOG_LEVEL: 'info', TOWERFLOW_EXCHANGE_URLS: JSON.stringify({ binance: exchangeUrl }), TOWERFLOW_ALLOW_PLAINTEXT_CREDENTIALS: 'true',
    TOWERFLOW_MASTER_KEY_FILE: path.join(folder, 'master.key'), ...postgres === null ? {} : { TOWERFLOW_DATABASE_URL: await postgres.createDatabase() }, ...env,
  }
  const hosts = ports.map((port, index) => new Host(port, logFile, { ...shared, TOWERFLOW_DATA_DIR: path.join(folder, `data-${index}`) }))
  const place = new Hosts(name, folder, logFile, hosts, postgres, chance)
  try {
    for (const host of hosts) await host.start() // one after the other: the first one makes the master key
    await place.ready()
  } catch (error) {
    await place.stop()
    throw error
  }
  return place
}

class Hosts implements Place {
  readonly name: string
  readonly folder: string
  readonly logFile: string
  readonly url: string
  readonly #hosts: readonly Host[]
  readonly #postgres: TestPostgres | null
  readonly #chance: Chance
  /** What wakes up again, or is started again, by itself. */
  readonly #pending = new Set<Promise<unknown>>()

  constructor(name: string, folder: string, logFile: string, hosts: readonly Host[], postgres: TestPostgres | null, chance: Chance) {
    const [first] = hosts
    if (first === undefined) throw new Error('an installation has a host')
    this.name = name
    this.folder = folder
    this.logFile = logFile
    this.url = first.url
    this.#hosts = hosts
    this.#postgres = postgres
    this.#chance = chance
  }

  /** The one that was printed last holds. */
  get setupToken(): string { return this.#hosts.findLast((host) => host.setupToken !== '')?.setupToken ?? '' }
  anyUrl(): string { return this.#any().url }

  async kill(victim: Victim): Promise<Killed> {
    const at = performance.now()
    const killed = (back: () => Promise<unknown> = () => Promise.resolve(), from = at): Killed => ({
      victim, at: from, back: async () => { await back(); await this.ready() },
    })
    if (victim === 'postgres') {
      if (this.#postgres === null) throw new Error('there is no PostgreSQL to kill')
      await this.#postgres.kill()
      const starting = this.#track(this.#postgres.startAgain())
      return killed(() => starting)
    }
    const host = this.#any()
    if (victim === 'supervisor') {
      await host.killAll()
      return killed()
    }
    if (victim === 'stopped') {
      const ms = this.#chance.between(...STOP_MS)
      host.signal(['server'], 'SIGSTOP')
      const awake = this.#track(pause(ms).then(() => host.signal(['server'], 'SIGCONT')))
      return killed(() => awake, at + ms)
    }
    const zones: readonly Zone[] = victim === 'both' ? ['server', 'executor'] : [victim]
    const gone = host.signal(zones, 'SIGKILL')
    return killed(() => host.replaced(zones, gone))
  }

  async ready(): Promise<void> {
    await Promise.all(this.#pending)
    await Promise.all(this.#hosts.map((host) => host.ready()))
  }

  async stop(): Promise<void> {
    await Promise.allSettled(this.#pending)
    await Promise.all(this.#hosts.map((host) => host.stop()))
    await this.#postgres?.stop()
  }

  remove(): void { rmSync(this.folder, { recursive: true, force: true }) }

  #any(): Host { return this.#chance.pick(this.#hosts.map((host) => [1, host])) }

  #track<T>(work: Promise<T>): Promise<T> {
    this.#pending.add(work)
    void work.finally(() => this.#pending.delete(work)).catch(() => undefined) // who waits for it is told
    return work
  }
}
