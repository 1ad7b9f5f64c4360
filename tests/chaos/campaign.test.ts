import { expect, test } from 'vitest'
import { brokenSources } from '../mutants/break-code.ts'
import { campaign } from './campaign.ts'
import { control, mutantNamed } from './controls.ts'
import { MUTANTS } from './mutants/mutants.ts'
import type { ChaosOptions } from './options.ts'
import { passed, tableOf } from './table.ts'

// Real processes, killed with SIGKILL while orders are on their way; `npm run chaos` does the same for as long as wanted.

const SMALL: Omit<ChaosOptions, 'database'> = { kills: 30, signals: 500, installations: 3, servers: 1, killsPerRound: 10, calmLimitMs: 300_000, resendAfterMs: 1000, seed: Math.floor(Math.random() * 2 ** 32) }
const LIMIT_MS = 900_000

test.each(['sqlite', 'postgres'] as const)('whatever is killed and when, nothing is lost, doubled or stuck (%s)', async (database) => {
  const report = await campaign({ ...SMALL, database })
  expect(report.findings, tableOf(report)).toEqual([])
  expect(passed(report)).toBe(true)
  expect(Object.values(report.tally.kills).reduce((sum, count) => sum + count, 0)).toBe(SMALL.kills)
  expect(report.tally.accepted).toBeGreaterThanOrEqual(SMALL.signals)
  expect(report.tally.orders).toBeGreaterThanOrEqual(report.tally.accepted / 2)
}, LIMIT_MS)

test('a program that sends again what got no answer is caught', async () => {
  expect(await control(mutantNamed('resends-unanswered'), { ...SMALL, killsPerRound: 5, database: 'sqlite' })).toMatchObject({ caught: true })
}, LIMIT_MS)

test('every mutant still fits the code that it breaks', () => {
  expect(MUTANTS.length).toBeGreaterThan(6)
  for (const mutant of MUTANTS) expect(brokenSources(mutant).size).toBeGreaterThan(0)
})
