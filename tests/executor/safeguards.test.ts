import { appendFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { verifyAuditChain, type AuditEntry } from '#audit'
import { systemClock } from '#clock'
import type { Caps, EnvelopeRef, SubmitOutcome } from '#contract'
import { connectExecutor } from '#executor-client'
import type { Freeze } from '#model'
import { admitRestored } from '#safeguards'
import { sealEnvelope } from '#vault'
import { connected, lookup, order, startExecutor, startWorld, submit, until, type Executor, type World } from './harness.ts'

const running: { stop(): Promise<void> }[] = []
afterEach(async () => { for (const one of running.splice(0).reverse()) await one.stop() })

/** A world, and its executor in a folder that stays, so that it can be killed and started again on what it wrote. */
async function world(): Promise<World & { again(kill?: NodeJS.Signals, meanwhile?: () => Promise<void>): Promise<Executor> }> {
  const outer = await startWorld(['binance'])
  running.push(outer)
  let current: Executor = outer
  const again = async (signal: NodeJS.Signals = 'SIGKILL', meanwhile: () => Promise<void> = async () => undefined): Promise<Executor> => {
    const gone = new Promise((resolve) => { current.child.once('exit', resolve) })
    current.child.kill(signal)
    await gone
    current.port.close()
    await meanwhile()
    current = await startExecutor({ dir: outer.dir, urls: outer.simulator.urls, masterKeys: outer.masterKeys })
    running.push(current)
    return current
  }
  return { ...outer, again }
}

const submitFenced = ({ port }: Executor, connection: EnvelopeRef, token: number, scope = 'lane-1'): Promise<SubmitOutcome> =>
  port.call({ verb: 'submitOrder', connection, kind: 'open', fence: { scope, token }, order: order(), purpose: {} })
/** The log comes by another way than the answers do, and may be behind them. */
const logs = (one: Executor, text: string): Promise<void> => until(() => one.logged().includes(text), () => one.logged(), 5000)
const orders = async (one: World): Promise<number> => ((await one.sim('GET', '/orders')) as unknown[]).length

describe('fencing', () => {
  test('an order under a lower token than one that was seen is not sent, after kill -9 neither', async () => {
    const here = await world()
    const { ref } = await connected(here, 'spot')
    expect(await submitFenced(here, ref, 5)).toMatchObject({ kind: 'accepted' })
    expect(await submitFenced(here, ref, 4)).toMatchObject({ kind: 'not_sent', code: 'fenced' })
    expect(await submitFenced(here, ref, 4, 'lane-2')).toMatchObject({ kind: 'accepted' })
    const next = await here.again()
    expect(await submitFenced(next, ref, 4)).toMatchObject({ kind: 'not_sent', code: 'fenced' })
    expect(await submitFenced(next, ref, 5)).toMatchObject({ kind: 'accepted' })
    expect(await orders(here)).toBe(3)
  })
})

const close = ({ port }: Executor, connection: EnvelopeRef): Promise<SubmitOutcome> =>
  port.call({ verb: 'submitOrder', connection, kind: 'close', order: order({ side: 'sell' }), purpose: {} })
const freeze = ({ port }: Executor, scope: Freeze['scope'], id: string | null, mode: Freeze['mode']): Promise<Freeze> =>
  port.call({ verb: 'freeze', scope, id, mode, reason: 'stop it', by: 'user-1' })
const frozen = { kind: 'not_sent', code: 'frozen', text: expect.stringContaining('stop it') as string }

describe('a freeze', () => {
  test('of entries lets closes through, one of all does not; both let orders be looked up and canceled, and outlive kill -9', async () => {
    const here = await world()
    const { ref } = await connected(here, 'spot')
    const { ref: other } = await connected(here, 'spot')
    const before = order()
    expect(await submit(here, ref, before)).toMatchObject({ kind: 'accepted' })
    await freeze(here, 'connection', ref.connectionId, 'entries')
    expect([await submit(here, ref, order()), await close(here, ref), await submit(here, other, order())])
      .toMatchObject([frozen, { kind: 'accepted' }, { kind: 'accepted' }])
    const again = await here.again()
    expect([await submit(again, ref, order()), await close(again, ref)]).toMatchObject([frozen, { kind: 'accepted' }])
    await freeze(again, 'user', 'user-1', 'all')
    const third = await here.again()
    expect([await close(third, ref), await close(third, other)]).toMatchObject([frozen, frozen])
    expect(await lookup(third, ref, before)).toMatchObject({ kind: 'found' })
    expect(await third.port.call({ verb: 'cancelOrder', connection: ref, symbol: 'BTCUSDT', clientOrderId: before.clientOrderId, purpose: {} })).toMatchObject({ kind: 'not_open' })
    expect(await orders(here)).toBe(4)
    await third.port.call({ verb: 'thaw', scope: 'user', id: 'user-1', reason: 'over', by: 'user-1' })
    expect([await submit(third, ref, order()), await close(third, ref), await submit(third, other, order())])
      .toMatchObject([frozen, { kind: 'accepted' }, { kind: 'accepted' }])
  })

  test('stops the change of leverage, which only openings need', async () => {
    const here = await world()
    const { ref } = await connected(here, 'futures')
    await freeze(here, 'all', null, 'entries')
    await expect(here.port.call({ verb: 'setLeverage', connection: ref, symbol: 'BTCUSDT', leverage: 5, purpose: {} })).rejects.toMatchObject({ code: 'frozen' })
  })

  test('is told to every client, to a new one at once; it stands in the audit, and so does its end', async () => {
    const here = await world()
    await freeze(here, 'connection', 'c1', 'all')
    const late = connectExecutor(here.socketPath, systemClock)
    const told: unknown[] = []
    late.onPush((push) => { if (push.push === 'freezes') told.push(push.freezes) })
    await until(() => told.length > 0)
    expect(told).toEqual([[{ scope: 'connection', id: 'c1', mode: 'all', reason: 'stop it', at: expect.any(Number), by: 'user-1' }]])
    await here.port.call({ verb: 'thaw', scope: 'connection', id: 'c1', reason: 'over', by: 'user-2' })
    await until(() => told.length > 1)
    expect(told[1]).toEqual([])
    late.close()
    const entries: AuditEntry[] = []
    await verifyAuditChain(here.auditPath, (entry) => { entries.push(entry) })
    expect(entries.map(({ event, connectionId, reason }) => ({ event, connectionId, reason }))).toEqual([
      { event: 'freeze', connectionId: 'c1', reason: 'connection, by user-1: all: stop it' },
      { event: 'thaw', connectionId: 'c1', reason: 'connection, by user-2: over' },
    ])
  })

  test('that comes right behind a thaw holds', async () => {
    const here = await world()
    const { ref } = await connected(here, 'spot')
    await freeze(here, 'all', null, 'all')
    const thaw = here.port.call({ verb: 'thaw', scope: 'all', id: null, reason: 'over', by: 'user-1' })
    await Promise.all([thaw, freeze(here, 'all', null, 'all')])
    expect(await submit(here, ref, order())).toMatchObject(frozen)
    expect(await submit(await here.again(), ref, order())).toMatchObject(frozen)
    expect(await orders(here)).toBe(0)
  })

  test('of all with an id, or of one thing without, is none and is refused', async () => {
    const here = await world()
    for (const [scope, id] of [['all', 'c1'], ['user', null], ['connection', null]] as const) {
      await expect(freeze(here, scope, id, 'all')).rejects.toMatchObject({ code: 'invalid_input' })
    }
    expect((await here.port.call({ verb: 'freezes' })).freezes).toEqual([])
  })

  test('once acknowledged: no order leaves any more, of those that wait for a socket neither', async () => {
    const here = await world()
    const { ref } = await connected(here, 'spot', { balances: { USDT: '100000000' } })
    await here.sim('POST', '/faults', { method: 'POST', path: '/api/v3/order', fault: 'delay', ms: 700, times: 300 })
    let sent = 0
    let flooding = true
    const outcomes: Promise<SubmitOutcome>[] = []
    const flood = (async () => {
      while (flooding) {
        for (let n = 0; n < 20; n += 1) outcomes.push(submit(here, ref, order({ notAfter: Date.now() + 60_000 })))
        sent += 20
        await new Promise((resolve) => { setTimeout(resolve, 10) })
      }
    })()
    // More than there are sockets: the rest waits in the executor when the freeze comes.
    await until(() => sent >= 200)
    await freeze(here, 'all', null, 'entries')
    const acknowledgedAt = systemClock.now()
    const counted = outcomes.length
    await until(() => outcomes.length >= counted + 200)
    flooding = false
    await flood
    const ended = await Promise.all(outcomes)
    const accepted = ended.filter((one) => one.kind === 'accepted')
    expect(accepted.length).toBeGreaterThan(0)
    expect(Math.max(...accepted.map((one) => one.sentAt))).toBeLessThanOrEqual(acknowledgedAt)
    expect(new Set(ended.map((one) => (one.kind === 'not_sent' ? one.code : one.kind)))).toEqual(new Set(['accepted', 'frozen']))
    expect(ended.slice(counted).every((one) => one.kind === 'not_sent')).toBe(true)
    expect(ended.slice(0, counted).some((one) => one.kind === 'not_sent')).toBe(true)
    // The exchange's own ledger agrees, and grows no more.
    expect(await orders(here)).toBe(accepted.length)
  })
})

describe('caps', () => {
  const capped = { kind: 'not_sent', code: 'cap_exceeded' }
  const cap = (executor: Executor, connectionId: string, caps: Partial<Caps>): Promise<unknown> => executor.port.call({
    verb: 'setCaps', connectionId, caps: { ordersPerMinute: null, notionalPerOrder: null, notionalPerDay: null, ...caps }, by: 'user-1',
  })

  test('hold entries, not closes; they outlive the process, and so does what was spent of the day', async () => {
    const here = await world()
    await here.sim('PUT', '/prices/BTCUSDT', { price: '50000' })
    const { ref } = await connected(here, 'spot')
    const { ref: other } = await connected(here, 'spot')
    await cap(here, ref.connectionId, { notionalPerOrder: '100', notionalPerDay: '150' })
    // A base quantity is valued with the executor's own price.
    expect(await submit(here, ref, order({ quantity: '0.0021' }))).toMatchObject({ ...capped, text: expect.stringContaining('100 for one entry; this one is worth 105') })
    expect(await submit(here, ref, order({ quantity: null, quoteQuantity: '100.01' }))).toMatchObject(capped)
    expect(await submit(here, ref, order({ quantity: '0.002' }))).toMatchObject({ kind: 'accepted' })
    expect(await submit(here, ref, order({ quantity: null, quoteQuantity: '51' }))).toMatchObject({ ...capped, text: expect.stringContaining('150 a day') })
    expect(await close(here, ref)).toMatchObject({ kind: 'accepted' })
    expect(await submit(here, other, order({ quantity: '0.01' }))).toMatchObject({ kind: 'accepted' })
    const next = await here.again('SIGTERM')
    expect(await submit(next, ref, order({ quantity: null, quoteQuantity: '51' }))).toMatchObject(capped)
    expect(await submit(next, ref, order({ quantity: null, quoteQuantity: '50' }))).toMatchObject({ kind: 'accepted' })
    expect(await next.port.call({ verb: 'caps', connectionId: ref.connectionId })).toMatchObject({ own: { notionalPerDay: '150' } })
    await next.port.call({ verb: 'setCaps', connectionId: ref.connectionId, caps: null, by: 'user-1' })
    expect(await submit(next, ref, order({ quantity: null, quoteQuantity: '5000' }))).toMatchObject({ kind: 'accepted' })
  })

  test('count what was taken only: an order that the exchange did not take leaves room for another', async () => {
    const here = await world()
    const { ref } = await connected(here, 'spot')
    await cap(here, ref.connectionId, { ordersPerMinute: 1 })
    await here.sim('POST', '/faults', { method: 'POST', path: '/api/v3/order', fault: 'status', status: 429, body: '{"code":-1003,"msg":"Too many requests."}' })
    expect(await submit(here, ref, order())).toMatchObject({ kind: 'not_sent', code: 'rate_limited' })
    expect(await submit(here, ref, order())).toMatchObject({ kind: 'not_sent', code: 'rate_limited' })
    await until(async () => (await submit(here, ref, order())).kind === 'accepted', () => '', 50_000)
    expect(await submit(here, ref, order())).toMatchObject(capped)
  })

  test('of the installation hold for every connection, and cannot be raised by a request', async () => {
    const here = await startWorld(['binance'], { TOWERFLOW_CAP_ORDERS_PER_MINUTE: '2' })
    running.push(here)
    const { ref } = await connected(here, 'spot')
    await cap(here, ref.connectionId, { ordersPerMinute: 1000 })
    const kinds = await Promise.all(Array.from({ length: 5 }, async () => (await submit(here, ref, order())).kind))
    expect(kinds.filter((kind) => kind === 'accepted')).toHaveLength(2)
  })
})

describe('a deleted connection', () => {
  test('is refused for ever, although its row and envelope are there again', async () => {
    const here = await world()
    const { ref } = await connected(here, 'spot')
    expect(await submit(here, ref, order())).toMatchObject({ kind: 'accepted' })
    await here.port.call({ verb: 'forget', connectionId: ref.connectionId })
    const next = await here.again()
    expect(await submit(next, ref, order())).toMatchObject({ kind: 'not_sent', code: 'envelope_refused', text: expect.stringContaining('was deleted') })
    await expect(next.port.call({ verb: 'account', connection: ref, purpose: {} })).rejects.toMatchObject({ code: 'envelope_refused' })
    expect(await orders(here)).toBe(1)
  })
})

describe('an older envelope of a connection', () => {
  test('is refused once a newer one was used, after kill -9 too, until a restore on the machine admits it', async () => {
    const here = await world()
    const { ref, credentials } = await connected(here, 'spot')
    const { connectionId, userId, exchange, market } = ref
    const newer = sealEnvelope(here.masterKeys, { userId, connectionId, exchange, market, rowVersion: 2 }, Buffer.from(JSON.stringify(credentials)))
    expect(await submit(here, ref, order())).toMatchObject({ kind: 'accepted' })
    expect(await submit(here, { ...ref, rowVersion: 2, envelope: Buffer.from(newer).toString('base64url') }, order())).toMatchObject({ kind: 'accepted' })
    const refused = { kind: 'not_sent', code: 'envelope_refused', text: expect.stringContaining('older copy') }
    expect(await submit(here, ref, order())).toMatchObject(refused)
    const next = await here.again()
    expect(await submit(next, ref, order())).toMatchObject(refused)
    await logs(next, 'does not open where it stands')
    // A version that no envelope proves raises nothing: a server cannot lock a connection out by naming one.
    expect(await submit(next, { ...ref, rowVersion: 9 }, order())).toMatchObject({ kind: 'not_sent', code: 'envelope_refused' })
    await next.port.call({ verb: 'forget', connectionId: 'deleted' })
    const admitted = await here.again('SIGTERM', async () => {
      expect(await admitRestored(path.join(here.dir, 'safeguards'), [{ connectionId, rowVersion: 1 }, { connectionId: 'deleted', rowVersion: 1 }]))
        .toEqual({ admitted: 1, deleted: 1 })
    })
    expect(await submit(admitted, ref, order())).toMatchObject({ kind: 'accepted' })
    expect(await orders(here)).toBe(3)
  })
})

describe('an order that is called a close', () => {
  test('has to be one: it sells on spot, is reduce-only or closes its side on futures', async () => {
    const here = await world()
    const { ref: spot } = await connected(here, 'spot')
    const { ref: futures } = await connected(here, 'futures')
    const close = (connection: EnvelopeRef, fields: Parameters<typeof order>[0]): Promise<SubmitOutcome> =>
      here.port.call({ verb: 'submitOrder', connection, kind: 'close', order: order(fields), purpose: {} })
    const refused = { kind: 'not_sent', code: 'invalid_order' }
    expect(await close(spot, { side: 'buy' })).toMatchObject(refused)
    expect(await close(futures, { side: 'sell' })).toMatchObject(refused)
    expect(await close(futures, { side: 'buy', positionSide: 'long' })).toMatchObject(refused)
    expect(await close(futures, { side: 'sell', positionSide: 'short' })).toMatchObject(refused)
    expect(await orders(here)).toBe(0)
    expect(await close(spot, { side: 'sell' })).toMatchObject({ kind: 'accepted' })
  })
})

test('a state file that was damaged, or is gone although keys were used, freezes entries and lets closes through', async () => {
  const here = await world()
  const { ref } = await connected(here, 'spot')
  appendFileSync(path.join(here.dir, 'safeguards', 'state.log'), 'something else\n')
  const damaged = await here.again()
  expect(await submit(damaged, ref, order())).toMatchObject({ kind: 'not_sent', code: 'frozen', text: expect.stringContaining('damaged') })
  expect(await damaged.port.call({ verb: 'submitOrder', connection: ref, kind: 'close', order: order({ side: 'sell' }), purpose: {} })).toMatchObject({ kind: 'accepted' })
  await logs(damaged, 'the state file was damaged')
  rmSync(path.join(here.dir, 'safeguards'), { recursive: true })
  const missing = await here.again('SIGTERM')
  expect(await submit(missing, ref, order())).toMatchObject({ kind: 'not_sent', code: 'frozen', text: expect.stringContaining('missing') })
  expect(await orders(here)).toBe(1)
})

test('a fresh folder is a first start, the next one is not a loss', async () => {
  const dir = mkdtempSync(path.join(tmpdir(), 'fresh-'))
  const first = await startExecutor({ dir })
  await first.stop()
  const second = await startExecutor({ dir })
  expect(first.logged() + second.logged()).not.toContain('frozen')
  await second.stop()
  rmSync(dir, { recursive: true })
})
