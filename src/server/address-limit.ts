import ipaddr from 'ipaddr.js'
import type { Clock } from '#clock'
import { GuessLimit, type GuessRate } from './guess-limit.ts'

const RATE: GuessRate = { burst: 20, perSecond: 0.5 }

/**
 * Limits wrong guesses (unknown hashes, wrong keys, bad tokens, passwords) per address. Good requests are never counted,
 * so a shared address with one mistyped alert does not stop the others' signals.
 */
export class AddressLimit {
  readonly #limit: GuessLimit

  constructor(clock: Clock, rate: GuessRate = RATE) {
    this.#limit = new GuessLimit(clock, rate)
  }

  /** Counts one wrong guess, at `of` where each is counted by itself. False: the address has had too many; answer 429. */
  allow(address: string, of = ''): boolean {
    return this.#limit.take(`${of}${groupOf(address)}`)
  }

  /** What was counted turned out to be right. */
  giveBack(address: string): void {
    this.#limit.giveBack(groupOf(address))
  }
}

// Whoever has one IPv6 address has its whole /64.
function groupOf(address: string): string {
  if (!ipaddr.isValid(address)) return address.slice(0, 64)
  const parsed = ipaddr.process(address)
  return parsed.kind() === 'ipv4' ? parsed.toString() : parsed.toByteArray().slice(0, 8).join('.')
}
