import {
  keepPreviousData, QueryClient, useInfiniteQuery, useMutation, useQuery, useQueryClient, type UseMutationResult, type UseQueryResult,
} from '@tanstack/react-query'
import { useCallback, useRef, useState } from 'react'
import { ApiError, call, newKey, type Answer, type Arguments, type Given, type Route } from './client.ts'
import { common as t } from '../texts/common.ts'
import { WishKeys } from './wish-keys.ts'

export type GetRoute = Extract<Route, `GET ${string}`>

/** What is known of the server's answers; asked anew when an event says that it changed. */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 15_000, refetchOnWindowFocus: true,
      retry: (times, error) => times < 2 && error instanceof ApiError && (error.status === 0 || error.status >= 500),
    },
    // What was wished for while offline fails at once: kept until the line is back it would trade at another time's price.
    mutations: { networkMode: 'always' },
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

/** `mutate` and `mutateAsync` do nothing more while one is under way; the latter answers what that one does. */
type Change<R extends Route> = Omit<UseMutationResult<Answer<R>, ApiError, Given<R>>, 'mutate' | 'mutateAsync'> & {
  readonly mutate: (given: Given<R>) => void
  readonly mutateAsync: (given: Given<R>) => Promise<Answer<R>>
}

/**
 * Changes something by a route; afterwards what is known of the named routes is asked anew. Whatever a form sends it sends
 * once: one change at a time, and every POST with a key that stays the same while its answer is missing.
 */
export function useChange<R extends Route>(route: R, { touches = [], done }: {
  readonly touches?: readonly string[]
  readonly done?: (answer: Answer<R>) => void | Promise<void>
} = {}): Change<R> {
  const client = useQueryClient()
  const [keys] = useState(() => new WishKeys(newKey, Date.now))
  const underWay = useRef<Promise<Answer<R>> | null>(null)
  const change = useMutation<Answer<R>, ApiError, Given<R>>({
    mutationFn: async (given) => {
      if (!route.startsWith('POST ')) return call(route, ...([given] as unknown as Arguments<R>))
      const answer = await call(route, ...([{ ...given, idempotencyKey: keys.keyOf(given) }] as unknown as Arguments<R>)).catch(perhapsDone)
      keys.answered(given)
      return answer
    },
    onSuccess: async (answer) => {
      const fresh = touch(client, touches)
      await done?.(answer)
      await fresh
    },
  })
  // A press of the button is there before the page shows that one was: it must not wait for React.
  const { mutateAsync: send } = change
  const mutateAsync = useCallback((given: Given<R>) => {
    underWay.current ??= send(given).finally(() => { underWay.current = null })
    return underWay.current
  }, [send])
  const mutate = useCallback((given: Given<R>) => { mutateAsync(given).catch(() => undefined) }, [mutateAsync])
  return { ...change, mutate, mutateAsync }
}

/** Throws it on; where no answer came it says what that means. */
function perhapsDone(error: unknown): never {
  if (error instanceof ApiError && error.status === 0) throw new ApiError(error.code, 0, `${error.message} ${t.perhapsDone}`)
  throw error
}

/** What is known of routes that begin so is out of date. */
export const touch = (client: QueryClient, routes: readonly string[]): Promise<void> => client.invalidateQueries({
  predicate: ({ queryKey: [route] }) => routes.some((begin) => typeof route === 'string' && (route === `GET ${begin}` || route.startsWith(`GET ${begin}/`) || route.startsWith(`GET ${begin}?`))),
})
