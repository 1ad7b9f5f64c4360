import { expect, test } from 'vitest'
import { runCampaign, type Report } from './campaign.ts'
import { MISHAPS } from './world/mishaps.ts'

const workers = 2
const run = (from: number, seeds: number): Promise<Report> => runCampaign({ from, seeds, workers, untilMs: null, trace: false, mutant: null })
const shown = ({ failures }: Report): string => failures.map(({ seed, violation, lastEvents }) => (
  `seed ${seed}: ${violation}\n${lastEvents.join('\n')}\nnpm run simulate -- --seeds 1 --seed ${seed} --trace`
)).join('\n\n')

test('nothing is lost, doubled or stuck in the worlds of a fixed set of seeds', async () => {
  const report = await run(1, 600)
  expect(shown(report)).toBe('')
  expect(report.done).toBe(600)
  expect(report.repeated).toBe(24)
  // Worlds in which nothing happens prove nothing.
  expect(report.orders).toBeGreaterThan(2000)
  expect(report.lives).toBeGreaterThan(1000)
  for (const mishap of MISHAPS) expect(report.mishaps[mishap] ?? 0, mishap).toBeGreaterThan(3)
}, 300_000)

test('nor in worlds that nobody has seen before', async () => {
  const from = Math.floor(Math.random() * 1_000_000_000)
  process.stdout.write(`simulation: fresh seeds from ${from}\n`)
  const report = await run(from, 600)
  expect(shown(report)).toBe('')
  expect(report.done).toBe(600)
}, 300_000)

test('a seed writes the same events in every process', async () => {
  const [one, two] = [await run(100, 1), await run(100, 1)]
  expect(one.hashes).toEqual(two.hashes)
  expect(one.hashes).not.toEqual((await run(101, 1)).hashes)
}, 60_000)
