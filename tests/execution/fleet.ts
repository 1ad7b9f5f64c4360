import { newId, sleep, systemClock, type Clock } from '#clock'
import { createExecution, type Execution } from '#execution'
import { parsePayload, type SignalDraft } from '#signals'
import { openStore, type NumberedEvent, type Requests, type Store } from '#store'
import { startExecutor, type Executor } from '../executor/harness.ts'
import { startDesk, type Desk } from './world.ts'

/** One of several servers on the desk's database, as far as execution goes: a store and an execution of its own. */
export interface Server {
  readonly name: string
  readonly store: Store
  readonly execution: Execution<SignalDraft>
  /** Its own, or the desk's. */
  readonly executor: Pick<Executor, 'port' | 'pushes'>
  readonly lag: Lag
  /** What it told its subscribers. */
  readonly events: NumberedEvent[]
  readonly log: string[]
  /** `webhookId`: by default the desk's. */
  send(payload: Record<string, unknown>, raw?: string, webhookId?: string): Promise<{ signalId: string; duplicate: boolean }>
  /** Ends as a crash does: nothing is given back, and whatever it waited for never comes. */
  crash(): void
  stop(): Promise<void>
}

/** How late a server gets answers, ms. */
export interface Lag {
  /** Rows of bots. */
  botRow: number
  /** What was told to all servers, by its kind. */
  readonly told: Record<string, number>
  /** Before it tells something to all servers, by kind. */
  readonly telling: Record<string, number>
}

/** A desk, on which only the world is used, and servers beside it on its PostgreSQL. */
export interface Fleet {
  readonly desk: Desk
  start(name: string, instance?: string, clock?: Clock): Promise<Server>
  /** One with an executor of its own, as servers on several machines have. */
  startApart(name: string): Promise<Server>
  stop(): Promise<void>
}

export async function startFleet(url: string): Promise<Fleet> {
  const desk = await startDesk(['binance'], url)
  await desk.execution.stop()
  const { key } = await desk.store.meta.installation()
  const servers = new Set<Server>()
  const crashed: Store[] = []
  const executors: Executor[] = []
  const start = async (name: string, instance: string, clock: Clock, executor: Pick<Executor, 'port' | 'pushes'>): Promise<Server> => {
    const store = await openStore({ url, clock, instance })
    const log: string[] = []
    const say = (fields: object, message: string): void => { log.push(`${message} ${JSON.stringify(fields)}`) }
    let dead = false
    const lag: Lag = { botRow: 0, told: {}, telling: {} }
    const mortal = <T extends object>(part: T): T => new Proxy(part, {
      get: (target, name) => {
        const value: unknown = Reflect.get(target, name)
        return typeof value === 'function' ? (...args: unknown[]) => (dead ? new Promise(() => undefined) : value.apply(target, args) as unknown) : value
      },
    })
    const execution = createExecution({
      clock, journal: mortal(store.journal), executor: mortal(executor.port), installationKey: key, log: { info: say, warn: say },
      botRow: async (id) => {
        if (lag.botRow > 0) await sleep(clock, lag.botRow)
        return await store.bots.row(id) ?? null
      },
      connectionRow: async (id) => await store.connections.row(id) ?? null,
      savePositionMode: (id, mode) => store.connections.setPositionMode(id, mode),
      shared: { fleet: mortal(store.fleet), requests: mortal(lagging(store.requests, lag, clock)), me: instance, several: true },
    })
    const events: NumberedEvent[] = []
    store.journal.onFeed((news) => { events.push(...news) })
    await execution.start()
    let over = false
    const server: Server = {
      name, store, execution, executor, lag, events, log,
      async send(payload, text, webhookId = desk.webhookId) {
        const raw = Buffer.from(text ?? JSON.stringify({ symbol: 'BTCUSDT', id: newId(systemClock), ...payload }))
        const receivedAt = clock.now()
        const parsed = parsePayload(raw, receivedAt)
        if (!parsed.ok) throw new Error(JSON.stringify(parsed.errors))
        const webhook = { id: webhookId, userId: desk.userId, duplicateWindowSeconds: 30 }
        return execution.accept({ webhook, source: 'hook', draft: parsed.draft, raw, idempotencyKey: null, receivedAt })
      },
      crash() {
        over = true
        dead = true
        servers.delete(server)
        crashed.push(store)
      },
      async stop() {
        if (over) return
        over = true
        servers.delete(server)
        await execution.stop()
        await store.close()
      },
    }
    servers.add(server)
    return server
  }
  return {
    desk,
    start: (name, instance = `${name} ${newId(systemClock)}`, clock = systemClock) => start(name, instance, clock, desk.world),
    async startApart(name) {
      const executor = await startExecutor({ urls: desk.world.simulator.urls, masterKeys: desk.world.masterKeys })
      executors.push(executor)
      return start(name, `${name} ${newId(systemClock)}`, systemClock, executor)
    },
    async stop() {
      for (const server of servers) await server.stop()
      for (const store of crashed) await store.close()
      for (const executor of executors) await executor.stop()
      await desk.stop()
    },
  }
}

function lagging(requests: Requests, lag: Lag, clock: Clock): Requests {
  return {
    ...requests,
    async announced(id) {
      const told = await requests.announced(id)
      if (told !== undefined) await sleep(clock, lag.told[told.kind] ?? 0)
      return told
    },
    async announce(id, kind, args, stands) {
      await sleep(clock, lag.telling[kind] ?? 0)
      return requests.announce(id, kind, args, stands)
    },
  }
}
