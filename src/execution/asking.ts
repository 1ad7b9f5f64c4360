/** Waits between attempts to learn what a decision lacks, within the signal's age limit. */
const ASK_AGAIN_MS = [250, 500, 1000, 2000, 4000] as const
/** Without an age limit, this is how often it is asked. */
export const ASK_LIMIT = 30

/** How long to wait after that many attempts to learn something, ms. */
export const askAgainMs = (attempts: number): number => ASK_AGAIN_MS[Math.min(attempts - 1, ASK_AGAIN_MS.length - 1)] ?? 4000
