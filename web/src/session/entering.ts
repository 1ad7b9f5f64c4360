import { useQueryClient } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import { ApiError } from '../api/client.ts'
import type { SessionState } from '../api/schema.ts'
import { session as t } from '../texts/session.ts'

/** Takes one of the ways in; the door opens by itself when the server says so. */
export function useEntering() {
  const client = useQueryClient()
  const [error, setError] = useState<ApiError | Error | null>(null)
  const [busy, setBusy] = useState<string | null>(null)
  const underWay = useRef(false)
  const enter = async (way: string, go: () => Promise<SessionState | null>): Promise<boolean> => {
    if (underWay.current) return false
    underWay.current = true
    setBusy(way)
    setError(null)
    try {
      const state = await go()
      if (state === null) await client.invalidateQueries({ queryKey: ['GET /session'] })
      else client.setQueryData(['GET /session', null], state)
      return true
    } catch (caught) {
      setError(caught instanceof ApiError ? caught : new Error(t.passkeyFailed))
      return false
    } finally {
      underWay.current = false
      setBusy(null)
    }
  }
  return { enter, error, busy }
}

/** The secret behind the `#` of a link; taken out of the address, where it would stand in the history. */
export function takeFragment(): string {
  const secret = decodeURIComponent(location.hash.slice(1))
  if (secret !== '') history.replaceState(null, '', location.pathname)
  return secret
}
