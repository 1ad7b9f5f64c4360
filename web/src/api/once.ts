import { useRef } from 'react'
import { newKey } from './client.ts'

/** So soon after an answer the same wish is still the same press of the button. */
const IMPATIENT_MS = 2000

/**
 * Idempotency keys for wishes that must not be done twice by an impatient finger, nor by another try after an answer was
 * lost: the same wish has the same key until it was answered, and a moment longer.
 */
export function useOnce(): { readonly keyOf: (wish: unknown) => string; readonly answered: () => void } {
  const last = useRef<{ readonly wish: string; readonly key: string; answeredAt: number | null } | null>(null)
  return {
    keyOf: (wish) => {
      const text = JSON.stringify(wish)
      const same = last.current?.wish === text && Date.now() - (last.current.answeredAt ?? Date.now()) <= IMPATIENT_MS
      if (last.current === null || !same) last.current = { wish: text, key: newKey(), answeredAt: null }
      return last.current.key
    },
    answered: () => { if (last.current !== null) last.current.answeredAt ??= Date.now() },
  }
}
