import {
  keepPreviousData, QueryClient, useInfiniteQuery, useMutation, useQuery, useQueryClient, type UseMutationResult, type UseQueryResult,
} from '@tanstack/react-query'
import { ApiError, call, type Answer, type Arguments, type Extras, type Given, type Route } from './client.ts'

export type GetRoute = Extract<Route, `GET ${string}`>

/** What is known of the server's answers; asked anew when an event says that it changed. */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 15_000, refetchOnWindowFocus: true,
      retry: (times, error) => times < 2 && error instanceof ApiError && (error.status === 0 || error.status >= 500),
    },
  },
})

type Options = { readonly enabled?: boolean; readonly refetchInterval?: number; readonly keep?: boolean }

/** Reads a route; the same route with the same parameters is asked once, whoever looks. `keep`: shows the last answer until the next is here. */
export function useApi<R extends GetRoute>(route: R, given?: Given<R>, { enabled = true, refetchInterval, keep = false }: Options = {}): UseQueryResult<Answer<R>, ApiError> {
  const read = useQuery<unknown, ApiError>({
    queryKey: [route, given ?? null], enabled,
    queryFn: ({ signal }) => call(route, ...([{ ...given, signal }] as unknown as Arguments<R>)),
    ...(refetchInterval === undefined ? {} : { refetchInterval }), ...(keep ? { placeholderData: keepPreviousData } : {}),
  })
  // The key names the route, so that what stands under it is that route's answer.
  return read as UseQueryResult<Answer<R>, ApiError>
}

interface Page<T> { items: T[]; next: string | null }
type ListRoute = { [R in GetRoute]: Answer<R> extends Page<unknown> ? R : never }[GetRoute]

/** A list, page by page, newest first. */
export function useList<R extends ListRoute>(route: R, given?: Given<R>) {
  const list = useInfiniteQuery<Answer<R>, ApiError>({
    queryKey: [route, given ?? null, 'pages'], initialPageParam: undefined as unknown,
    queryFn: ({ signal, pageParam }) => {
      const { query } = (given ?? {}) as { query?: object }
      return call(route, ...([{ ...given, query: { ...query, cursor: pageParam }, signal }] as unknown as Arguments<R>))
    },
    getNextPageParam: (last) => last.next ?? undefined,
  })
  return { ...list, items: list.data?.pages.flatMap((page): unknown[] => page.items) as Answer<R>['items'] | undefined }
}

/** Changes something by a route; afterwards what is known of the named routes is asked anew. */
export function useChange<R extends Route>(route: R, { touches = [], done }: {
  readonly touches?: readonly string[]
  readonly done?: (answer: Answer<R>) => void | Promise<void>
} = {}): UseMutationResult<Answer<R>, ApiError, Given<R> & Extras> {
  const client = useQueryClient()
  return useMutation<Answer<R>, ApiError, Given<R> & Extras>({
    mutationFn: (given) => call(route, ...([given] as unknown as Arguments<R>)),
    onSuccess: async (answer) => {
      const fresh = touch(client, touches)
      await done?.(answer)
      await fresh
    },
  })
}

/** What is known of routes that begin so is out of date. */
export const touch = (client: QueryClient, routes: readonly string[]): Promise<void> => client.invalidateQueries({
  predicate: ({ queryKey: [route] }) => routes.some((begin) => typeof route === 'string' && (route === `GET ${begin}` || route.startsWith(`GET ${begin}/`) || route.startsWith(`GET ${begin}?`))),
})
