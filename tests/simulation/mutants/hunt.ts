import { runCampaign } from '../campaign.ts'
import type { Mutant } from './mutants.ts'

/** What killed a mutant: the seed, and what the judge said; null: it lived through all of them. */
export interface Kill { readonly seed: number; readonly violation: string }

/** Runs seeds on a mutant until the simulation catches it. */
export async function hunt({ name }: Mutant, from: number, seeds: number): Promise<Kill | null> {
  const { failures } = await runCampaign({ from, seeds, workers: 1, untilMs: null, trace: false, mutant: name, untilFailure: true })
  const [first] = failures
  return first === undefined ? null : { seed: first.seed, violation: first.violation }
}
