/** What a freeze stops: one connection's orders, one user's, or everybody's. */
export const FREEZE_SCOPES = ['connection', 'user', 'all'] as const
export type FreezeScope = (typeof FREEZE_SCOPES)[number]

/** `entries`: nothing is opened, closes go through. `all`: no order goes through, a close neither. */
export const FREEZE_MODES = ['entries', 'all'] as const
export type FreezeMode = (typeof FREEZE_MODES)[number]

/** A stop that holds until it is lifted by an explicit thaw. */
export interface Freeze {
  readonly scope: FreezeScope
  /** The connection's or the user's; null with `all`. */
  readonly id: string | null
  readonly mode: FreezeMode
  /** For people, one line. */
  readonly reason: string
  /** Epoch ms. */
  readonly at: number
  /** The user who asked for it; null: the executor itself. */
  readonly by: string | null
}

/** What names a freeze: there is one for each scope and id. */
export const freezeKey = (scope: FreezeScope, id: string | null): string => (scope === 'all' ? 'all' : `${scope}:${id ?? ''}`)

/** The freeze that holds for orders of a connection: the strongest of its own, its user's and everybody's. */
export function freezeOn(freezes: ReadonlyMap<string, Freeze>, connectionId: string, userId: string): Freeze | null {
  if (freezes.size === 0) return null
  let strongest: Freeze | null = null
  for (const key of ['all', `user:${userId}`, `connection:${connectionId}`]) {
    const freeze = freezes.get(key)
    if (freeze !== undefined && (strongest === null || (strongest.mode === 'entries' && freeze.mode === 'all'))) strongest = freeze
  }
  return strongest
}
