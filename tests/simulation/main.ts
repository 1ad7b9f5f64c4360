// Runs simulated worlds: `npm run simulate -- --seeds N [--seed S] [--minutes M] [--workers N] [--json]`. A seed that fails is
// printed with the rule that was broken and its last events; `--seed S --seeds 1 --trace` shows all of them.
import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { runCampaign, type Report } from './campaign.ts'
import { hunt } from './mutants/hunt.ts'
import { MUTANTS } from './mutants/mutants.ts'

const { values: options } = parseArgs({
  options: {
    seeds: { type: 'string' }, seed: { type: 'string' }, minutes: { type: 'string' }, workers: { type: 'string' }, json: { type: 'boolean', default: false },
    trace: { type: 'boolean', default: false }, mutant: { type: 'string' }, mutants: { type: 'boolean', default: false },
  },
})

/** Seeds that a run without a wish gets, and the failures after which it is clear. */
const SEEDS = 1000
const SHOWN = 3
/** Seeds are drawn below this: short enough to be typed. */
const LARGEST_SEED = 1_000_000_000

const number = (name: 'seeds' | 'seed' | 'minutes' | 'workers'): number | undefined => {
  const given = options[name]
  if (given === undefined) return undefined
  const value = Number(given)
  if (!Number.isFinite(value) || value < 0 || given.trim() === '') throw new Error(`--${name} must be a number of 0 or more, not ${given}`)
  return value
}

if (options.mutants) {
  let alive = 0
  for (const mutant of MUTANTS.filter(({ name }) => name.includes(options.mutant ?? ''))) {
    const kill = await hunt(mutant, number('seed') ?? 1, number('seeds') ?? SEEDS)
    if (kill === null) alive += 1
    process.stdout.write(`${mutant.name.padEnd(48)} ${kill === null ? 'LIVES' : `${String(kill.seed).padStart(5)}  ${kill.violation.split('\n')[0] ?? ''}`}\n`)
  }
  process.exit(alive > 0 ? 1 : 0)
}

const say = (text: string): void => { if (!options.json) process.stdout.write(`${text}\n`) }
const minutes = number('minutes')
const from = number('seed') ?? Math.floor(Math.random() * LARGEST_SEED)
const seeds = number('seeds') ?? (minutes !== undefined ? Infinity : SEEDS)
const workers = options.trace ? 1 : number('workers') ?? availableParallelism()
say(`${seeds === Infinity ? 'worlds' : `${seeds} worlds`} from seed ${from}${minutes === undefined ? '' : `, for ${minutes} minutes`}, on ${workers} processes`)

const report = await runCampaign({
  from, seeds, workers, trace: options.trace, untilMs: minutes === undefined ? null : minutes * 60_000, mutant: options.mutant ?? null,
  onProgress: (done, failed, perMinute) => { if (process.stdout.isTTY) process.stdout.write(`\r${done} done, ${failed} failed, ${Math.round(perMinute)} a minute  `) },
})
if (options.json) process.stdout.write(`${JSON.stringify({ from, ...report })}\n`)
else print(report)
process.exitCode = report.failures.length > 0 ? 1 : 0

function print({ done, repeated, failures, perMinute, perCpuMinute, orders, signals, lives, virtualHours, mishaps }: Report): void {
  for (const { seed, violation, lastEvents } of failures.slice(0, SHOWN)) {
    say(`\nseed ${seed}: ${violation}\n${lastEvents.map((line) => `  ${line}`).join('\n')}`)
  }
  if (failures.length > SHOWN) say(`\nand ${failures.length - SHOWN} more: ${failures.slice(SHOWN, 30).map(({ seed }) => seed).join(' ')}`)
  say(`\n${done} worlds, ${failures.length} failed; ${signals} signals, ${orders} orders at the exchanges, ${lives} lives of the server, ${virtualHours.toFixed(1)} h of virtual time`)
  say(`${repeated} of them ran twice and wrote the same events; ${Math.round(perMinute)} seeds a minute, ${Math.round(perCpuMinute)} in a minute of one core`)
  say(`worlds with mishaps: ${Object.entries(mishaps).map(([name, count]) => `${name} ${count}`).join(', ')}`)
  const [first] = failures
  if (first !== undefined) say(`replay with: npm run simulate -- --seeds 1 --seed ${first.seed} --trace`)
}
