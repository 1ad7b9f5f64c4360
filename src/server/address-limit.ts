import ipaddr from 'ipaddr.js'
import type { Clock } from '#clock'

/** Guesses that an address has left, and when that was counted. */
interface Bucket { tokens: number; at: number }

const BURST = 20
const PER_SECOND = 0.5
const MOST_ADDRESSES = 10_000

/**
 * Limits wrong guesses (unknown hashes, wrong keys, bad tokens) per address. Good requests are never counted, so a
 * shared address with one mistyped alert does not stop the others' signals. When the table is full the oldest address
 * goes: an attacker with that many addresses is not stopped by this table anyway.
 */
export class AddressLimit {
  readonly #buckets = new Map<string, Bucket>()
  readonly #clock: Clock

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Counts one wrong guess. False: the address has had too many; answer 429. */
  allow(address: string): boolean {
    const now = this.#clock.now()
    const group = groupOf(address)
    const before = this.#buckets.get(group)
    const tokens = before === undefined ? BURST : Math.min(
      BURST, before.tokens + ((now - before.at) / 1000) * PER_SECOND,
    )
    this.#buckets.delete(group)
    if (this.#buckets.size >= MOST_ADDRESSES) this.#forgetOldest()
    this.#buckets.set(group, { tokens: tokens >= 1 ? tokens - 1 : tokens, at: now })
    return tokens >= 1
  }

  #forgetOldest(): void {
    const oldest = this.#buckets.keys().next()
    if (oldest.done !== true) this.#buckets.delete(oldest.value)
  }
}

// Whoever has one IPv6 address has its whole /64.
function groupOf(address: string): string {
  if (!ipaddr.isValid(address)) return address.slice(0, 64)
  const parsed = ipaddr.process(address)
  return parsed.kind() === 'ipv4' ? parsed.toString() : parsed.toByteArray().slice(0, 8).join('.')
}
