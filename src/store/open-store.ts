import { newId, type Clock } from '#clock'
import type { Log } from '#log'
import { createBots, type Bots } from './bots.ts'
import { createCandles, type Candles } from './candles.ts'
import { createCharts, type Charts } from './charts.ts'
import { Checkpoints } from './checkpoints.ts'
import { createConnections, type Connections } from './connections.ts'
import { databaseTrouble } from './database-trouble.ts'
import type { Database } from './engine.ts'
import { createEvents, type Events } from './events.ts'
import { createFactors, type Factors } from './factors.ts'
import { createFindings, type Findings } from './findings.ts'
import { createFleet, type Fleet } from './fleet.ts'
import { createIdempotency, type Idempotency } from './idempotency.ts'
import type { Journal } from './journal.ts'
import { createKeyUses, type KeyUses } from './key-uses.ts'
import { createMaintenance, type Maintenance } from './maintenance.ts'
import { createMeta, makeInstallation, type Meta } from './meta.ts'
import { migrate } from './migrate.ts'
import { openJournal } from './open-journal.ts'
import { createOrders, type Orders } from './orders.ts'
import { createPasskeys, type Passkeys } from './passkeys.ts'
import { createPositions, type Positions } from './positions.ts'
import { openPostgres } from './postgres.ts'
import { createRejections, type Rejections } from './rejections.ts'
import { createRequests, type Requests } from './requests.ts'
import { createSessions, type Sessions } from './sessions.ts'
import { createSignals, type Signals } from './signals.ts'
import { openSqlite } from './sqlite.ts'
import { createStats, type Stats } from './stats.ts'
import { createTokens, type Tokens } from './tokens.ts'
import { createUsers, type Users } from './users.ts'
import { createWebhooks, type Webhooks } from './webhooks.ts'

/** Where the data is: a folder of ours with a SQLite file in it, or a PostgreSQL database. */
export type StoreOptions = {
  readonly clock: Clock
  readonly log?: Log
  /** Names this server over its restarts; whoever gives it makes sure that no other has the same. By default a new one. */
  readonly instance?: string
  /** Whether SQLite's checkpoints get a thread of their own: for a process that has more to do meanwhile. */
  readonly checkpointThread?: boolean
} & (
  | { readonly dataDir: string; readonly url?: null }
  | { readonly url: string; readonly dataDir?: string }
)

/** Everything that lasts. One repository per noun; whatever belongs to a user is asked for with his id. */
export interface Store {
  readonly engine: 'sqlite' | 'postgres'
  readonly journal: Journal
  readonly users: Users
  readonly tokens: Tokens
  readonly sessions: Sessions
  readonly factors: Factors
  readonly passkeys: Passkeys
  readonly connections: Connections
  readonly webhooks: Webhooks
  readonly bots: Bots
  readonly signals: Signals
  readonly orders: Orders
  readonly positions: Positions
  readonly events: Events
  readonly rejections: Rejections
  readonly keyUses: KeyUses
  readonly findings: Findings
  readonly idempotency: Idempotency
  readonly meta: Meta
  readonly stats: Stats
  readonly fleet: Fleet
  readonly requests: Requests
  /** What names this server among those that share the database. */
  readonly instance: string
  readonly charts: Charts
  readonly candles: Candles
  readonly maintenance: Maintenance
  /** Lets what was handed in become durable, then closes. */
  close(): Promise<void>
}

/**
 * Opens the store, and makes or migrates its tables. Problems: `unavailable` when the database cannot be reached, or was
 * made by a newer Towerflow.
 */
export async function openStore(options: StoreOptions): Promise<Store> {
  const { clock, log } = options
  const instance = options.instance ?? newId(clock)
  const database = openDatabase(options, instance)
  let lastSeq: number
  try {
    await migrate(database.db, database.engine)
    await makeInstallation(database.db, clock)
    const newest = await database.db.selectFrom('feed').select((eb) => eb.fn.max('seq').as('seq')).executeTakeFirst()
    lastSeq = newest?.seq ?? 0
  } catch (error) {
    await database.close()
    throw databaseTrouble(error)
  }
  const { journal, close } = openJournal(database, clock, log, lastSeq)
  return {
    engine: database.engine,
    journal,
    users: createUsers(database, clock),
    tokens: createTokens(database),
    sessions: createSessions(database, clock),
    factors: createFactors(database, clock),
    passkeys: createPasskeys(database, clock),
    connections: createConnections(database),
    webhooks: createWebhooks(database),
    bots: createBots(database, clock),
    signals: createSignals(database),
    orders: createOrders(database),
    positions: createPositions(database),
    events: createEvents(database),
    rejections: createRejections(database, clock),
    keyUses: createKeyUses(database, journal, instance),
    findings: createFindings(database),
    idempotency: createIdempotency(database, clock),
    meta: createMeta(database, clock),
    stats: createStats(database, clock),
    fleet: createFleet(database, clock, instance),
    requests: createRequests(database, clock),
    instance,
    charts: createCharts(database),
    candles: createCandles(database),
    maintenance: createMaintenance(database, clock),
    close: async () => {
      await close()
      await database.close()
    },
  }
}

function openDatabase({ url, dataDir, log, clock, checkpointThread }: StoreOptions, instance: string): Database {
  if (url !== undefined && url !== null) {
    return openPostgres(url, instance, clock, (error) => { log?.warn({ err: error }, 'a connection to PostgreSQL broke and is replaced') })
  }
  if (dataDir === undefined) throw new TypeError('a store needs a folder or a URL')
  return openSqlite(dataDir, checkpointThread === true ? (file) => new Checkpoints(file, clock, log) : undefined)
}
