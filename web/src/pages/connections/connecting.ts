import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { ApiError, call } from '../../api/client.ts'
import { touch } from '../../api/queries.ts'
import type { Connection, Exchange } from '../../api/schema.ts'
import { connections as t } from '../../texts/connections.ts'
import type { Check } from './check-list.tsx'

export interface Wanted {
  readonly exchange: Exchange
  readonly market: Connection['market']
  readonly name: string
  readonly consent: boolean
}
type Credentials = Readonly<Record<string, string>>

/** In the order in which the exchanges are asked. */
const CHECKS = ['reached', 'signature', 'live_account', 'market', 'rights', 'withdrawal_off', 'ip_binding', 'expiry']
/** So long each answer stands before the next: one can read along. */
const STEP_MS = 140

/**
 * Connects a key: it is sealed here, in the browser, and only what nobody but the executor can open is sent. Nothing of
 * the key is kept, whatever comes of it.
 */
export function useConnecting() {
  const client = useQueryClient()
  const [checks, setChecks] = useState<readonly Check[] | null>(null)
  const [error, setError] = useState<ApiError | null>(null)
  const [busy, setBusy] = useState(false)

  const connect = async ({ exchange, market, name, consent }: Wanted, credentials: Credentials): Promise<Connection | null> => {
    setBusy(true)
    setError(null)
    setChecks([{ name: 'sealed', result: 'running', detail: '' }, ...waiting([])])
    try {
      const [{ sealCredentials }, key, me] = await Promise.all([import('#vault/seal'), call('GET /sealing-key'), call('GET /me')])
      const sealed = await sealCredentials(key, { userId: me.id, exchange: exchange.id, market }, credentials)
      setChecks([SEALED, { name: 'reached', result: 'running', detail: t.checks.running }, ...waiting(['reached'])])
      const made = await call('POST /connections', { body: { exchange: exchange.id, market, sealed, ...(name.trim() === '' ? {} : { name: name.trim() }), ...(consent ? { consent } : {}) } })
      await reveal(made.checks)
      await touch(client, ['/connections', '/attention', '/stats'])
      return made
    } catch (caught) {
      if (!(caught instanceof ApiError)) throw caught
      const found = (caught.problem.checks ?? []) as Connection['checks']
      if (found.length > 0) await reveal(found)
      else setChecks(null)
      setError(caught)
      return null
    } finally {
      setBusy(false)
    }
  }

  const reveal = async (found: Connection['checks']): Promise<void> => {
    for (let shown = 1; shown <= found.length; shown += 1) {
      setChecks([SEALED, ...found.slice(0, shown), ...found.slice(shown).map(({ name }) => ({ name, result: 'waiting' as const, detail: '' }))])
      await new Promise((resolve) => { setTimeout(resolve, STEP_MS) })
    }
  }

  const forget = (): void => {
    setChecks(null)
    setError(null)
  }
  return { connect, forget, checks, error, busy }
}

const SEALED: Check = { name: t.checks.sealed, result: 'pass', detail: t.checks.sealedDetail }
const waiting = (but: readonly string[]): Check[] => CHECKS.filter((name) => !but.includes(name)).map((name) => ({ name, result: 'waiting', detail: '' }))
