import { useApi } from '../api/queries.ts'
import type { Connection, Exchange } from '../api/schema.ts'

const ALL = { query: { limit: 200 } } as const

/** All connections of the person, so many as one answer holds; asked once, whoever looks. */
export const useConnections = () => useApi('GET /connections', ALL)

/** One of them, in whichever list it stands; undefined: not known, or not yet. */
export function useConnection(id: string | null): Connection | undefined {
  const all = useConnections()
  const listed = all.data?.items.find((one) => one.id === id)
  const alone = useApi(
    'GET /connections/{id}',
    { path: { id: id ?? '' } },
    { enabled: id !== null && all.data !== undefined && listed === undefined },
  )
  return listed ?? (id === null ? undefined : alone.data)
}

/**
 * Answers of something that trades, an order or a bot, whether it moves simulated money: its connection says
 * so, or, where that is gone, its exchange.
 */
export function useSimulated(): (one: {
  readonly connectionId: string | null
  readonly exchange: string
}) => boolean {
  const connections = useConnections().data?.items ?? []
  const exchanges = useApi('GET /exchanges').data?.items ?? []
  return ({ connectionId, exchange }) =>
    (connections.find(({ id }) => id === connectionId) ?? exchanges.find(({ id }) => id === exchange))
      ?.simulated ?? false
}

/**
 * What to say on every page about simulated money. `all`: nothing here is real. `some`: these alone are
 * simulated. Null: everything is real, or nothing is connected yet and both may be. `more`: there are
 * connections that are not listed.
 */
export function practiceNote(
  connections: readonly Pick<Connection, 'name' | 'simulated'>[],
  more: boolean,
  exchanges: readonly Pick<Exchange, 'simulated'>[],
): { readonly kind: 'all' } | { readonly kind: 'some'; readonly names: readonly string[] } | null {
  if (connections.length === 0)
    return exchanges.length > 0 && exchanges.every(({ simulated }) => simulated) ? { kind: 'all' } : null
  const names = connections.filter(({ simulated }) => simulated).map(({ name }) => name)
  if (names.length === 0) return null
  return names.length === connections.length && !more ? { kind: 'all' } : { kind: 'some', names }
}
