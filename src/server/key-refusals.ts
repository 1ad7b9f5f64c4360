import { Problem } from '#model'
import type { ServerParts } from './parts.ts'
import { recheck, refuseKey } from './recheck.ts'

type Parts = Pick<ServerParts, 'store' | 'executor' | 'execution' | 'clock' | 'log'>

/** After a refusal further ones of the same connection are looked at together: not each look-up tests the key anew. */
const QUIET_MS = 5000

/**
 * Whenever the exchange refuses a connection's key, in whatever was asked with it (an order, a look-up, the account, a
 * report), the connection is unhealthy at once: nothing is opened, closes are tried, a person is told. Then the key is
 * tested: what that finds holds, so that a refusal which was about something else does no harm for long. Where the test
 * gets no answer, the refusal stands.
 */
export function heedRefusals({ executor, ...more }: Parts): void {
  const parts: Parts = { executor, ...more }
  /** Connections that are being looked at, and what came meanwhile; null: nothing. */
  const busy = new Map<string, Refusal | null>()
  const look = async (id: string, refusal: Refusal): Promise<void> => {
    busy.set(id, null)
    await judge(parts, id, refusal)
    parts.clock.after(QUIET_MS, () => {
      const again = busy.get(id) ?? null
      busy.delete(id)
      if (again !== null) void look(id, again)
    })
  }
  executor.onPush((push) => {
    if (push.push !== 'keyRefused') return
    const { connectionId, code, detail } = push
    if (busy.has(connectionId)) busy.set(connectionId, { code, detail })
    else void look(connectionId, { code, detail })
  })
}

type Refusal = Parameters<typeof refuseKey>[2]

async function judge(parts: Parts, id: string, refusal: Refusal): Promise<void> {
  try {
    if (!await refuseKey(parts, id, refusal)) return
    parts.log.warn({ connectionId: id, code: refusal.code }, 'the exchange refuses the key of a connection')
    await recheck(parts, id)
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    const { code } = error
    parts.log.info({ connectionId: id, code }, 'a key that was refused could not be tested; the refusal stands')
  }
}
