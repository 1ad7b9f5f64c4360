import { expect, test } from 'vitest'
import { brokenSources } from '../../mutants/break-code.ts'
import { hunt } from './hunt.ts'
import { MUTANTS } from './mutants.ts'

/** A change anywhere shifts what a seed does; a mutant that its own seed does not kill any more has to die by one of these. */
const MORE_SEEDS = 3000

test('every mutant fits the code', () => {
  for (const mutant of MUTANTS) brokenSources(mutant)
})

test('there are at least 20 mutants, each another one', () => {
  expect(MUTANTS.length).toBeGreaterThanOrEqual(20)
  expect(new Set(MUTANTS.map(({ name }) => name)).size).toBe(MUTANTS.length)
})

test.concurrent.each(MUTANTS.filter(({ rare }) => rare !== true))('caught: $name', async (mutant) => {
  const kill = await hunt(mutant, mutant.seed, 1) ?? await hunt(mutant, mutant.seed + 1, MORE_SEEDS)
  expect(kill, `${mutant.breaks}, and the simulation does not see it`).not.toBeNull()
}, 600_000)
