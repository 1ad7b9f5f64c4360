import { rmSync } from 'node:fs'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { brokenSources } from '../mutants/break-code.ts'
import { campaign, type Report } from './campaign.ts'
import { MUTANTS, type Mutant } from './mutants/mutants.ts'
import type { ChaosOptions } from './options.ts'
import { passed } from './table.ts'

/** Whether the campaign noticed that the program was broken, and by what. */
export interface Control { readonly mutant: Mutant; readonly caught: boolean; readonly by: string; readonly durationMs: number; readonly cutShort: boolean }

const ENTER = path.join(import.meta.dirname, 'mutants', 'enter.ts')

/** The mutant of that name. */
export function mutantNamed(name: string): Mutant {
  const mutant = MUTANTS.find((one) => one.name === name)
  if (mutant === undefined) throw new Error(`there is no mutant "${name}"; there are ${MUTANTS.map((one) => one.name).join(', ')}`)
  return mutant
}

/** Runs the campaign against a broken program until something is found, at most for as long as it would take. `enough` cuts it short. */
export async function control(mutant: Mutant, options: ChaosOptions, { watch = () => undefined, enough }: {
  readonly watch?: (report: Report['tally']) => void; readonly enough?: AbortSignal
} = {}): Promise<Control> {
  brokenSources(mutant) // one that no longer fits is not caught, it is out of date
  const began = performance.now()
  let kills = 0
  const look = (tally: Report['tally']): void => {
    kills = Object.values(tally.kills).reduce((sum, count) => sum + count, 0)
    watch(tally)
  }
  const env = { NODE_OPTIONS: `--disable-warning=ExperimentalWarning --import=${pathToFileURL(ENTER).href}`, CHAOS_MUTANT: mutant.name }
  const end = (caught: boolean, by: string): Control => ({ mutant, caught, by, durationMs: performance.now() - began, cutShort: enough?.aborted === true })
  let report: Report
  try {
    report = await campaign({ ...options, database: mutant.database ?? options.database, untilFound: true }, { env, watch: look, enough })
  } catch (error) {
    if (kills === 0) throw error
    return end(true, `it does not come back: ${(error as Error).message}`) // loud enough: it ended itself at every start
  }
  const [first] = report.findings
  for (const { folder } of report.findings) rmSync(folder, { recursive: true, force: true }) // nothing that has to be looked into
  return end(!passed(report), first === undefined ? 'nothing was found' : `${first.kind}: ${first.text}`)
}
