import { Client, type ClientConfig } from 'pg'
import type { Clock } from '#clock'

/** The channel on which PostgreSQL tells of commits; the payload is the server that made it. */
export const CHANNEL = 'towerflow_feed'
const RECONNECT_MS = [100, 500, 1000, 2000] as const

/**
 * Listens on a connection of its own, made anew whenever it breaks; after each new one `onNotice` is called, for what was
 * missed. Notices of `origin`, our own, are left out.
 */
export function listenForCommits(
  config: ClientConfig, clock: Clock, origin: string, onNotice: () => void,
): { heard(): boolean; end(): Promise<void> } {
  let current: Client | null = null
  let hears = false
  let ended = false
  let failures = 0
  let stopRetry: () => void = () => undefined
  const again = (): void => {
    hears = false
    current = null
    if (ended) return
    const wait = RECONNECT_MS[Math.min(failures, RECONNECT_MS.length - 1)] ?? 2000
    failures += 1
    stopRetry = clock.after(wait, () => { void begin() })
  }
  const begin = async (): Promise<void> => {
    const client = new Client(config)
    current = client
    let over = false
    const lost = (): void => {
      if (over) return
      over = true
      client.end().catch(() => undefined) // it is broken already
      again()
    }
    client.on('error', lost)
    client.on('end', lost)
    client.on('notification', ({ payload }) => { if (payload !== origin) onNotice() })
    try {
      await client.connect()
      await client.query(`listen ${CHANNEL}`)
    } catch {
      lost() // whoever needs the database meets the same trouble and says so
      return
    }
    if (ended) {
      lost()
      return
    }
    failures = 0
    hears = true
    onNotice()
  }
  void begin()
  return {
    heard: () => hears,
    end: async () => {
      ended = true
      stopRetry()
      const client = current
      // One that is still connecting is ended when it is: waiting for that could take its whole time limit.
      if (client !== null && hears) await client.end().catch(() => undefined)
    },
  }
}
