import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Market } from '#model'
import { startWorld, type World } from '../executor/harness.ts'
import { Bench, type Case } from './case.ts'
import { CONNECTING } from './cases/connecting.ts'
import { MODES } from './cases/modes.ts'
import { READING } from './cases/reading.ts'
import { REFUSALS } from './cases/refusals.ts'
import { TRADING } from './cases/trading.ts'
import { UNCERTAIN } from './cases/uncertain.ts'
import type { Fixture } from './fixture.ts'

/** Every case, in the order of its number. */
export const CASES: readonly Case[] = [...CONNECTING, ...READING, ...TRADING, ...MODES, ...REFUSALS, ...UNCERTAIN]

declare module 'vitest' {
  interface TaskMeta { notApplicable?: string }
}

/** Why a case does not apply; undefined: it does. */
export const without = (fixture: Fixture, { id, market: only }: Case, market: Market): string | undefined => {
  if (only !== undefined && only !== market) return `of ${only} only`
  return fixture.without[`${id} ${market}`] ?? fixture.without[id]
}

/** Runs the numbered cases on every market of an exchange, with a real executor against its simulator. */
export function runCases(fixture: Fixture): void {
  let world: World
  beforeAll(async () => { world = await startWorld([fixture.exchange]) })
  afterAll(async () => { await world.stop() })
  beforeEach(async () => {
    await world.sim('DELETE', '/faults', undefined, fixture.exchange)
    await world.sim('DELETE', '/fills', undefined, fixture.exchange)
  })
  for (const market of Object.keys(fixture.markets) as Market[]) {
    describe(`${fixture.exchange}${fixture.kind === undefined ? '' : ` (${fixture.kind})`} ${market}`, () => {
      for (const one of CASES) {
        test(`${one.id} ${one.name}`, { timeout: 180_000 }, async ({ task }) => {
          const reason = without(fixture, one, market)
          if (reason === undefined) return one.run(new Bench(world, fixture, market))
          task.meta.notApplicable = reason
          expect(reason.length).toBeGreaterThan(8)
        })
      }
    })
  }
}
