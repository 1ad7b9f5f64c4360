import { useEffect, useRef, useState, type Dispatch, type SetStateAction } from 'react'
import { queryClient } from '../api/queries.ts'
import type { SessionState } from '../api/schema.ts'

/** What was typed when a session ended under it, by person and form. In this window's memory alone. */
const drafts = new Map<string, unknown>()
let leaving = false

const session = (): SessionState | undefined => queryClient.getQueryData<SessionState>(['GET /session', null])

/**
 * Like `useState`, for what somebody types into a form: where the session ends under it, it is there again once the same
 * person has signed in. Never for secrets. `field`: which form it is, and what of it.
 */
export function useDraft<T>(field: string, first: T | (() => T)): [T, Dispatch<SetStateAction<T>>] {
  const [key] = useState(() => `${session()?.user?.id ?? ''} ${field}`)
  const [value, setValue] = useState<T>(() => (drafts.has(key) ? drafts.get(key) as T : first instanceof Function ? first() : first))
  const latest = useRef(value)
  useEffect(() => { latest.current = value })
  useEffect(() => () => {
    const interrupted = !leaving && session()?.state !== 'signed_in'
    if (interrupted) drafts.set(key, latest.current)
    else drafts.delete(key)
  }, [key])
  return [value, setValue]
}

/** Somebody signs out himself: what he typed goes with him. */
export function leaveNothing(): void {
  leaving = true
  drafts.clear()
}

/** Somebody is in: what others typed is not his. */
export function keepOnlyOf(userId: string): void {
  leaving = false
  for (const key of drafts.keys()) if (!key.startsWith(`${userId} `)) drafts.delete(key)
}
