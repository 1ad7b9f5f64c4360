import type { Clock } from '#clock'
import type { Log } from '#log'
import type { Problem } from '#model'
import { redactedExcerpt } from '#signals'
import type { Rejection } from '#store'
import { AddressLimit } from './address-limit.ts'
import { GuessLimit } from './guess-limit.ts'

/** What arrived. */
export interface Delivery {
  readonly raw: Uint8Array
  readonly sender: string
  readonly contentType: string | null
  readonly at: number
}

const MOST_WAITING = 1000
const MOST_AT_ONCE = 100
const FLUSH_MS = 250
/** What is noted of each webhook, and of each address at it: 100 are kept, so that more would be work for nothing. */
const OF_WEBHOOK = { burst: 300, perSecond: 5 }
const OF_ADDRESS = { burst: 150, perSecond: 1 }

/**
 * Collects rejections and writes them in the background, so that a flood of bad deliveries costs good ones nothing.
 * What does not fit is counted and dropped: these are notes for the owner, not money.
 */
export class RejectionBook {
  readonly #clock: Clock
  readonly #log: Log
  readonly #save: (rejections: readonly Rejection[]) => Promise<void>
  readonly #ofWebhook: GuessLimit
  readonly #ofAddress: AddressLimit
  #waiting: Rejection[] = []
  #dropped = 0
  #scheduled = false
  #saving: Promise<void> = Promise.resolve()

  constructor(clock: Clock, log: Log, save: (rejections: readonly Rejection[]) => Promise<void>) {
    this.#clock = clock
    this.#log = log
    this.#save = save
    this.#ofWebhook = new GuessLimit(clock, OF_WEBHOOK)
    this.#ofAddress = new AddressLimit(clock, OF_ADDRESS)
  }

  /**
   * Notes one; returns at once. What was sent by somebody who may not send to this webhook is not even looked at, and
   * so is what one address, or all of them, send too much of: whoever knows a webhook's address must not be able to
   * keep us busy with it, nor to push out for long what others have to be told.
   */
  note(webhookId: string, problem: Problem, delivery: Delivery): void {
    const few = this.#ofAddress.allow(delivery.sender, webhookId) && this.#ofWebhook.take(webhookId)
    if (!few || this.#waiting.length >= MOST_WAITING) {
      this.#dropped += 1
      return
    }
    this.#waiting.push({
      webhookId, at: delivery.at, code: problem.code, status: problem.status, detail: problem.message,
      sender: delivery.sender.slice(0, 64),
      contentType: delivery.contentType?.slice(0, 100) ?? null,
      body: problem.code === 'sender_not_allowed' ? '' : redactedExcerpt(delivery.raw),
    })
    if (this.#scheduled) return
    this.#scheduled = true
    this.#clock.after(FLUSH_MS, () => { void this.flush() })
  }

  /** Writes what waits. Never rejects. */
  async flush(): Promise<void> {
    this.#scheduled = false
    const batch = this.#waiting
    this.#waiting = []
    const dropped = this.#dropped
    this.#dropped = 0
    if (dropped > 0) this.#log.warn({ dropped }, 'rejected deliveries were not noted: too many at once')
    for (let from = 0; from < batch.length; from += MOST_AT_ONCE) {
      const part = batch.slice(from, from + MOST_AT_ONCE)
      this.#saving = this.#saving.then(() => this.#save(part)).catch((error: unknown) => {
        this.#log.warn({ err: error, lost: part.length }, 'rejected deliveries could not be noted')
      })
    }
    await this.#saving
  }
}
