import type { AuditEvent } from '#audit'
import type { Clock } from '#clock'
import type { ExecutorRequest } from '#contract'
import { Problem, type Freeze } from '#model'
import { SafeguardError } from '#safeguards'
import { notKept, writeDown, type KeyRoom } from './keys.ts'

type FreezeRequest = ExecutorRequest & { verb: 'freeze' }
type ThawRequest = ExecutorRequest & { verb: 'thaw' }

/**
 * Stops orders. It holds before this function gives control back, and is on disk when the promise resolves; where it
 * cannot be written it holds as long as this process lives, and that is what the `Problem` (`unavailable`) says.
 */
export async function freeze(room: KeyRoom, clock: Clock, { scope, id, mode, reason, by }: FreezeRequest): Promise<Freeze> {
  const kept = room.safeguards.freeze({ scope, id: idOf(scope, id), mode, reason, at: clock.now(), by })
  room.log.warn({ scope, id, mode, reason, by }, 'frozen')
  const [held, audited] = await Promise.allSettled([kept, writeDown(room, eventOf('freeze', { scope, id, by }, `${mode}: ${reason}`))])
  if (audited.status === 'rejected') {
    // Nothing may keep a stop from holding; the log has it.
    if (!(audited.reason instanceof Problem)) throw audited.reason
    room.log.warn({ scope, id, mode, by, code: audited.reason.code }, 'a freeze that the audit could not take')
  }
  return held.status === 'fulfilled' ? held.value : notHeld(held.reason)
}

function notHeld(error: unknown): never {
  if (!(error instanceof SafeguardError)) throw error
  if (error.code === 'too_many') throw new Problem('invalid_input', 'There are as many freezes as there may be: thaw some, or freeze everything')
  throw new Problem('unavailable', `The freeze holds as long as the executor runs, but not beyond: ${error.message}`)
}

/**
 * Lifts the freeze that holds at the call, none that comes later; it is written down before, and nothing is let through
 * before that is on disk. Throws `Problem` `unavailable`.
 */
export async function thaw(room: KeyRoom, { scope, id, reason, by }: ThawRequest): Promise<{ thawed: boolean }> {
  const held = room.safeguards.held(scope, idOf(scope, id))
  await writeDown(room, eventOf('thaw', { scope, id, by }, reason))
  const thawed = held !== undefined && await room.safeguards.thaw(held).catch(notKept)
  if (thawed) room.log.warn({ scope, id, reason, by }, 'thawed')
  return { thawed }
}

/** `all` has no id, the others have one; the schema cannot say so. */
function idOf(scope: Freeze['scope'], id: string | null): string | null {
  if ((scope === 'all') !== (id === null)) throw new Problem('invalid_input', 'a freeze of all has no id, any other one has')
  return id
}

function eventOf(event: 'freeze' | 'thaw', { scope, id, by }: Pick<FreezeRequest, 'scope' | 'id' | 'by'>, what: string): AuditEvent {
  return {
    event, connectionId: scope === 'connection' ? id ?? undefined : undefined, userId: scope === 'user' ? id ?? undefined : by ?? undefined,
    reason: `${scope === 'all' ? 'everything' : scope}, by ${by ?? 'the executor'}: ${what}`,
  }
}
