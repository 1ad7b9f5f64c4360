import { expect, test } from 'vitest'
import type { Clock } from '#clock'
import { Gates } from './gates.ts'

/** A clock that a test turns. */
function turned(): Clock & { turn(ms: number): Promise<void> } {
  let now = 0
  let timers: { at: number; run: () => void }[] = []
  return {
    now: () => now, randomBytes: (length) => new Uint8Array(length), nextTurn: (run) => { setImmediate(run) },
    after(ms, run) {
      const timer = { at: now + ms, run }
      timers.push(timer)
      return () => { timers = timers.filter((one) => one !== timer) }
    },
    async turn(ms) {
      const end = now + ms
      for (let due = timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0]; due !== undefined; due = timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0]) {
        now = due.at
        timers.splice(timers.indexOf(due), 1)
        due.run()
        for (let n = 0; n < 20; n += 1) await Promise.resolve()
      }
      now = end
      for (let n = 0; n < 20; n += 1) await Promise.resolve()
    },
  }
}
const order = (kind: 'open' | 'close', connectionId = 'c') => ({ exchange: 'binance', market: 'spot' as const, connectionId, kind })

test('after a pause closes pass at once, openings only when every close has its answer, in the order of their coming', async () => {
  const clock = turned()
  const gates = new Gates(clock)
  gates.shut(order('open'), 'address', 1000)
  const passed: string[] = []
  const go = async (name: string, kind: 'open' | 'close'): Promise<() => void> => {
    const pass = await gates.pass(order(kind), null)
    passed.push(name)
    return pass
  }
  const waiting = { e1: go('e1', 'open'), e2: go('e2', 'open'), x1: go('x1', 'close'), x2: go('x2', 'close') }
  await clock.turn(999)
  expect(passed).toEqual([])
  await clock.turn(1)
  expect(passed.sort()).toEqual(['x1', 'x2'])
  expect(gates.holds(order('open')), 'a new opening waits behind them').toBe(true)
  expect(gates.holds(order('close'))).toBe(false)
  ;(await waiting.x1)()
  await clock.turn(10_000)
  expect(passed).toHaveLength(2)
  ;(await waiting.x2)()
  await clock.turn(0)
  expect(passed.slice(2)).toEqual(['e1', 'e2'])
  ;(await waiting.e1)()
  ;(await waiting.e2)()
  expect(gates.holds(order('open'))).toBe(false)
})

test('a pause that is extended holds all who wait; one key\'s pause holds that key alone', async () => {
  const clock = turned()
  const gates = new Gates(clock)
  gates.shut(order('close', 'a'), 'key', 500)
  expect([gates.holds(order('close', 'a')), gates.holds(order('close', 'b'))]).toEqual([true, false])
  let through = false
  void gates.pass(order('close', 'a'), null).then(() => { through = true })
  await clock.turn(400)
  gates.shut(order('close', 'a'), 'key', 500)
  await clock.turn(499)
  expect(through).toBe(false)
  await clock.turn(1)
  expect(through).toBe(true)
})

test('who becomes too old while he waits is let go at that moment, and holds nobody up', async () => {
  const clock = turned()
  const gates = new Gates(clock)
  gates.shut(order('open'), 'address', 10_000)
  let old: (() => void) | null = null
  void gates.pass(order('open'), 3000).then((pass) => { old = pass })
  await clock.turn(2999)
  expect(old).toBeNull()
  await clock.turn(1)
  expect(old).not.toBeNull()
  old!()
  let next = false
  void gates.pass(order('open'), null).then(() => { next = true })
  await clock.turn(7000)
  expect(next).toBe(true)
})

test('a crowd of openings goes through some at a time', async () => {
  const clock = turned()
  const gates = new Gates(clock)
  gates.shut(order('open'), 'address', 100)
  const passes: (() => void)[] = []
  for (let n = 0; n < 40; n += 1) void gates.pass(order('open'), null).then((pass) => passes.push(pass))
  await clock.turn(100)
  expect(passes).toHaveLength(16)
  for (const pass of passes.slice(0, 4)) pass()
  await clock.turn(0)
  expect(passes).toHaveLength(20)
  while (passes.length < 40) { for (const pass of passes) pass(); await clock.turn(0) }
})
