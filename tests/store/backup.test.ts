import { createHash } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { newId, systemClock } from '#clock'
import { Problem } from '#model'
import type { Store } from '#store'
import { onBothEngines, postgres, sqlite } from './engines.ts'
import { filledBatch, makeDecision, makeDesk, makeEvent, makeNewSignal, makeSignal, signalBatch, type Desk } from './samples.ts'

const folder = mkdtempSync(join(tmpdir(), 'towerflow-backup-'))
afterAll(() => { rmSync(folder, { recursive: true, force: true }) })
let files = 0
const newFile = (): string => { files += 1; return join(folder, `backup-${files}`) }
const engines = { sqlite: sqlite(), postgres: postgres() }

async function fill(store: Store): Promise<Desk> {
  const desk = await makeDesk(store, 3)
  const now = systemClock.now()
  await store.tokens.create({ id: newId(systemClock), userId: desk.user.id, name: 'cli', scopes: ['admin'], createdAt: now, hash: `hash of ${desk.user.id}` })
  for (let index = 0; index < 700; index += 1) {
    const { order, batch } = signalBatch(desk, desk.bots[index % 3]!)
    void store.journal.commit(batch)
    if (index % 2 === 0) void store.journal.commit(filledBatch(desk.bots[index % 3]!, order))
  }
  const odd = makeSignal(desk.webhook, { label: 'line\u2028separator "quotes"', symbol: 'Ω/USDT', payload: 'a\nb' })
  await store.journal.commit({
    signals: [makeNewSignal(odd, { fanoutDone: false, fanout: '1-3' })], decisions: [makeDecision(odd, desk.bots[0]!, { plan: '{"open":1}', done: false })],
    adjustments: [{ id: newId(systemClock), botId: desk.bots[0]!.id, userId: desk.user.id, quantity: '1', reason: 'r', at: now }],
    findings: [{ id: newId(systemClock), userId: desk.user.id, connectionId: null, botId: null, orderId: null, code: 'c', detail: 'd', at: now }],
  })
  await store.rejections.add([{ webhookId: desk.webhook.id, at: now, code: 'wrong_key', status: 401, detail: '', sender: '10.0.0.1', contentType: null, body: '' }])
  await store.keyUses.add([{ seq: 1, hash: 'h', at: now, event: 'submit', connectionId: 'c', userId: 'u', orderId: null, botId: null, signalId: null, of: null, outcome: null, reason: null, entry: '{}' }])
  await store.idempotency.claim('scope', 'key', 'hash')
  return desk
}

/** Everything that a store answers. */
async function everything(store: Store, desk: Desk): Promise<unknown> {
  const user = desk.user.id
  const page = { limit: 200 }
  return {
    installation: await store.meta.installation(), users: await store.users.list(page), token: await store.tokens.verify(`hash of ${user}`),
    connections: await store.connections.list(user, page), envelopes: await store.connections.envelopesAfter(null, 100), webhooks: await store.webhooks.list(user, page),
    bots: await store.bots.list(user, {}, page), signals: await store.signals.list(user, {}, page), orders: await store.orders.list(user, {}, page),
    ofConnection: await store.journal.ordersSince(desk.connection.id, 0), positions: await store.positions.list(user, {}, page), adjustments: await store.positions.adjustments(user, desk.bots[0]!.id, page),
    findings: await store.findings.list(user, {}, page), rejections: await store.rejections.list(user, desk.webhook.id), keyUses: await store.keyUses.list(null),
    unfinished: { ...await store.journal.unfinished(), seq: 'its own' }, stats: await store.stats.of(user), claim: await store.idempotency.claim('scope', 'key', 'hash'),
  }
}

for (const [from, to] of [['sqlite', 'postgres'], ['postgres', 'sqlite'], ['sqlite', 'sqlite'], ['postgres', 'postgres']] as const) {
  test(`a backup of ${from} restores into ${to}, with everything in it`, async () => {
    const store = await engines[from].open()
    const desk = await fill(store)
    const file = newFile()
    const progress: number[] = []
    const report = await store.maintenance.backup(file, (done, total) => progress.push(done / total))
    expect(progress.at(-1)).toBe(1)
    expect([statSync(file).size, statSync(file).mode & 0o777]).toEqual([report.bytes, 0o600])
    const before = await everything(store, desk)
    expect(before).toHaveProperty('ofConnection.length', 700)
    const last = await store.events.last()

    const fresh = await engines[to].open()
    expect(await fresh.meta.restoredAt()).toBeNull()
    const restored = await fresh.maintenance.restore(file)
    expect(restored).toMatchObject({ rows: report.rows, installationId: (await store.meta.installation()).id })
    expect(await everything(fresh, desk)).toEqual(before)
    expect(await fresh.meta.restoredAt()).toBeGreaterThan(0)
    await fresh.meta.restoreDealtWith()
    expect(await fresh.meta.restoredAt()).toBeNull()

    // Ids of events from before mean nothing any more; new ones go on from where the store says.
    expect((await fresh.events.since(desk.user.id, last)).kind).toBe('too_old')
    const start = await fresh.events.last()
    const { batch } = signalBatch(desk, desk.bots[0]!)
    await fresh.journal.commit(batch)
    const events = await fresh.events.since(desk.user.id, start)
    expect(events.kind === 'events' && events.events).toHaveLength(1)
    // The books go on: numbers of bots, versions of orders.
    expect(await fresh.bots.create({ ...desk.bots[0]!, id: newId(systemClock) })).toMatchObject({ kind: 'created', bot: { number: 4 } })
  })
}

onBothEngines((engine) => {
  test('a backup is of one instant, while commits go on', async () => {
    const store = await engine.open()
    const desk = await makeDesk(store)
    let stop = false
    let committed = 0
    const writing = (async () => {
      while (!stop) {
        const { order, batch } = signalBatch(desk, desk.bots[0]!)
        await store.journal.commit(batch)
        await store.journal.commit(filledBatch(desk.bots[0]!, order))
        committed += 1
      }
    })()
    while (committed < 50) await new Promise((resolve) => { setImmediate(resolve) })
    const file = newFile()
    const before = committed
    await store.maintenance.backup(file)
    stop = true
    await writing
    const fresh = await engines.sqlite.open()
    await fresh.maintenance.restore(file)
    const { signals, orders, decisions } = await fresh.stats.of(desk.user.id)
    expect(signals.total).toBeGreaterThanOrEqual(before)
    expect(decisions).toEqual({ order: signals.total })
    expect(Object.values(orders).reduce((sum, count) => sum + count, 0)).toBe(signals.total)
    expect(committed).toBeGreaterThan(before) // it did go on meanwhile
  })

  test('a file that is damaged, cut, changed or newer is refused, and leaves the store empty', async () => {
    const store = await engine.open()
    const desk = await fill(store)
    const file = newFile()
    await store.maintenance.backup(file)
    const text = readFileSync(file, 'utf8')
    const lines = text.split('\n').slice(0, -1)
    const signed = (changed: readonly string[]): string => {
      const body = `${changed.slice(0, -1).join('\n')}\n`
      const end = JSON.parse(changed.at(-1)!) as object
      return `${body}${JSON.stringify({ ...end, sha256: createHash('sha256').update(body).digest('hex') })}\n`
    }
    const header = JSON.parse(lines[0]!) as object
    const bad: Record<string, string> = {
      'its end is missing': `${lines.slice(0, -1).join('\n')}\n`,
      'end is missing': text.slice(0, -20),
      'checksum is wrong': text.replace('BTCUSDT', 'ETHUSDT'),
      'goes on after': `${text}${text}`,
      'newer Towerflow': signed([JSON.stringify({ ...header, schema: '0999-later' }), ...lines.slice(1)]),
      'table that is not known': signed([lines[0]!, '{"table":"sqlite_master","columns":["name"]}', ...lines.slice(1)]),
      'are missing': signed(lines.filter((_, index) => index !== 30)),
      'begin as one': signed(['{"format":"another"}', ...lines.slice(1)]),
      'cannot be read': 'junk\n'.repeat(100),
    }
    const fresh = await engine.open()
    for (const [why, content] of Object.entries(bad)) {
      const damaged = newFile()
      writeFileSync(damaged, content)
      const error: unknown = await fresh.maintenance.restore(damaged).then(() => null, (reason: unknown) => reason)
      expect(error, why).toBeInstanceOf(Problem)
      expect((error as Problem).message, why).toContain(why)
      expect(await fresh.users.any()).toBe(false)
    }
    await expect(fresh.maintenance.restore(join(folder, 'nowhere'))).rejects.toThrow('ENOENT')
    await fresh.maintenance.restore(file)
    await expect(fresh.maintenance.restore(file)).rejects.toThrow('not empty')
    expect((await fresh.bots.list(desk.user.id)).items).toHaveLength(3)
  })

  test('a commit that comes in the middle of a restore waits for its end', async () => {
    const store = await engine.open()
    const desk = await fill(store)
    const file = newFile()
    await store.maintenance.backup(file)
    const fresh = await engine.open()
    const commits: Promise<void>[] = []
    await fresh.maintenance.restore(file, () => { commits.push(fresh.journal.commit({ feed: [makeEvent(desk.user.id)] })) })
    expect(commits.length).toBeGreaterThan(5)
    await Promise.all(commits)
    expect((await fresh.stats.of(desk.user.id)).signals.total).toBe(701)
  })

  test('a backup replaces no file, and one that fails leaves none', async () => {
    const store = await engine.open()
    const file = newFile()
    await store.maintenance.backup(file)
    await expect(store.maintenance.backup(file)).rejects.toThrow('a file of that name exists')
    await expect(store.maintenance.backup(join(folder, 'no', 'such', 'folder'))).rejects.toThrow('the folder does not exist')
    const failed = newFile()
    await expect(store.maintenance.backup(failed, () => { throw new Error('on purpose') })).rejects.toThrow('on purpose')
    expect(readdirSync(folder).filter((name) => name.includes(failed) || name.endsWith('.part'))).toEqual([])
  })
})
