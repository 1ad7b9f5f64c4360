import type { Clock } from '#clock'

/** Lets everything else that waits have its turn: a chart is never worth a signal's time. */
export const turn = (clock: Clock): Promise<void> => new Promise((resolve) => { clock.nextTurn(resolve) })
