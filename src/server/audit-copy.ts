import { existsSync } from 'node:fs'
import { verifyAuditChain } from '#audit'
import type { Clock } from '#clock'
import type { ExecutorPort, ExecutorPush } from '#contract'
import type { Log } from '#log'
import type { KeyUse, Store } from '#store'

interface Parts {
  readonly store: Pick<Store, 'keyUses' | 'connections'>
  readonly executor: ExecutorPort
  readonly clock: Clock
  readonly log: Log
}

const FLUSH_MS = 200
const MOST_AT_ONCE = 500
const MOST_WAITING = 50_000

/**
 * Keeps the server's own copy of the executor's audit: what is pushed is written in the background, in batches. It is
 * for asking and comparing; the executor's file is the record. The answer writes what waits and stops it.
 */
export function copyAudit({ store, executor, clock, log }: Parts): () => Promise<void> {
  let waiting: KeyUse[] = []
  let scheduled = false
  let stopped = false
  const schedule = (): void => {
    if (scheduled || stopped) return
    scheduled = true
    clock.after(FLUSH_MS, () => { void flush() })
  }
  const flush = async (): Promise<void> => {
    const batch = waiting.splice(0, MOST_AT_ONCE)
    scheduled = batch.length > 0
    if (batch.length === 0) return
    try {
      await store.keyUses.add(batch)
      const used = new Set(batch.map(({ connectionId }) => connectionId).filter((id) => id !== null))
      await store.connections.used([...used], batch.at(-1)?.at ?? 0)
    } catch (error) {
      log.warn({ err: error, entries: batch.length }, 'the copy of the audit waits for the database')
      waiting = [...batch, ...waiting].slice(0, MOST_WAITING)
      scheduled = false
      schedule()
      return
    }
    await flush()
  }
  executor.onPush((push) => {
    if (push.push !== 'audit') return
    for (const entry of push.entries) {
      if (waiting.length >= MOST_WAITING) break // the executor's file is the record, and is caught up with at the next start
      const use = readEntry(entry)
      if (use === null) log.warn({}, 'the executor pushed an audit entry that cannot be read')
      else waiting.push(use)
    }
    schedule()
  })
  return async () => {
    await flush()
    stopped = true
  }
}

/** Entries that a server which was away may have missed: looked for among the file's last ones when it starts. */
const LOOKED_BACK = 5000

/** Takes over, from the executor's file where it can be read, what was written while no server was there to be told. */
export async function catchUpAudit(store: Pick<Store, 'keyUses'>, auditFile: string): Promise<void> {
  if (!existsSync(auditFile)) return
  const from = ((await store.keyUses.last())?.seq ?? 0) - LOOKED_BACK
  let missed: KeyUse[] = []
  await verifyAuditChain(auditFile, (entry) => {
    const use = entry.seq > from ? readEntry({ ...entry }) : null
    if (use !== null) missed.push(use)
    if (missed.length > 2 * LOOKED_BACK) missed = missed.slice(-LOOKED_BACK)
  })
  await store.keyUses.add(missed)
}

type Entry = Extract<ExecutorPush, { push: 'audit' }>['entries'][number]

/** What has a column of its own, or follows from the entry before. */
const KNOWN = new Set(['seq', 'hash', 'at', 'event', 'connectionId', 'userId', 'orderId', 'botId', 'signalId', 'of', 'outcome', 'reason', 'prev'])

function readEntry(entry: Entry): KeyUse | null {
  const { seq, hash, at, event } = entry
  const time = typeof at === 'string' ? Date.parse(at) : at
  if (typeof seq !== 'number' || typeof hash !== 'string' || typeof event !== 'string') return null
  if (typeof time !== 'number' || Number.isNaN(time)) return null
  const text = (name: string): string | null => (typeof entry[name] === 'string' ? entry[name] : null)
  return {
    seq, hash, at: time, event, connectionId: text('connectionId'), userId: text('userId'), orderId: text('orderId'),
    botId: text('botId'), signalId: text('signalId'), of: typeof entry['of'] === 'number' ? entry['of'] : null,
    outcome: text('outcome'), reason: text('reason'),
    entry: JSON.stringify(Object.fromEntries(Object.entries(entry).filter(([name]) => !KNOWN.has(name)))),
  }
}
