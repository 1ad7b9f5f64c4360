import type { QueryClient } from '@tanstack/react-query'
import { touch } from './queries.ts'

/** What the server tells as it happens; `data` is as `GET /events` describes it. */
export interface LiveEvent {
  readonly type: (typeof TYPES)[number]
  readonly data: Readonly<Record<string, unknown>>
}
export type StreamState = 'connecting' | 'live' | 'broken'

const TYPES = ['signal', 'decision', 'order', 'connection', 'notice', 'reset'] as const
/** What each event makes out of date. */
const TOUCHED: Readonly<Record<LiveEvent['type'], readonly string[]>> = {
  signal: ['/signals', '/stats'],
  decision: ['/signals', '/stats'],
  order: ['/orders', '/signals', '/bots', '/positions', '/stats', '/attention'],
  connection: ['/connections', '/attention', '/freezes'],
  notice: ['/attention', '/findings', '/freezes', '/connections'],
  reset: ['/signals', '/orders', '/bots', '/webhooks', '/positions', '/stats', '/attention', '/connections', '/freezes', '/findings'],
}
/** Many events at once ask once; figures over days can wait longer. */
const SOON_MS = 400
const LATER_MS = 4000
const AGAIN_MS = 3000

/**
 * Listens to the server while somebody is signed in: keeps what is known up to date, and tells listeners each event. A
 * stream that broke off goes on where it ended; the server keeps what was missed for a day.
 */
export class LiveStream {
  readonly #client: QueryClient
  readonly #listeners = new Set<(event: LiveEvent) => void>()
  readonly #watchers = new Set<() => void>()
  readonly #dirty = new Set<string>()
  #source: EventSource | null = null
  #lastId = ''
  #soon: ReturnType<typeof setTimeout> | undefined
  #later: ReturnType<typeof setTimeout> | undefined
  #again: ReturnType<typeof setTimeout> | undefined
  state: StreamState = 'connecting'

  constructor(client: QueryClient) {
    this.#client = client
  }

  open(): void {
    const source = new EventSource(`/api/v1/events${this.#lastId === '' ? '' : `?lastEventId=${encodeURIComponent(this.#lastId)}`}`)
    this.#source = source
    source.onopen = () => {
      // Nothing had come yet, so that nobody can say since when something was missed: everything is asked anew.
      if (this.state === 'broken' && this.#lastId === '') this.#take({ type: 'reset', data: {} })
      this.#become('live')
    }
    source.onerror = () => {
      this.#become('broken')
      // The browser tries again by itself, but not where the server refused: perhaps the session has ended.
      if (source.readyState !== EventSource.CLOSED) return
      void this.#client.invalidateQueries({ queryKey: ['GET /session'] })
      this.#again = setTimeout(() => { this.open() }, AGAIN_MS)
    }
    for (const type of TYPES) {
      source.addEventListener(type, ({ data, lastEventId }: MessageEvent<string>) => {
        this.#lastId = lastEventId
        this.#take({ type, data: JSON.parse(data) as LiveEvent['data'] })
      })
    }
  }

  close(): void {
    this.#source?.close()
    for (const timer of [this.#soon, this.#later, this.#again]) clearTimeout(timer)
    this.#soon = undefined
    this.#later = undefined
  }

  /** Each event as it comes; answers how to stop. */
  listen(listener: (event: LiveEvent) => void): () => void {
    this.#listeners.add(listener)
    return () => { this.#listeners.delete(listener) }
  }

  /** For React: told when `state` changes. */
  readonly watch = (watcher: () => void): (() => void) => {
    this.#watchers.add(watcher)
    return () => { this.#watchers.delete(watcher) }
  }

  #take(event: LiveEvent): void {
    for (const route of TOUCHED[event.type]) this.#dirty.add(route)
    this.#soon ??= setTimeout(() => {
      this.#soon = undefined
      this.#refresh((route) => route !== '/stats')
    }, SOON_MS)
    this.#later ??= setTimeout(() => {
      this.#later = undefined
      this.#refresh(() => true)
    }, LATER_MS)
    for (const listener of this.#listeners) listener(event)
  }

  #refresh(which: (route: string) => boolean): void {
    const routes = [...this.#dirty].filter(which)
    for (const route of routes) this.#dirty.delete(route)
    if (routes.length > 0) void touch(this.#client, routes)
  }

  #become(state: StreamState): void {
    this.state = state
    for (const watcher of this.#watchers) watcher()
  }
}
