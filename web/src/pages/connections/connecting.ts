import { useQueryClient } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import { ApiError, call, newKey } from '../../api/client.ts'
import { touch } from '../../api/queries.ts'
import type { Connection, Exchange } from '../../api/schema.ts'
import { connections as t } from '../../texts/connections.ts'
import { BrokenTest, knownOf, type Known } from './broken-test.ts'
import type { Check } from './check-list.tsx'
import { allChecks, foundBy, testKey } from './testing.ts'

export interface Wanted {
  readonly exchange: Exchange
  readonly market: Connection['market']
  readonly name: string
  readonly consent: boolean
}
type Credentials = Readonly<Record<string, string>>

/**
 * Connects a key: it is sealed here, in the browser, and only what nobody but the executor can open is sent. Each check is
 * shown when the executor knows it. Nothing of the key is kept, whatever comes of it. `broken`: the line to the server broke
 * while the key was tested, and this is what is known since. `connect` takes one key at a time, as `take` gives it; null
 * where one is under way already. What is sealed never looks the same twice: the server itself knows a key that it has.
 */
export function useConnecting() {
  const client = useQueryClient()
  const [checks, setChecks] = useState<readonly Check[] | null>(null)
  const [error, setError] = useState<ApiError | null>(null)
  const [broken, setBroken] = useState<Known | null>(null)
  const [busy, setBusy] = useState(false)
  const underWay = useRef(false)

  const connect = async ({ exchange, market, name, consent }: Wanted, take: () => Promise<Credentials>): Promise<Connection | null> => {
    if (underWay.current) return null
    underWay.current = true
    const show = (found: readonly Check[]): void => { setChecks([SEALED, ...found]) }
    setBusy(true)
    setError(null)
    setBroken(null)
    setChecks([{ name: 'sealed', result: 'running', detail: '' }, ...allChecks(new Map(), null)])
    try {
      const [{ sealCredentials }, key, me, credentials] = await Promise.all([import('#vault/seal'), call('GET /sealing-key'), call('GET /me'), take()])
      const sealed = await sealCredentials(key, { userId: me.id, exchange: exchange.id, market }, credentials)
      const body = { exchange: exchange.id, market, sealed, ...(name.trim() === '' ? {} : { name: name.trim() }), ...(consent ? { consent } : {}) }
      const made = await testKey('POST /connections', { body, idempotencyKey: newKey() }, show)
      await touch(client, TOUCHED)
      return made
    } catch (caught) {
      if (!(caught instanceof ApiError)) throw caught
      if (caught instanceof BrokenTest) {
        const made = await knownOf(caught.id, caught.since, setBroken)
        await touch(client, TOUCHED)
        return made
      }
      const found = foundBy(caught)
      if (found === null) setChecks(null)
      else show(found)
      setError(caught)
      return null
    } finally {
      underWay.current = false
      setBusy(false)
    }
  }
  return { connect, checks, error, broken, busy }
}

const TOUCHED = ['/connections', '/attention', '/stats']
const SEALED: Check = { name: t.checks.sealed, result: 'pass', detail: t.checks.sealedDetail }
