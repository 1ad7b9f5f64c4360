/** A deliberately broken variant of the code, which the simulation has to catch. */
export interface Mutant {
  readonly name: string
  /** What goes wrong with it. */
  readonly breaks: string
  /** A seed that kills it. */
  readonly seed: number
  readonly changes: readonly { readonly file: string; readonly find: string; readonly put: string }[]
}

export const MUTANTS: readonly Mutant[] = [
  {
    name: 'resends after a time-out', breaks: 'an order that got no answer is sent anew without looking', seed: 1,
    changes: [{
      file: 'src/execution/submit.ts',
      find: 'return settleUncertain(context, lane, linked, await take(context, lane, uncertain))',
      put: "return { kind: 'absent', tracked: await take(context, lane, uncertain), why: outcome.reason, code: 'timeout', retryAfterMs: 0 }",
    }],
  },
]
