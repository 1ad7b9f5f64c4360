import { BOOKS } from './of-books.ts'
import { LANES } from './of-lanes.ts'
import { SENDING } from './of-sending.ts'

/** A deliberately broken variant of the code, which the simulation has to catch. */
export interface Mutant {
  readonly name: string
  /** What goes wrong with it. */
  readonly breaks: string
  /** A seed that kills it. */
  readonly seed: number
  readonly changes: readonly Change[]
}

/** A snippet of a source file, which must stand there exactly once, and what stands there instead. */
export interface Change { readonly file: string; readonly find: string; readonly put: string }

export const MUTANTS: readonly Mutant[] = [...SENDING, ...LANES, ...BOOKS]
