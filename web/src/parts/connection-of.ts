import { useApi } from '../api/queries.ts'
import type { Connection, Exchange } from '../api/schema.ts'

/** As the server tells; older ones do not say whether a connection is simulated. */
export type Known = Connection & { readonly simulated?: boolean }
const ALL = { query: { limit: 200 } } as const

/** All connections of the person, so many as one answer holds; asked once, whoever looks. */
export const useConnections = () => useApi('GET /connections', ALL)

/** One of them, in whichever list it stands; undefined: not known, or not yet. */
export function useConnection(id: string | null): Known | undefined {
  const all = useConnections()
  const listed = all.data?.items.find((one) => one.id === id)
  const alone = useApi('GET /connections/{id}', { path: { id: id ?? '' } }, { enabled: id !== null && all.data !== undefined && listed === undefined })
  return listed ?? (id === null ? undefined : alone.data)
}

/** Whose orders move no real money: the connection says so, or its exchange is a simulator of this installation. */
interface Place { readonly exchange: string; readonly simulated?: boolean }

export const isSimulated = ({ exchange, simulated }: Place, exchanges: readonly Pick<Exchange, 'id' | 'practice'>[]): boolean => (
  simulated ?? exchanges.some(({ id, practice }) => id === exchange && practice))

/** Answers of something that trades, an order or a bot, whether it moves simulated money. */
export function useSimulated(): (one: { readonly connectionId: string | null; readonly exchange: string }) => boolean {
  const connections: readonly Known[] = useConnections().data?.items ?? []
  const exchanges = useApi('GET /exchanges').data?.items ?? []
  return ({ connectionId, exchange }) => isSimulated(connections.find(({ id }) => id === connectionId) ?? { exchange }, exchanges)
}

/**
 * What to say on every page about simulated money. `all`: nothing here is real. `some`: these alone are simulated. Null:
 * everything is real, or nothing is connected yet and both may be. `more`: there are connections that are not listed.
 */
export function practiceNote(
  connections: readonly (Place & { readonly name: string })[], more: boolean, exchanges: readonly Pick<Exchange, 'id' | 'practice'>[],
): { readonly kind: 'all' } | { readonly kind: 'some'; readonly names: readonly string[] } | null {
  if (connections.length === 0) return exchanges.length > 0 && exchanges.every(({ practice }) => practice) ? { kind: 'all' } : null
  const names = connections.filter((one) => isSimulated(one, exchanges)).map(({ name }) => name)
  if (names.length === 0) return null
  return names.length === connections.length && !more ? { kind: 'all' } : { kind: 'some', names }
}
