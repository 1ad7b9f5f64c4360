import type { EnvelopeRef } from '#contract'
import type { Connection } from '#model'

/** A connection in memory, with its envelope, which only the executor can open. */
export interface Linked {
  readonly connection: Connection
  readonly envelope: string
}

/** How the executor is told whose envelope it opens. */
export function envelopeRef(linked: Linked): EnvelopeRef {
  const { id, userId, exchange, market, rowVersion } = linked.connection
  return { connectionId: id, userId, exchange, market, rowVersion, envelope: linked.envelope }
}
