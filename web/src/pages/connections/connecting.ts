import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { ApiError, call, follow } from '../../api/client.ts'
import { touch } from '../../api/queries.ts'
import type { Connection, Exchange } from '../../api/schema.ts'
import { connections as t } from '../../texts/connections.ts'
import { knownOf, type Known } from './broken-test.ts'
import type { Check } from './check-list.tsx'

export interface Wanted {
  readonly exchange: Exchange
  readonly market: Connection['market']
  readonly name: string
  readonly consent: boolean
}
type Credentials = Readonly<Record<string, string>>
type Found = Connection['checks'][number]

/** In the order in which they are shown. */
const CHECKS = ['reached', 'signature', 'live_account', 'market', 'rights', 'withdrawal_off', 'ip_binding', 'expiry']

/**
 * Connects a key: it is sealed here, in the browser, and only what nobody but the executor can open is sent. Each check is
 * shown when the executor knows it. Nothing of the key is kept, whatever comes of it. `broken`: the line to the server broke
 * while the key was tested, and this is what is known since.
 */
export function useConnecting() {
  const client = useQueryClient()
  const [checks, setChecks] = useState<readonly Check[] | null>(null)
  const [error, setError] = useState<ApiError | null>(null)
  const [broken, setBroken] = useState<Known | null>(null)
  const [busy, setBusy] = useState(false)

  const connect = async ({ exchange, market, name, consent }: Wanted, credentials: Credentials): Promise<Connection | null> => {
    const known = new Map<string, Found>()
    let begun = null as { readonly id: string; readonly at: number } | null
    setBusy(true)
    setError(null)
    setBroken(null)
    setChecks([{ name: 'sealed', result: 'running', detail: '' }, ...open(known, null)])
    try {
      const [{ sealCredentials }, key, me] = await Promise.all([import('#vault/seal'), call('GET /sealing-key'), call('GET /me')])
      const sealed = await sealCredentials(key, { userId: me.id, exchange: exchange.id, market }, credentials)
      setChecks([SEALED, ...open(known, 'running')])
      const body = { exchange: exchange.id, market, sealed, ...(name.trim() === '' ? {} : { name: name.trim() }), ...(consent ? { consent } : {}) }
      const made = await follow('POST /connections', { body }, (line) => {
        if ('begun' in line) begun = { ...line.begun, at: performance.now() }
        if (!('check' in line)) return
        known.set(line.check.name, line.check)
        setChecks([SEALED, ...open(known, 'running')])
      })
      setChecks([SEALED, ...made.checks])
      await touch(client, TOUCHED)
      return made
    } catch (caught) {
      if (!(caught instanceof ApiError)) throw caught
      if (begun !== null && (caught.code === 'unreachable' || caught.code === 'timeout')) {
        setChecks([SEALED, ...open(known, 'untold')])
        const made = await knownOf(begun.id, begun.at, setBroken)
        await touch(client, TOUCHED)
        return made
      }
      const found = (caught.problem.checks ?? []) as readonly Found[]
      setChecks(found.length > 0 ? [SEALED, ...found] : null)
      setError(caught)
      return null
    } finally {
      setBusy(false)
    }
  }
  return { connect, checks, error, broken, busy }
}

const TOUCHED = ['/connections', '/attention', '/stats']
const SEALED: Check = { name: t.checks.sealed, result: 'pass', detail: t.checks.sealedDetail }

/**
 * All checks, those that are known as they are. As long as the exchange was not reached nothing else can be under way;
 * from then on what is open depends on what it is being asked. `end` `untold`: nobody tells any more how they went.
 */
function open(known: ReadonlyMap<string, Found>, end: 'running' | 'untold' | null): Check[] {
  const left = (name: string): 'running' | 'waiting' | 'untold' => {
    if (end !== 'running') return end ?? 'waiting'
    return name === 'reached' || known.has('reached') ? 'running' : 'waiting'
  }
  return CHECKS.map((name) => known.get(name) ?? { name, result: left(name), detail: '' })
}
