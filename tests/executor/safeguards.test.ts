import { appendFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import type { EnvelopeRef, SubmitOutcome } from '#contract'
import { connected, order, startExecutor, startWorld, submit, type Executor, type World } from './harness.ts'

const running: { stop(): Promise<void> }[] = []
afterEach(async () => { for (const one of running.splice(0).reverse()) await one.stop() })

/** A world, and its executor in a folder that stays, so that it can be killed and started again on what it wrote. */
async function world(): Promise<World & { again(kill?: NodeJS.Signals): Promise<Executor> }> {
  const outer = await startWorld(['binance'])
  running.push(outer)
  let current: Executor = outer
  const again = async (signal: NodeJS.Signals = 'SIGKILL'): Promise<Executor> => {
    const gone = new Promise((resolve) => { current.child.once('exit', resolve) })
    current.child.kill(signal)
    await gone
    current.port.close()
    current = await startExecutor({ dir: outer.dir, urls: outer.simulator.urls, masterKeys: outer.masterKeys })
    running.push(current)
    return current
  }
  return { ...outer, again }
}

const submitFenced = ({ port }: Executor, connection: EnvelopeRef, token: number, scope = 'lane-1'): Promise<SubmitOutcome> =>
  port.call({ verb: 'submitOrder', connection, kind: 'open', fence: { scope, token }, order: order(), purpose: {} })
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
  expect(damaged.logged()).toContain('the state file was damaged')
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
