import { randomBytes, randomUUID } from 'node:crypto'

/** An exchange's own clock: the machine's, plus a skew that a test may set. */
export type Clock = {
  /** Milliseconds to add to the machine's time. */
  skewMs: number
}

/** The exchange's time in whole milliseconds since the epoch. */
export function exchangeTime(clock: Clock): number {
  return Date.now() + clock.skewMs
}

/** The machine's time in milliseconds with a fraction, without skew: when a request arrived, for measuring. */
export function arrivalTime(): number {
  return performance.timeOrigin + performance.now()
}

/** A new id in the form of a UUID. */
export function newUuid(): string {
  return randomUUID()
}

/** So many random letters and digits. */
export function randomText(length: number): string {
  return randomBytes(length).toString('base64url').replace(/[-_]/g, 'x').slice(0, length)
}
