const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/**
 * Resolves when this process is asked to stop: by a signal, or because the launcher that it runs under is gone (the
 * end of its channel). From the call on the signals no longer end the process by themselves.
 */
export function untilStopped(): Promise<NodeJS.Signals | 'parent-gone'> {
  return new Promise((resolve) => {
    for (const signal of SIGNALS) process.on(signal, () => resolve(signal))
    process.once('disconnect', () => resolve('parent-gone'))
    // Listening for the end of the channel must not be what keeps this process alive.
    process.channel?.unref()
  })
}
