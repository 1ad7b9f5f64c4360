import { createHash } from 'node:crypto'
import { spawn } from 'node:child_process'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { Client } from 'pg'
import { expect, test } from 'vitest'
import { systemClock } from '#clock'
import { Problem } from '#model'
import { startPostgres } from '../postgres.ts'
import { onBothEngines, postgres, type Place } from './engines.ts'
import { filledBatch, makeDesk, signalBatch } from './samples.ts'

const ACKNOWLEDGED = 400
const digest = (value: unknown): string => createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 16)

/** Lets a process commit until enough was acknowledged, kills it without warning, and answers what it had acknowledged. */
async function killedAfter(where: Place, lines: number): Promise<readonly string[]> {
  const args = 'url' in where ? ['postgres', where.url] : ['sqlite', where.dataDir]
  const child = spawn(process.execPath, [fileURLToPath(new URL('./committer.ts', import.meta.url)), ...args], { stdio: ['ignore', 'pipe', 'inherit'] })
  const said: string[] = []
  for await (const line of createInterface({ input: child.stdout })) {
    said.push(line)
    if (said.length === lines) child.kill('SIGKILL')
  }
  return said
}

onBothEngines((engine) => {
  test('a process that is killed in the middle of commits has lost nothing that it acknowledged', async () => {
    const where = await engine.place()
    const said = [...await killedAfter(where, ACKNOWLEDGED), ...await killedAfter(where, ACKNOWLEDGED)]
    expect(said.length).toBeGreaterThanOrEqual(2 * ACKNOWLEDGED)
    const store = await engine.open(where)
    const unfinished = new Set((await store.journal.unfinished()).orders.map((one) => one.order.id))
    const answered = new Set(said.filter((line) => line.startsWith('answer')).map((line) => line.split(' ')[2]))
    for (const line of said) {
      const [kind, user = '', one = '', other = '', content] = line.split(' ')
      if (kind === 'signal') {
        const view = await store.signals.get(user, one)
        expect([digest(view?.signal), view?.decisions[0]?.orderIds]).toEqual([content, [other]])
        expect(answered.has(other) || unfinished.has(other) || (await store.orders.get(user, other))?.settled).toBe(true)
      } else {
        const view = await store.orders.get(user, one)
        expect([digest(view?.order), view?.fills.map((fill) => fill.id), view?.settled]).toEqual([content, [other], true])
        expect(unfinished.has(one)).toBe(false)
      }
    }
  })
})

const server = postgres()

test('cut connections lose and double no batch: what is refused as unavailable was not stored', async () => {
  const where = await server.place()
  if (!('url' in where)) throw new Error('not PostgreSQL')
  const store = await server.open(where)
  const desk = await makeDesk(store, 8)
  const admin = new Client({ connectionString: where.url })
  await admin.connect()
  let cuts = 0
  let refused = 0
  let finished = 0
  // What execution does: while the database is away, the same batch again. Any other refusal would mean that a batch
  // counted as refused was stored after all.
  const surely = async (batch: Parameters<typeof store.journal.commit>[0]): Promise<void> => {
    for (;;) {
      try {
        await store.journal.commit(batch)
        return
      } catch (error) {
        if (!(error instanceof Problem) || error.code !== 'unavailable') throw error
        refused += 1
      }
    }
  }
  const lanes = desk.bots.map(async (bot) => {
    for (let round = 0; round < 60; round += 1) {
      const { order, batch } = signalBatch(desk, bot)
      await surely(batch)
      await surely(filledBatch(bot, order))
      finished += 1
    }
  })
  const cutting = (async () => {
    while (finished < desk.bots.length * 60) {
      const { rowCount } = await admin.query("select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'towerflow' and query ilike any (array['%commit%', '%insert%', '%update%'])")
      cuts += rowCount ?? 0
      await new Promise((resolve) => { setTimeout(resolve, 5 + systemClock.now() % 20) })
      // On a busy machine nothing would ever get through between two cuts: now and then they wait for something that does.
      const [before, until] = [finished, systemClock.now() + 1000]
      while (cuts % 5 === 0 && finished === before && systemClock.now() < until) await new Promise((resolve) => { setTimeout(resolve, 5) })
    }
  })()
  await Promise.all([...lanes, cutting])
  await admin.end()
  expect(cuts).toBeGreaterThan(10)
  expect(refused).toBeGreaterThan(0)
  expect((await store.journal.unfinished()).orders).toEqual([])
  expect(await store.stats.of(desk.user.id)).toMatchObject({ signals: { total: 480 }, decisions: { order: 480 }, orders: { filled: 480 } })
})

/** Stands between store and server; armed, it cuts the next connection that commits: before the server hears of it, or after it has done it. */
async function cuttingProxy(url: string): Promise<{
  url: string; arm(when: 'before' | 'after', then?: () => void): void; hold(held: boolean): void; cuts(): number; close(): void
}> {
  const target = new URL(url)
  const port = Number(target.port)
  let armed: 'before' | 'after' | null = null
  let cuts = 0
  let held = false
  let onCut: () => void = () => undefined
  const sockets = new Set<Socket>()
  const proxy = createServer((client) => {
    if (held) { client.destroy(); return }
    const upstream = connect(port, '127.0.0.1')
    for (const socket of [client, upstream]) {
      sockets.add(socket)
      socket.on('error', () => socket.destroy())
      socket.on('close', () => { sockets.delete(socket); client.destroy(); upstream.destroy() })
    }
    let swallow = false
    client.on('data', (chunk) => {
      const commits = armed !== null && chunk.includes('commit\0')
      if (commits) cuts += 1
      if (commits && armed === 'before') { armed = null; client.destroy(); onCut(); return }
      if (commits) { armed = null; swallow = true }
      upstream.write(chunk)
    })
    upstream.on('data', (chunk) => { if (swallow) client.destroy(); else client.write(chunk) })
  })
  await new Promise<void>((resolve) => { proxy.listen(0, '127.0.0.1', resolve) })
  target.port = String((proxy.address() as AddressInfo).port)
  return {
    url: target.toString(), arm: (when, then = () => undefined) => { armed = when; onCut = then }, hold: (now) => { held = now }, cuts: () => cuts,
    close: () => { proxy.close(); for (const socket of sockets) socket.destroy() },
  }
}

test('a commit whose answer is lost is stored if the server did it, and refused if not', async () => {
  const where = await server.place()
  if (!('url' in where)) throw new Error('not PostgreSQL')
  const proxy = await cuttingProxy(where.url)
  const store = await server.open({ url: proxy.url })
  const desk = await makeDesk(store)
  const [done, lost, later] = [1, 2, 3].map(() => signalBatch(desk, desk.bots[0]!)) as [ReturnType<typeof signalBatch>, ReturnType<typeof signalBatch>, ReturnType<typeof signalBatch>]
  proxy.arm('after')
  await store.journal.commit(done.batch)
  proxy.arm('before')
  await expect(store.journal.commit(lost.batch)).rejects.toMatchObject({ code: 'unavailable' })
  await store.journal.commit(later.batch)
  expect(proxy.cuts()).toBe(2)
  const stored = (await store.signals.list(desk.user.id)).items.map((view) => view.signal.id)
  expect(stored).toEqual([later.signal.id, done.signal.id])
  await store.journal.commit(lost.batch)
  await store.close()
  proxy.close()
})

test('a commit that a crash of the server undid is not taken for done because others got its transaction number', async () => {
  const crashing = await startPostgres()
  const url = await crashing.createDatabase()
  const proxy = await cuttingProxy(url)
  const store = await server.open({ url: proxy.url })
  const desk = await makeDesk(store)
  const batch = signalBatch(desk, desk.bots[0]!)
  const crashed = Promise.withResolvers<void>()
  proxy.arm('before', () => { proxy.hold(true); crashing.kill().then(() => crashed.resolve(), crashed.reject) })
  const committing = store.journal.commit(batch.batch).then(() => 'done', (error: unknown) => (error as Problem).code)
  await crashed.promise
  await crashing.startAgain()
  // Others take its number, and those after it, before the store can ask what became of its commit.
  const others = new Client({ connectionString: url })
  await others.connect()
  await others.query('create table others (n int)')
  for (let count = 0; count < 100; count += 1) await others.query('insert into others values (1)')
  await others.end()
  proxy.hold(false)
  expect(await committing).toBe('unavailable')
  expect((await store.signals.list(desk.user.id)).items).toEqual([])
  await store.journal.commit(batch.batch)
  expect((await store.signals.list(desk.user.id)).items).toHaveLength(1)
  await store.close()
  proxy.close()
  await crashing.stop()
})
