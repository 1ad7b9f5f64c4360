import { newId, systemClock, type Clock } from '#clock'
import { createExecution, type Execution } from '#execution'
import { parsePayload, type SignalDraft } from '#signals'
import { openStore, type NumberedEvent, type Store } from '#store'
import { startDesk, type Desk } from './world.ts'

/** One of several servers on the desk's database, as far as execution goes: a store and an execution of its own. */
export interface Server {
  readonly name: string
  readonly store: Store
  readonly execution: Execution<SignalDraft>
  /** What it told its subscribers. */
  readonly events: NumberedEvent[]
  readonly log: string[]
  send(payload: Record<string, unknown>, raw?: string): Promise<{ signalId: string; duplicate: boolean }>
  /** Ends as a crash does: nothing is given back, and whatever it waited for never comes. */
  crash(): void
  stop(): Promise<void>
}

/** A desk, on which only the world is used, and servers beside it on its PostgreSQL. */
export interface Fleet {
  readonly desk: Desk
  start(name: string, instance?: string, clock?: Clock): Promise<Server>
  stop(): Promise<void>
}

export async function startFleet(url: string): Promise<Fleet> {
  const desk = await startDesk(['binance'], url)
  await desk.execution.stop()
  const { key } = await desk.store.meta.installation()
  const servers = new Set<Server>()
  const crashed: Store[] = []
  return {
    desk,
    async start(name, instance = `${name} ${newId(systemClock)}`, clock = systemClock) {
      const store = await openStore({ url, clock, instance })
      const log: string[] = []
      const say = (fields: object, message: string): void => { log.push(`${message} ${JSON.stringify(fields)}`) }
      let dead = false
      const mortal = <T extends object>(part: T): T => new Proxy(part, {
        get: (target, name) => {
          const value: unknown = Reflect.get(target, name)
          return typeof value === 'function' ? (...args: unknown[]) => (dead ? new Promise(() => undefined) : value.apply(target, args) as unknown) : value
        },
      })
      const execution = createExecution({
        clock, journal: mortal(store.journal), executor: mortal(desk.world.port), installationKey: key, log: { info: say, warn: say },
        botRow: async (id) => await store.bots.row(id) ?? null,
        connectionRow: async (id) => await store.connections.row(id) ?? null,
        savePositionMode: (id, mode) => store.connections.setPositionMode(id, mode),
        shared: { fleet: mortal(store.fleet), requests: mortal(store.requests), me: instance, several: true },
      })
      const events: NumberedEvent[] = []
      store.journal.onFeed((news) => { events.push(...news) })
      await execution.start()
      let over = false
      const server: Server = {
        name, store, execution, events, log,
        async send(payload, text) {
          const raw = Buffer.from(text ?? JSON.stringify({ symbol: 'BTCUSDT', id: newId(systemClock), ...payload }))
          const receivedAt = clock.now()
          const parsed = parsePayload(raw, receivedAt)
          if (!parsed.ok) throw new Error(JSON.stringify(parsed.errors))
          const webhook = { id: desk.webhookId, userId: desk.userId, duplicateWindowSeconds: 30 }
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
    },
    async stop() {
      for (const server of servers) await server.stop()
      for (const store of crashed) await store.close()
      await desk.stop()
    },
  }
}
