import type { BrokenCode } from '../../mutants/break-code.ts'
import type { Focus } from '../world/faults.ts'
import { BOOKS } from './of-books.ts'
import { EXITS } from './of-exits.ts'
import { LANES } from './of-lanes.ts'
import { SENDING } from './of-sending.ts'
import { SERVERS } from './of-servers.ts'

/** A deliberately broken variant of the code, which the simulation has to catch. */
export interface Mutant extends BrokenCode {
  /** What goes wrong with it. */
  readonly breaks: string
  /** A seed that kills it. */
  readonly seed: number
  /** The worlds in which it is looked for; absent: any. */
  readonly focus?: Focus
  /** It dies in so few worlds that no seed is known now: only a long hunt (`--mutants --mutant NAME --seeds 30000`) looks for it. */
  readonly rare?: true
}

export const MUTANTS: readonly Mutant[] = [...SENDING, ...LANES, ...BOOKS, ...EXITS, ...SERVERS]

/** The mutant of that name. */
export function mutantNamed(name: string): Mutant {
  const mutant = MUTANTS.find((one) => one.name === name)
  if (mutant === undefined) throw new Error(`there is no mutant "${name}"`)
  return mutant
}
