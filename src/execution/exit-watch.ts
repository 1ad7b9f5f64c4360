import type { Signal } from '#model'
import type { Lane } from './book.ts'
import type { Context } from './context.ts'
import { LaneLost } from './ended.ts'
import { exitEnded, tellExit } from './exit-told.ts'

/** An exit that has not ended the position after this long is told, with room for a slow commit before 10 s are over. */
const TELL_AFTER_MS = 8000

/** Tells a person of an exit that is still being tried after some seconds. Call `end` when it has ended. */
export function watchExit(context: Context, lane: Lane, signal: Signal | null): { end(): Promise<void> } {
  let told: Promise<void> = Promise.resolve()
  const stop = context.clock.after(TELL_AFTER_MS, () => {
    // Ahead of an opening of which it is not known what it filled, nothing that is booked may be much that is held.
    const flat = (lane.position.quantity === '0' || lane.position.dust) && !lane.exitAhead
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
