import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '#clock'
import { openStore, type JournalBatch, type Store } from '#store'
import { filledBatch, makeDesk, signalBatch, type Desk } from '../tests/store/samples.ts'
import { startPostgres } from '../tests/postgres.ts'

// What one batch of the journal costs: `node bench/store.ts [sqlite] [postgres]`. Wall time includes the wait for the
// disk, CPU time does not. Two kinds of batches: a signal with its decision, order and event; an order's answer with its
// fill, position and event.

const IN_FLIGHT = [1, 8, 64, 1000]
const BATCHES = 6000

interface Measured { readonly p50: number; readonly p99: number; readonly perSecond: number; readonly cpuMicros: number }

/** Keeps `inFlight` commits going until all are done. */
async function measure(store: Store, batches: readonly JournalBatch[], inFlight: number): Promise<Measured> {
  const took: number[] = []
  let next = 0
  const lane = async (): Promise<void> => {
    for (let batch = batches[next++]; batch !== undefined; batch = batches[next++]) {
      const from = performance.now()
      await store.journal.commit(batch)
      took.push(performance.now() - from)
    }
  }
  const cpu = process.cpuUsage()
  const from = performance.now()
  await Promise.all(Array.from({ length: inFlight }, lane))
  const wall = performance.now() - from
  const { user, system } = process.cpuUsage(cpu)
  took.sort((a, b) => a - b)
  const at = (share: number): number => took[Math.min(took.length - 1, Math.floor(took.length * share))] ?? 0
  return { p50: at(0.5), p99: at(0.99), perSecond: batches.length / wall * 1000, cpuMicros: (user + system) / batches.length }
}

async function reads(store: Store, desk: Desk): Promise<void> {
  const found = await store.signals.list(desk.user.id, {}, { limit: 1 })
  const signal = found.items[0]?.signal
  if (signal === undefined) return
  const time = async (name: string, run: () => Promise<unknown>): Promise<void> => {
    const rounds = 5000
    for (let round = 0; round < 500; round += 1) await run()
    const from = performance.now()
    for (let round = 0; round < rounds; round += 1) await run()
    console.log(`  ${name.padEnd(28)} ${((performance.now() - from) / rounds * 1000).toFixed(1)} µs`)
  }
  const since = signal.receivedAt - 30_000
  await time('recognise', () => store.journal.recognise([{ webhookId: signal.webhookId, bodyHash: 'unknown', idempotencyKey: null }], since))
  await time('lastOfSide', () => store.journal.lastOfSide(signal.webhookId, signal.symbol, 'SELL', since))
}

async function bench(name: string, store: Store): Promise<void> {
  console.log(name)
  const desk = await makeDesk(store, 64)
  const bots = desk.bots
  for (const inFlight of IN_FLIGHT) {
    const count = inFlight === 1 ? Math.min(BATCHES, 2000) : BATCHES
    const made = Array.from({ length: count }, (_, index) => signalBatch(desk, bots[index % bots.length] ?? bots[0]!))
    const signals = await measure(store, made.map((one) => one.batch), inFlight)
    const answers = await measure(store, made.map(({ order }, index) => filledBatch(bots[index % bots.length] ?? bots[0]!, order)), inFlight)
    for (const [kind, { p50, p99, perSecond, cpuMicros }] of [['signal', signals], ['answer', answers]] as const) {
      console.log(`  ${kind} ${String(inFlight).padStart(4)} in flight: p50 ${p50.toFixed(3)} p99 ${p99.toFixed(3)} ms, ${perSecond.toFixed(0)}/s, CPU ${cpuMicros.toFixed(1)} µs a batch`)
    }
  }
  await reads(store, desk)
  await store.close()
}

const wanted = process.argv.slice(2)
if (wanted.length === 0 || wanted.includes('sqlite')) {
  const folder = mkdtempSync(join(tmpdir(), 'towerflow-bench-'))
  try {
    await bench('SQLite', await openStore({ dataDir: folder, clock: systemClock }))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
if (wanted.length === 0 || wanted.includes('postgres')) {
  const postgres = await startPostgres({ durable: true })
  try {
    await bench('PostgreSQL (127.0.0.1)', await openStore({ url: await postgres.createDatabase(), clock: systemClock }))
  } finally {
    await postgres.stop()
  }
}
