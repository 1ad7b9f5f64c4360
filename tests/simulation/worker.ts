import { breakCode } from '../mutants/break-code.ts'
import { mutantNamed } from './mutants/mutants.ts'
import type { Outcome } from './run-seed.ts'

// Runs the seeds that its parent names. It breaks the code first, where a mutant is asked for: before any of it is loaded.

export interface ToWorker { readonly from: number; readonly count: number }
export type Ran = Outcome & { readonly repeated: boolean }
export type FromWorker = { readonly kind: 'ready' } | { readonly kind: 'ran'; readonly outcomes: readonly Ran[]; readonly cpuMs: number }

/** Every seed that is a multiple of this runs twice: the events must be the same. */
const REPEAT_EVERY = 25

const { trace, mutant } = JSON.parse(process.argv[2] ?? '{}') as { trace: boolean; mutant: string | null }
const broken = mutant === null ? null : mutantNamed(mutant)
if (broken !== null) breakCode(broken)
const { runSeed } = await import('./run-seed.ts')
const print = trace ? (line: string): void => { process.stdout.write(`${line}\n`) } : null

async function run(seed: number): Promise<Ran> {
  const outcome = await runSeed(seed, print, broken?.focus)
  if (seed % REPEAT_EVERY !== 0) return { ...outcome, repeated: false }
  const again = await runSeed(seed, null, broken?.focus)
  if (again.hash === outcome.hash) return { ...outcome, repeated: true }
  return { ...outcome, repeated: true, violation: outcome.violation ?? `it is not the same twice: ${outcome.hash}, then ${again.hash}` }
}

async function runAll({ from, count }: ToWorker): Promise<void> {
  const outcomes: Ran[] = []
  const before = process.cpuUsage()
  for (let seed = from; seed < from + count; seed += 1) {
    const { lastEvents, ...ran } = await run(seed)
    outcomes.push({ ...ran, lastEvents: ran.violation === null ? [] : lastEvents })
  }
  const { user, system } = process.cpuUsage(before)
  tell({ kind: 'ran', outcomes, cpuMs: (user + system) / 1000 })
}

function tell(message: FromWorker): void { process.send?.(message) }

process.on('message', (message: ToWorker) => {
  runAll(message).catch((error: unknown) => { process.stderr.write(`${String(error)}\n`); process.exit(1) })
})
// What a dead server of some world still holds on to must not keep this process alive.
process.on('disconnect', () => { process.exit(0) })
tell({ kind: 'ready' })
