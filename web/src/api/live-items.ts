import { replaceEqualDeep, useInfiniteQuery, useQueryClient, type InfiniteData } from '@tanstack/react-query'
import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { useLive } from '../shell/live.tsx'
import { call, type ApiError } from './client.ts'
import type { LiveEvent } from './events.ts'
import type { Order, Routes, Signal } from './schema.ts'

/** A list that is kept up to date without losing its place. */
export interface LiveItems<T> {
  /** Newest first; what has come since and was not taken in yet is not among them. */
  readonly items: readonly T[]
  /** How many wait to be taken in. */
  readonly waiting: number
  readonly takeIn: () => void
  readonly more: () => void
  readonly hasMore: boolean
  readonly loading: boolean
  /** Undefined until the first page is there. */
  readonly ready: boolean
  readonly error: ApiError | null
  readonly retry: () => void
}

interface Kinds { readonly 'GET /signals': Signal; readonly 'GET /orders': Order }
interface Page<T> { readonly items: readonly T[]; readonly next: string | null }

const PAGE = 100
/** However much happens, the newest are asked for so often. */
const EVERY_MS = 500
/** Pages that are asked for to close the gap after a stream broke off; beyond them the list begins anew. */
const MOST_PAGES = 5

const idOf = ({ type, data }: LiveEvent, route: keyof Kinds): string | null => {
  const id = route === 'GET /orders' ? (type === 'order' ? data['id'] : null) : type === 'signal' ? data['id'] : data['signalId']
  return typeof id === 'string' ? id : null
}

/** Signals or orders by a filter, live. */
export function useLiveItems<R extends keyof Kinds>(route: R, filter: NonNullable<Routes[R]['query']>): LiveItems<Kinds[R]> {
  type T = Kinds[R]
  const client = useQueryClient()
  const filterText = JSON.stringify(filter)
  const key = useMemo(() => ['live', route, filterText] as const, [route, filterText])
  const read = useCallback(async (cursor: string | undefined): Promise<Page<T>> => (
    call(route as 'GET /signals', { query: { ...JSON.parse(filterText) as object, limit: PAGE, ...(cursor === undefined ? {} : { cursor }) } }) as unknown as Promise<Page<T>>
  ), [route, filterText])
  const list = useInfiniteQuery<Page<T>, ApiError, InfiniteData<Page<T>, string | undefined>, typeof key, string | undefined>({
    queryKey: key, initialPageParam: undefined, queryFn: ({ pageParam }) => read(pageParam), getNextPageParam: (last) => last.next ?? undefined,
    staleTime: Infinity, gcTime: 0, refetchOnWindowFocus: false, structuralSharing: false,
  })
  const known = useMemo(() => list.data?.pages.flatMap((page) => page.items) ?? [], [list.data])
  const [fresh, setFresh] = useState<readonly T[]>([])

  // What is there already is replaced where it stands; what is new waits.
  const replace = useCallback((newer: ReadonlyMap<string, T>): void => {
    client.setQueryData<InfiniteData<Page<T>, string | undefined>>(key, (data) => data && {
      // What did not change stays the same object, so that only rows that differ are drawn anew.
      ...data, pages: data.pages.map((page) => (page.items.some(({ id }) => newer.has(id))
        ? { ...page, items: page.items.map((item) => replaceEqualDeep(item, newer.get(item.id) ?? item)) } : page)),
    })
  }, [client, key])
  const refresh = useRefresh(route, { read, known, replace, setFresh, restart: () => { void client.resetQueries({ queryKey: key }) } })
  useLive(useCallback((event: LiveEvent) => {
    if (event.type === 'reset') refresh(null)
    else if (event.type !== 'connection' && event.type !== 'notice') refresh(idOf(event, route))
  }, [refresh, route]))

  const takeIn = useCallback((): void => {
    setFresh((some) => {
      if (some.length === 0) return some
      client.setQueryData<InfiniteData<Page<T>, string | undefined>>(key, (data) => {
        const [first, ...rest] = data?.pages ?? []
        return data && first && { ...data, pages: [{ ...first, items: [...some, ...first.items] }, ...rest] }
      })
      return []
    })
  }, [client, key])
  const { fetchNextPage } = list
  const more = useCallback((): void => { void fetchNextPage() }, [fetchNextPage])
  return {
    items: known, waiting: fresh.length, takeIn, more, hasMore: list.hasNextPage, loading: list.isFetchingNextPage, ready: list.data !== undefined, error: list.error,
    retry: () => { void list.refetch() },
  }
}

/** Looks at the newest again, soon; and at those further down of which an event told. */
function useRefresh<T extends { readonly id: string }>(route: keyof Kinds, parts: {
  readonly read: (cursor: string | undefined) => Promise<Page<T>>; readonly known: readonly T[]; readonly replace: (newer: ReadonlyMap<string, T>) => void
  readonly setFresh: (change: (before: readonly T[]) => readonly T[]) => void; readonly restart: () => void
}): (id: string | null) => void {
  const latest = useRef(parts)
  useEffect(() => { latest.current = parts })
  const told = useRef(new Set<string>())
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined)
  useEffect(() => () => { clearTimeout(timer.current) }, [])
  return useCallback((id: string | null) => {
    if (id !== null) told.current.add(id)
    timer.current ??= setTimeout(() => {
      timer.current = undefined
      const ids = told.current
      told.current = new Set()
      look(route, latest.current, ids).catch(() => undefined) // the next event, or the next visit, looks again
    }, EVERY_MS)
  }, [route])
}

async function look<T extends { readonly id: string }>(route: keyof Kinds, { read, known, replace, setFresh, restart }: Parameters<typeof useRefresh<T>>[1], told: ReadonlySet<string>): Promise<void> {
  const had = new Set(known.map(({ id }) => id))
  const newest: T[] = []
  let cursor: string | undefined
  for (let pages = 0; ; pages += 1) {
    if (pages === MOST_PAGES) return restart()
    const page = await read(cursor)
    newest.push(...page.items)
    cursor = page.next ?? undefined
    if (cursor === undefined || page.items.some(({ id }) => had.has(id))) break
  }
  const newer = new Map(newest.map((item) => [item.id, item]))
  const further = [...told].filter((id) => had.has(id) && !newer.has(id)).slice(0, 20)
  for (const item of await Promise.all(further.map((id) => call(route === 'GET /orders' ? 'GET /orders/{id}' : 'GET /signals/{id}', { path: { id } })))) newer.set(item.id, item as unknown as T)
  replace(newer)
  setFresh(() => newest.filter(({ id }) => !had.has(id)))
}
