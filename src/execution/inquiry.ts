import type { Clock } from '#clock'
import { Problem } from '#model'

/** What a person says of an uncertain order. */
export interface Word {
  readonly answer: 'exists' | 'absent' | 'check'
  /** The exchange's number of the order, where the person read it there. */
  readonly exchangeOrderId: string | null
  /** Who says it, for the order's timeline. */
  readonly by: string
}

/** A person's word on its way: it is settled once what it says was dealt with, durably. */
export interface Said {
  readonly word: Word
  readonly done: () => void
  readonly refuse: (problem: Problem) => void
}

/**
 * The door to the loop that looks for one uncertain order: a person's word reaches the loop through it, and the news
 * that something waits behind the order. One word at a time; whoever comes second is told so.
 */
export class Inquiry {
  readonly #clock: Clock
  #said: Said | null = null
  #taken = false
  #stirred = false
  #wake: () => void = () => undefined

  constructor(clock: Clock) { this.#clock = clock }

  /** Resolves when the word was dealt with; rejects with the `Problem` that stands against it. */
  say(word: Word): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#said !== null) {
        reject(new Problem('changed_meanwhile', 'Another answer about this order is being dealt with; look at the order again.'))
        return
      }
      const over = (settle: () => void) => (): void => { this.#said = null; this.#taken = false; settle() }
      this.#said = { word, done: over(resolve), refuse: (problem) => { over(() => { reject(problem) })() } }
      this.#wake()
    })
  }

  /** Something came into the lane that may not have to wait. */
  stir(): void {
    this.#stirred = true
    this.#wake()
  }

  /** Waits, but no longer than until somebody has something to say. */
  async wait(ms: number): Promise<void> {
    if (ms > 0 && !this.#stirred && (this.#said === null || this.#taken)) {
      await new Promise<void>((resolve) => {
        const stop = this.#clock.after(ms, resolve)
        this.#wake = () => { stop(); resolve() }
      })
      this.#wake = () => undefined
    }
    this.#stirred = false
  }

  /** The word that waits to be dealt with, once. */
  take(): Said | null {
    if (this.#taken) return null
    this.#taken = this.#said !== null
    return this.#said
  }

  /** The order is not uncertain any more; a word that came too late finds it in its true state. */
  end(): void { this.#said?.done() }
}
