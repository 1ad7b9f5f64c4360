import type { Signal } from '#model'
import { holdsNothing, type Lane } from './book.ts'
import type { Context } from './context.ts'
import { LaneLost } from './ended.ts'
import { exitEnded, tellExit } from './exit-told.ts'

/** An exit that has not ended the position after this long is told, with room for a slow commit before 10 s are over. */
const TELL_AFTER_MS = 8000

/** An exit that goes on with a part of its own, or after a restart, has so long before it is told, however old it is. */
const AT_LEAST_MS = 500

/**
 * Tells a person of an exit that is still being tried after some seconds. Call `end` when it has ended. `since`: when it
 * began, epoch ms, where this is not its beginning.
 */
export function watchExit(context: Context, lane: Lane, signal: Signal | null, since: number | null = null): { end(): Promise<void> } {
  let told: Promise<void> = Promise.resolve()
  const went = since === null ? 0 : context.clock.now() - since
  const stop = context.clock.after(Math.max(AT_LEAST_MS, TELL_AFTER_MS - went), () => {
    // Ahead of an opening of which it is not known what it filled, nothing that is booked may be much that is held.
    const flat = holdsNothing(lane) && !lane.exitAhead
    if (context.exits.of(lane.bot.id).length > 0 || lane.lost || flat) return
    told = tellExit(context, lane, {
      code: 'exit_waits', signalId: signal?.id, why: 'A close has not ended the position yet; it is still being tried.',
      remedy: 'Look at its orders; you may close it at the exchange.',
    }).catch((error: unknown) => { if (!(error instanceof LaneLost)) throw error })
  })
  return {
    async end() {
      stop()
      await told
      await exitEnded(context, lane)
    },
  }
}
